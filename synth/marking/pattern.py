"""The pattern that is laid over frames: waves of a ring of frequencies, each with its phase.

A frame has `UNITS` units of length to the root of its area, so that the pattern grows with it and
scaling changes nothing but the pixels. The pattern repeats every `TILE` units (after Kalker et al.,
*A video watermarking system for broadcast monitoring*, 1999), so that any part of a frame holds all
of it and a shift is one of `TILE`^2. Its spectrum is a ring: lower frequencies are seen, higher
ones do not outlive a codec or a smaller picture. Each wave carries two signs, of its cosine and of
its sine. A part of the waves, the pilot, is known, and tells scale and shift.

It is added and correlated with as spread-spectrum marks are (Cox et al. 1997; Hartung and Girod,
*Watermarking of uncompressed and compressed video*, 1998), and changes its sign every second by the
clock, not by the frame: a room stands still, so whatever of it looks like the pattern does not, and
codecs pay for a second of wall once.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stickdance.synth.compute.array_types import Floats
from stickdance.synth.marking.code import BYTES, LENGTH, encoded, key

Waves = NDArray[np.complexfloating[Any, Any]]
UNITS = 256.0
TILE = 128
_NEAREST, _FARTHEST = 5.0, 19.0  # frequencies, in waves to a tile
REACH = int(_FARTHEST)
PERIOD = 2.0
"""Seconds after which the pattern is the same again: one half of them with each sign."""
_PAYLOAD = BYTES * LENGTH // 2  # waves


class Ring(NamedTuple):
    """The frequencies of the pattern, in waves to a tile; the pilot's come first."""

    down: NDArray[np.int64]
    across: NDArray[np.int64]
    pilot: int
    """How many are the pilot's."""


@cache
def ring() -> Ring:
    """Return the frequencies, in an order of the tool's own."""
    steps = np.arange(-REACH, REACH + 1)
    down, across = (axis.ravel() for axis in np.meshgrid(steps, steps, indexing="ij"))
    radius = np.hypot(down, across)
    half = (down > 0) | ((down == 0) & (across > 0))  # the others follow, for pixels are real
    chosen = np.flatnonzero(half & (radius >= _NEAREST) & (radius <= _FARTHEST))
    chosen = key(2).permutation(chosen)
    return Ring(down[chosen], across[chosen], len(chosen) - _PAYLOAD)


def waves_of(message: bytes) -> Waves:
    """Return the pattern of a message: a complex number of size 1 for each frequency."""
    signs = encoded(message).reshape(BYTES, 2, LENGTH // 2)
    payload = (signs[:, 0] + 1j * signs[:, 1]).reshape(-1) / np.sqrt(2)
    return np.concatenate([pilot_waves(), payload])


@cache
def pilot_waves() -> Waves:
    """Return the part of the pattern that is the same for all messages."""
    signs = key(3).integers(0, 2, (2, ring().pilot)) * 2.0 - 1.0
    return (signs[0] + 1j * signs[1]) / np.sqrt(2)


def signs_in(payload: Waves) -> Floats:
    """Return the real numbers (BYTES, LENGTH) that complex ones carry; undoes `waves_of`."""
    parts = payload.reshape(BYTES, LENGTH // 2)
    return np.concatenate([parts.real, parts.imag], 1)


def sign_at(seconds: float) -> int:
    """Return the sign, 1 or -1, that the pattern has at a time."""
    return 1 if (seconds / PERIOD + 1e-6) % 1.0 < 0.5 else -1  # of 1 / 3 times 3 too


def unit_of(size: tuple[int, int]) -> float:
    """Return the pixels to a unit of length, of frames of (width, height)."""
    return float(np.sqrt(size[0] * size[1]) / UNITS)


def drawn(waves: Waves, size: tuple[int, int]) -> Floats:
    """Return a pattern as float64 (height, width), of mean square 1.

    Args:
        waves: a complex number for each frequency of `ring`.
        size: (width, height).
    """
    grid = np.zeros((2 * REACH + 1, 2 * REACH + 1), complex)
    grid[ring().down + REACH, ring().across + REACH] = waves
    unit, steps = unit_of(size), np.arange(-REACH, REACH + 1)
    down = np.exp(2j * np.pi * np.outer(np.arange(size[1]) / unit, steps) / TILE)
    across = np.exp(2j * np.pi * np.outer(steps, np.arange(size[0]) / unit) / TILE)
    pattern: Floats = (down @ grid @ across).real
    return pattern / max(float(np.sqrt((pattern**2).mean())), 1e-12)
