"""What is kept of both sides while their frames pass: luma of 32 x 18, and a few larger samples.

Both are bounded, however long the sides are: the luma of the first `MOST` frames, and samples that
become sparser as frames come.
"""

from dataclasses import dataclass, field
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from stickdance.synth.compute.array_types import Floats, Levels
from stickdance.synth.quality.depths import levels

MOST = 480
"""Frames of which the luma is kept."""
_THUMB, _SAMPLE = (32, 18), (96, 54)
_SAMPLES = 8
_ENOUGH = 4  # pixels of a picture for each of a small one; more change its mean by little
_BLACK = 20  # levels that no pixel of a black bar exceeds
_T = TypeVar("_T")
_FourSides = tuple[_T, _T, _T, _T]


@dataclass(frozen=True)
class Sample:
    """One frame of one side."""

    picture: Floats
    """float32 (54, 96, 3), levels, whatever the frame's own shape."""
    size: tuple[int, int]
    """(width, height) of the frame."""
    bars: tuple[int, int, int, int]
    """Black rows and columns at its left, top, right and bottom."""
    filled: tuple[float, float, float, float]
    """Share of the first line inside each of them that is not black."""


@dataclass
class SmallPictures:
    """Small pictures of both sides, gathered in the order of their frames."""

    real: dict[int, Floats] = field(default_factory=dict)
    """By the frame's number, (576,) float32 levels."""
    rendered: dict[int, Floats] = field(default_factory=dict)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    """Numbers of the frames that were paired."""
    samples: list[tuple[Sample, Sample]] = field(default_factory=list)
    """Evenly over all frames, at most `_SAMPLES`."""
    _seen: int = 0
    _step: int = 1

    @property
    def wants_luma(self) -> bool:
        """Tell whether the luma of further frames is kept."""
        return len(self.pairs) < MOST

    def add(
        self,
        numbers: tuple[int, int],
        luma: tuple[Floats, Floats] | None,
        pictures: tuple[Levels, Levels],
    ) -> None:
        """Count a pair of frames.

        Args:
            numbers: of the two in their sides.
            luma: `luma_thumbnail` of both; None: not kept.
            pictures: the two as they were read, RGB or luma alone.
        """
        if luma is not None and self.wants_luma:
            self.real[numbers[0]], self.rendered[numbers[1]] = luma
            self.pairs.append(numbers)
        if self._seen % self._step == 0:
            self.samples.append((_sample(pictures[0]), _sample(pictures[1])))
            if len(self.samples) > _SAMPLES:
                self.samples, self._step = self.samples[::2], 2 * self._step
        self._seen += 1


def luma_thumbnail(picture: Levels) -> Floats:
    """Return a frame's luma (BT.601) at 32 x 18: (576,) float32 levels."""
    small = _shrunk(picture, _THUMB)
    if small.ndim == 3:
        small = small @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.asarray(small.reshape(-1), np.float32)


def _sample(picture: Levels) -> Sample:
    small = _shrunk(picture, _SAMPLE)
    if small.ndim == 2:
        small = np.repeat(small[..., None], 3, axis=2)
    return Sample(small, (picture.shape[1], picture.shape[0]), *_bars(picture))


def _shrunk(picture: NDArray[np.generic], size: tuple[int, int]) -> Floats:
    across = max(1, picture.shape[1] // (_ENOUGH * size[0]))
    down = max(1, picture.shape[0] // (_ENOUGH * size[1]))
    some = levels(np.ascontiguousarray(picture[::down, ::across]))
    return np.asarray(cv2.resize(some, size, interpolation=cv2.INTER_AREA), np.float32)


def _bars(picture: Levels) -> tuple[_FourSides[int], _FourSides[float]]:
    """Return the black lines at each side, and how much of the line inside them is not black."""
    plane = picture[..., 1] if picture.ndim == 3 else picture
    seen = plane > (_BLACK * 257 if picture.dtype == np.uint16 else _BLACK)
    columns, rows = np.flatnonzero(seen.any(axis=0)), np.flatnonzero(seen.any(axis=1))
    if not rows.size:
        return (0, 0, 0, 0), (0.0, 0.0, 0.0, 0.0)
    height, width = plane.shape
    inside = seen[:, columns[0]], seen[rows[0]], seen[:, columns[-1]], seen[rows[-1]]
    left, top, right, bottom = (float(line.mean()) for line in inside)
    return (
        (int(columns[0]), int(rows[0]), width - 1 - int(columns[-1]), height - 1 - int(rows[-1])),
        (left, top, right, bottom),
    )
