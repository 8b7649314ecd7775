"""Main path 4: two videos or folders of pictures -> scores.

One pair is decoded at a time, a few ahead of the scores; memory does not grow with the length.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from capture.errors import BadInput
from synth.quality.lpips import load_lpips
from synth.quality.pairing import Matched, matched_frames, plan_pairing
from synth.quality.scores import FramePair, MeanScores, score_all

_NAMED = 20  # frames that a report names; the others are counted


@dataclass(frozen=True)
class CompareOptions:
    """How two sides are compared."""

    resize: bool = False
    """Scale rendered frames of another size to the reference's, instead of refusing them."""


def compare(
    reference: Path, rendered: Path, options: CompareOptions = CompareOptions()
) -> dict[str, Any]:
    """Score rendered frames against real ones.

    Args:
        reference: a video or a folder of pictures, the real frames.
        rendered: likewise; either side may be either kind (see `pairing`).
        options: what to do about other sizes.

    Returns:
        The means of `scores.MeanScores` (frames, mse, psnr, psnr_of_mean_mse, ssim_gaussian,
        ssim_skimage, ms_ssim, lpips, reasons), `paired` (the rule), `missing`, `extra` and
        `mis_sized` (each a count and the first names), and `warnings`.

    Raises:
        BadInput: a side is missing or unreadable, no frame has a partner, or one has another size
            and `options.resize` is off.
    """
    reference, rendered = Path(reference), Path(rendered)
    pairing = plan_pairing(reference, rendered)
    lpips = load_lpips()
    means = MeanScores(lpips)
    pairs = _Pairs(reference, rendered, options.resize)
    frames = tqdm(matched_frames(reference, rendered), "compare", pairing.expected, unit="frame")
    for scores in score_all(pairs.of(frames), lpips):
        means.add(scores)
    if not means.frames:
        raise BadInput(
            f"{rendered}: shares no frame with {reference}; in two folders the pictures' names "
            "must agree"
        )
    summary = means.summary()
    del summary["sharpness"], summary["reasons"]["sharpness"]  # needs mattes, known in a take only
    return {
        **summary,
        "paired": pairing.rule,
        "missing": pairs.missing.as_json(),
        "extra": pairs.extra.as_json(),
        "mis_sized": pairs.mis_sized.as_json(),
        "warnings": [*pairing.warnings, *pairs.warnings()],
    }


@dataclass
class _Tally:
    """Frames that something is wrong with: how many, and the first names."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        self.count += 1
        if len(self.first) < _NAMED:
            self.first.append(name)

    def as_json(self) -> dict[str, Any]:
        return {"count": self.count, "first": self.first}


@dataclass
class _Pairs:
    """Turns matched frames into pairs of one size, and keeps account of the others."""

    reference: Path
    rendered: Path
    resize: bool
    missing: _Tally = field(default_factory=_Tally)
    extra: _Tally = field(default_factory=_Tally)
    mis_sized: _Tally = field(default_factory=_Tally)

    def of(self, frames: Iterator[Matched]) -> Iterator[FramePair]:
        for frame in frames:
            if frame.pictures is not None:
                real, rendered = frame.pictures
                yield FramePair(real, self._fitted(frame.name, real, rendered))
            elif frame.found_in == "reference":
                self.missing.add(frame.name)
            else:
                self.extra.add(frame.name)

    def warnings(self) -> list[str]:
        told = (
            (self.missing, "lacks {} frames of the reference", "not scored"),
            (self.extra, "has {} frames that the reference lacks", "not scored"),
            (self.mis_sized, "has {} frames of another size", "scored after scaling"),
        )
        return [
            f"{self.rendered}: {what.format(tally.count)} (first: {tally.first[0]}), {outcome}"
            for tally, what, outcome in told
            if tally.count
        ]

    def _fitted(self, name: str, real: np.ndarray, rendered: np.ndarray) -> np.ndarray:
        if real.shape == rendered.shape:
            return rendered
        (height, width), (found_height, found_width) = real.shape[:2], rendered.shape[:2]
        if not self.resize:
            raise BadInput(
                f"{self.rendered}: {name} is {found_width}x{found_height}, expected "
                f"{width}x{height} as in {self.reference}; --resize scales it"
            )
        self.mis_sized.add(name)
        shrinks = width <= found_width and height <= found_height
        method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        return cv2.resize(rendered, (width, height), interpolation=method)
