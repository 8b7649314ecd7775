"""Both sides of a comparison as one small film, frame beside frame, for the page to play."""

import base64
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

import cv2
import numpy as np

from stickdance.capture.media.video_writer import VideoWriter
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.compare import plan
from stickdance.synth.quality.depths import eight_bits
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pair_list import PairJob
from stickdance.synth.quality.pairing import Match
from stickdance.synth.quality.sides import RGB, Side

MOST = 300
"""Frames that the page plays."""
_WIDEST, _QUALITY = 480, 26
_USUAL_RATE = 25.0  # of what has no clock


@dataclass(frozen=True)
class Film:
    """The two sides, the reference at the left, in one H.264 film."""

    address: str
    """data: with the whole film."""
    width: int
    """Of one side, pixels."""
    height: int
    fps: float
    frames: int


def film_of(job: PairJob, options: CompareOptions) -> Film | None:
    """Return the first frames that were compared as a film; None where there are not two of them.

    Args:
        job: whose files are read anew.
        options: tell how frames are paired.
    """
    sides = Side.open(job.reference), Side.open(job.rendered)
    pairing = replace(plan(*sides, options), reading=RGB)
    rate = min(side.fps or _USUAL_RATE for side in sides)
    with tempfile.TemporaryDirectory() as folder, closing(pairing.matches()) as matches:
        pictures = islice(_side_by_side(matches), MOST)
        first, second = next(pictures, None), next(pictures, None)
        if first is None or second is None:
            return None
        height, width = first.shape[:2]
        path = Path(folder, "film.mp4")
        with VideoWriter(path, (width, height), rate, crf=_QUALITY) as writer:
            for picture in chain((first, second), pictures):
                writer.write(picture)
        data = base64.b64encode(path.read_bytes()).decode("ascii")
    address = f"data:video/mp4;base64,{data}"
    return Film(address, width // 2, height, float(rate), writer.frames)


def _side_by_side(matches: Iterator[Match]) -> Iterator[np.ndarray]:
    """Yield each pair of frames as one small picture; what cannot be read is left out."""
    size = None
    for match in matches:
        if match.reference is None or match.rendered is None:
            continue
        try:
            pair = [eight_bits(side.read().picture) for side in (match.reference, match.rendered)]
        except BadInput:
            continue
        size = size or _small(pair[0])
        yield np.hstack([cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in pair])


def _small(picture: np.ndarray) -> tuple[int, int]:
    height, width = picture.shape[:2]
    scale = min(1.0, _WIDEST / max(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
