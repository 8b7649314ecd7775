"""Interlaced frames that no flag announces: told by ffmpeg's idet, and confirmed.

idet asks of each frame whether its lines fit better to those of the frame before or after it than
to each other. A shirt of fine stripes may deceive it, so what it finds must be confirmed: lines
that differ from both their neighbours are combs where something moves, and stripes where nothing
does.
"""

from collections.abc import Iterable
from typing import Literal

import cv2
import numpy as np

from stickdance.capture.inspection.sampling import Fields

_ENOUGH = 8  # frames that must be combed
_SHARE = 0.6  # of the frames that idet could decide upon
_COMB = 12  # grey values by which a line differs from both its neighbours
_MOVES = 12  # grey values by which a pixel changes where something moves
_WHERE_MOVED = 0.5  # share of all combs that must be where something moves


def earlier_lines(fields: Fields) -> Literal["", "tff", "bff"]:
    """Return which lines of frames come first by idet, "" where it takes frames for whole."""
    count, order = max((fields.top_first, "tff"), (fields.bottom_first, "bff"))
    decided = fields.top_first + fields.bottom_first + fields.progressive
    if count < _ENOUGH or count < _SHARE * decided:
        return ""
    return "tff" if order == "tff" else "bff"


def combed(frames: Iterable[np.ndarray]) -> bool:
    """Tell whether neighbouring frames are combed where something moves, and there alone.

    Args:
        frames: grey (height, width), with their lines as they are stored.
    """
    moved, still, before = 0, 0, None
    for frame in frames:
        lines = frame.astype(np.int16)
        if before is not None:
            above, below = lines[1:-1] - lines[:-2], lines[1:-1] - lines[2:]
            comb = (np.minimum(above, below) > _COMB) | (np.maximum(above, below) < -_COMB)
            changed = (cv2.absdiff(frame, before)[1:-1] > _MOVES).astype(np.uint8)
            moves = cv2.dilate(changed, np.ones((5, 3), np.uint8)) > 0
            moved += int((comb & moves).sum())
            still += int((comb & ~moves).sum())
        before = frame
    return moved > 0 and moved >= _WHERE_MOVED * (moved + still)
