"""The window around a person: the part of a frame that a generator has to look at.

Windows begin at multiples of 16 pixels, so that a network that halves its resolution four times
sees a still person alike in every frame, however the window grows and shrinks.
"""

from typing import NamedTuple

import numpy as np

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.compute.array_types import Bools

GRID = 16  # pixels; windows begin and, but for the frame's edge, end at multiples of it
_SURROUNDINGS = 16  # pixels kept around the person: soft edges, shadow


class CropWindow(NamedTuple):
    """Rows [top, bottom) and columns [left, right) of a frame."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def place(self) -> tuple[slice, slice]:
        """Return the rows and the columns, to index arrays (..., height, width) with."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


def whole_frame(size: tuple[int, int]) -> CropWindow:
    """Return the window that shows all of a frame of `size` (width, height)."""
    return CropWindow(0, size[1], 0, size[0])


def window_around(there: Bools, step: int = GRID) -> CropWindow:
    """Return the window that holds what is there and some surroundings.

    Args:
        there: (height, width) bool.
        step: sides are multiples of it, where the frame is large enough; a multiple of 16.

    Raises:
        UsageError: `step` is no multiple of 16.
    """
    return window_of(np.any(there, axis=1), np.any(there, axis=0), step)


def window_of(rows: Bools, columns: Bools, step: int = GRID) -> CropWindow:
    """Return the window that holds the rows and the columns where something is.

    Args:
        rows: (height,) bool.
        columns: (width,) bool.
        step: as for `window_around`.

    Raises:
        UsageError: `step` is no multiple of 16.
    """
    if step < GRID or step % GRID:
        raise UsageError(f"window step {step}: expected a multiple of {GRID}")
    return CropWindow(*_span(rows, step), *_span(columns, step))


def _span(there: Bools, step: int) -> tuple[int, int]:
    length, places = len(there), np.flatnonzero(there)
    if not len(places):
        return 0, min(length, step)
    first = max(0, int(places[0]) - _SURROUNDINGS) // GRID * GRID
    last = min(length, int(places[-1]) + 1 + _SURROUNDINGS)
    extent = _ceiling(last - first, step)
    if first + extent > _ceiling(length, GRID):
        first = max(0, _ceiling(length, GRID) - extent)
    return first, min(first + extent, length)


def _ceiling(length: int, step: int) -> int:
    return -(-length // step) * step
