"""Pictures for the report: moments of the video beside their poses, real beside rendered frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stickdance.capture.media.images import read_picture
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.stick_figure import StickStyle, draw_sequence_frame
from stickdance.capture.take.take import Take
from stickdance.synth.performer.card import SAMPLES
from stickdance.synth.performer.card_pictures import numbered, samples
from stickdance.synth.performer.performer import Performer


@dataclass(frozen=True)
class Pair:
    """Two pictures that belong together, uint8 RGB of one size."""

    first: np.ndarray
    second: np.ndarray
    seconds: float | None = None
    """Where in the video or the footage; None where it is not known."""


def moments(video: Path, poses: PoseSequence, count: int = 6) -> list[Pair]:
    """Return stick figures and the frames of the video painted from them, evenly spread."""
    size = probe(video).size
    fitted = poses.scaled(size)
    wanted = np.linspace(0, len(poses) - 1, count + 2).round().astype(int)[1:-1]
    frames = dict(numbered(read_frames(video), set(wanted.tolist())))
    return [
        Pair(draw_sequence_frame(fitted, number, StickStyle()), frames[number], number / poses.fps)
        for number in sorted(frames)
    ]


def real_and_rendered(take: Take | None, performer: Performer) -> Sequence[Pair]:
    """Return real frames and the same poses painted.

    They come from the take; without one, from the sample pictures that the performer carries.
    """
    if take is not None:
        return [Pair(each.real, each.painted, each.seconds) for each in samples(take, performer)]
    file = performer.path / SAMPLES
    return _cut_apart(read_picture(file), performer.size) if file.is_file() else []


def _cut_apart(strip: np.ndarray, size: tuple[int, int]) -> list[Pair]:
    """Return the pairs of a strip of real frames above painted ones."""
    width, height = size
    columns = range(0, strip.shape[1] - width + 1, width)
    return [
        Pair(strip[:height, left : left + width], strip[height:, left : left + width])
        for left in columns
    ]
