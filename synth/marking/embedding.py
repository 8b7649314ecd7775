"""The pattern added to frames as they are made, the same number to red, green and blue.

How much depends on how busy a place is (its mean difference of neighbours): noise is seen most on a
bare wall, where codecs keep it best; busy places hide more of it and lose more. Places that move
get none: the detector hears next to nothing there, and what is looked at, by people as by VMAF, is
the dancer. Larger frames have more places to hear it at, and get less.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from stickdance.capture.media.jit import compiled
from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.marking.pattern import drawn, sign_at, unit_of, waves_of

LEAST_SIDE = 96
"""Pixels: smaller frames have no room for the mark."""
_BLOCK = 8
_STRENGTHS = (0.65, 1.0, 1.18, 1.07)  # root of the mean square, grey levels, bare to busy
_LESS = 0.65  # power of the pixels to a unit of length that larger frames get less by
_BUSY = (1.0, 2.5, 5.0)  # mean difference of neighbours at which the next strength begins
_MOVING = 3.0, 2.0  # mean difference from the frame before: above so much, and times the frame's

Levels = NDArray[np.int8]


def marked(frames: Iterator[Bytes], message: bytes, fps: float) -> Iterator[Bytes]:
    """Return frames with the mark of a message.

    Args:
        frames: uint8 RGB (height, width, 3), or RGBA, whose clear places stay as they are.
        message: `code.BYTES` bytes.
        fps: frames a second.
    """
    levels: Levels | None = None
    before = np.zeros((0, 0), np.uint8)
    for number, frame in enumerate(frames):
        if levels is None:
            levels = levels_for(message, (frame.shape[1], frame.shape[0]))
            before = frame[::2, ::2, 1].copy()
        shown = frame.copy(order="C")
        moved = _moved(before, frame)
        usual = np.median(moved)  # all moves where the camera does
        still = moved <= _MOVING[0] + _MOVING[1] * usual
        before = frame[::2, ::2, 1].copy()
        _add(shown, still, levels, sign_at(number / fps), np.array(_BUSY))
        yield shown


def levels_for(message: bytes, size: tuple[int, int]) -> Levels:
    """Return what is added at each strength, int8 (strengths, height, width).

    Args:
        message: `code.BYTES` bytes.
        size: (width, height).
    """
    pattern = drawn(waves_of(message), size) / max(1.0, unit_of(size)) ** _LESS
    return np.stack([np.rint(np.clip(pattern * s, -6, 6)) for s in _STRENGTHS]).astype(np.int8)


@compiled
def _moved(before: Bytes, frame: Bytes) -> Floats:
    """Return each block's mean difference from the frame before, of which every other pixel is."""
    half = _BLOCK // 2
    rows, columns = before.shape
    moved = np.zeros(((rows + half - 1) // half, (columns + half - 1) // half))
    for y in range(rows):
        for x in range(columns):
            change = np.int64(frame[2 * y, 2 * x, 1]) - np.int64(before[y, x])
            moved[y // half, x // half] += abs(change)
    return moved / half**2


@compiled
def _add(
    frame: Bytes, still: NDArray[np.bool_], levels: Levels, sign: int, busy: NDArray[np.float64]
) -> None:
    rows, columns, channels = frame.shape
    for top in range(0, rows, _BLOCK):
        for left in range(0, columns, _BLOCK):
            if not still[top // _BLOCK, left // _BLOCK]:
                continue
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
                    more = sign * np.int64(levels[level, y, x])
                    if more == 0 or (channels == 4 and frame[y, x, 3] == 0):
                        continue
                    for c in range(3):
                        value = np.int64(frame[y, x, c]) + more
                        frame[y, x, c] = np.uint8(0 if value < 0 else 255 if value > 255 else value)
