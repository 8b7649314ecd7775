"""Frames as the detector sees them: what could be the pattern, at the pattern's frequencies.

What is no pattern is most of any picture. So the local mean is taken off, and what is left is
weighed by one over its local variance, as a matched filter in uneven noise is: a bare wall says
much, a curtain little. Frames are averaged, each frequency is set against its neighbours, and none
counts more than they do, so that nothing in a picture can outweigh the rest.
"""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.marking.pattern import REACH, TILE, UNITS, Waves, ring

SIDE = 320
"""Root of the pixels of frames that are looked at; larger ones are made smaller."""
_WIDTH = 2.0  # of local means, in pixels of frames of 256 x 256
_QUIET = 1.0  # variance in grey levels squared that any place is taken to have
_NEIGHBOURS = 101  # frequencies that one is set against


def residual(frames: Iterable[Bytes]) -> Floats:
    """Return the mean of what is left of frames, float32 (height, width).

    Args:
        frames: uint8 RGB (height, width, 3), all of one size.
    """
    total, count = np.zeros((1, 1), np.float32), 0
    for frame in frames:
        total, count = total + _left_of(frame), count + 1
    return total / max(count, 1)


def spectrum(left: Floats, unit: tuple[float, float]) -> Waves:
    """Return a residual at the pattern's frequencies, each number of size 0..1.

    Args:
        left: of `residual`.
        unit: pixels of it to a unit of length, across and down.
    """
    steps = np.arange(-REACH, REACH + 1)
    rows, columns = left.shape
    down = np.exp(-2j * np.pi * np.outer(steps, np.arange(rows) / unit[1]) / TILE)
    across = np.exp(-2j * np.pi * np.outer(np.arange(columns) / unit[0], steps) / TILE)
    grid = down.astype(np.complex64) @ (left.astype(np.complex64) @ across.astype(np.complex64))
    return _evened(grid[ring().down + REACH, ring().across + REACH])


def strength(heard: Waves, expected: Waves) -> float:
    """Return how well a spectrum fits waves, in standard deviations of noise."""
    noise = np.sqrt((np.abs(heard) ** 2).sum() / 2 + 1e-12)
    return float((heard * np.conj(expected)).real.sum() / noise)


def unit_in(left: Floats) -> float:
    """Return the pixels to a unit of length in the residual of whole frames."""
    return float(np.sqrt(left.size) / UNITS)


def _left_of(frame: Bytes) -> NDArray[np.float32]:
    luma = cv2.cvtColor(np.ascontiguousarray(frame[..., :3]), cv2.COLOR_RGB2GRAY)
    height, width = luma.shape
    smaller = SIDE / np.sqrt(luma.size)
    if smaller < 1:
        size = max(1, round(width * smaller)), max(1, round(height * smaller))
        luma = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
    plain = luma.astype(np.float32)
    width_of_means = _WIDTH * float(np.sqrt(plain.size)) / UNITS
    left = plain - cv2.GaussianBlur(plain, (0, 0), width_of_means)
    variance = cv2.GaussianBlur(left * left, (0, 0), width_of_means)
    weighed: NDArray[np.float32] = left / (variance + _QUIET)
    return weighed


def _evened(heard: Waves) -> Waves:
    """Return a spectrum as white as its neighbourhoods, with nothing that sticks out."""
    order = np.argsort(np.hypot(ring().down, ring().across), kind="stable")
    power = (np.abs(heard[order]) ** 2).astype(np.float32)[None]
    usual = np.empty(len(heard))
    usual[order] = cv2.blur(power, (_NEIGHBOURS, 1), borderType=cv2.BORDER_REFLECT)[0]
    even = heard / np.maximum(np.sqrt(usual), 1e-9)
    return even / np.maximum(np.abs(even), 1.0)
