"""The pattern added to frames as they are made, the same number to red, green and blue.

It stays the same in time, for a codec spends bits on a wall once. Bare places take most of it,
since there it is heard best; busy ones less, where it would cost sharpness. The first frame is
known before anything is added, so the parts of the pattern that this picture drowns get more of the
strength and those that it carries already less (improved spread spectrum: Malvar and Florencio,
2003).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from stickdance.capture.media.jit import compiled
from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.marking.code import BYTES, LENGTH
from stickdance.synth.marking.pattern import Waves, drawn, ring, waves_of
from stickdance.synth.marking.spectrum import residual, spectrum, strength, unit_in

LEAST_SIDE = 96
"""Pixels: smaller frames have no room for the mark."""
_BLOCK = 8
_STRENGTHS = (1.1, 1.0, 0.8, 0.6)  # root of the mean square, grey levels, bare to busy
_BUSY = (1.0, 2.5, 5.0)  # mean difference of neighbours at which the next strength begins
_LEAST, _MOST = 0.4, 1.8  # share of its even strength that a part may get
_PILOT = 1.15  # how strongly it is heard against a byte: without it no byte is found
_ROUNDS = 2

Levels = NDArray[np.int8]


def marked(frames: Iterator[Bytes], message: bytes) -> Iterator[Bytes]:
    """Return frames with the mark of a message.

    Args:
        frames: uint8 RGB (height, width, 3), or RGBA, whose clear places stay as they are.
        message: `code.BYTES` bytes.
    """
    levels: Levels | None = None
    for frame in frames:
        if levels is None:
            levels = levels_for(message, frame)
        yield _added(np.ascontiguousarray(frame), levels)


def levels_for(message: bytes, first: Bytes) -> Levels:
    """Return what is added at each strength, int8 (strengths, height, width), for such frames."""
    shares: Floats = np.ones(BYTES + 1)
    before = _heard(first, message)
    for _ in range(_ROUNDS):
        levels = _levels(message, first, shares)
        after = _heard(_added(np.ascontiguousarray(first), levels), message)
        gain = np.maximum((after - before) / shares, 0.5)
        shares = _balanced(before, gain)
    return _levels(message, first, shares)


def _levels(message: bytes, first: Bytes, shares: Floats) -> Levels:
    size = first.shape[1], first.shape[0]
    pattern = drawn(waves_of(message) * np.repeat(shares, _counts()), size)
    return np.stack([np.rint(np.clip(pattern * s, -6, 6)) for s in _STRENGTHS]).astype(np.int8)


def _counts() -> list[int]:
    """Return how many waves the pilot has, and each byte."""
    return [ring().pilot, *[LENGTH // 2] * BYTES]


def _heard(frame: Bytes, message: bytes) -> Floats:
    """Return how strongly each part of the pattern is heard in a frame, float64 (1 + BYTES,)."""
    left = residual([frame])
    heard, expected = spectrum(left, (unit_in(left),) * 2), waves_of(message)
    ends = np.cumsum(_counts())[:-1]
    pairs: list[tuple[Waves, Waves]] = list(
        zip(np.split(heard, ends), np.split(expected, ends), strict=True)
    )
    return np.array([strength(one, other) for one, other in pairs])


def _balanced(before: Floats, gain: Floats) -> Floats:
    """Return the shares, of the same energy as even ones, by which all parts are heard alike."""
    counts, low, high = np.array(_counts(), float), -50.0, 100.0
    shares, aims = np.ones_like(before), np.array([_PILOT, *[1.0] * BYTES])
    for _ in range(40):
        wanted = (low + high) / 2
        shares = np.clip((wanted * aims - before) / gain, _LEAST, _MOST)
        if (counts * shares**2).sum() < counts.sum():
            low = wanted
        else:
            high = wanted
    return shares


def _added(frame: Bytes, levels: Levels) -> Bytes:
    marked = frame.copy()
    _add(marked, levels, np.array(_BUSY))
    return marked


@compiled
def _add(frame: Bytes, levels: Levels, busy: Floats) -> None:
    rows, columns, channels = frame.shape
    for top in range(0, rows, _BLOCK):
        for left in range(0, columns, _BLOCK):
            bottom, right = min(top + _BLOCK, rows), min(left + _BLOCK, columns)
            change, pairs = np.int64(0), 0
            for y in range(top, bottom - 1, 2):
                for x in range(left, right - 1, 2):
                    here = np.int64(frame[y, x, 1])
                    change += abs(here - np.int64(frame[y, x + 1, 1]))
                    change += abs(here - np.int64(frame[y + 1, x, 1]))
                    pairs += 2
            level = 0
            for limit in busy:
                if change > limit * pairs:
                    level += 1
            for y in range(top, bottom):
                for x in range(left, right):
                    more = np.int64(levels[level, y, x])
                    if more == 0 or (channels == 4 and frame[y, x, 3] == 0):
                        continue
                    for c in range(3):
                        value = np.int64(frame[y, x, c]) + more
                        frame[y, x, c] = np.uint8(0 if value < 0 else 255 if value > 255 else value)
