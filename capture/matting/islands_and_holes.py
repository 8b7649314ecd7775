"""Islands beside a matte and holes in it: which are real, by what colours say, and over time.

An arm akimbo leaves a hole through which the room is plainly seen, and goes on doing so; a shirt of
the wall's colour, or a buckle, makes one that is not. A hand blurred by its pace may stand apart; a
speck of noise does too, for one frame.

Conventions: mattes uint8 (height, width), 255 the person.
"""

import cv2
import numpy as np

THERE = 60
"""Matte value above which a pixel counts for islands and holes."""

_SMALL = 0.03  # of the person's height: a part whose area is below its square is small
_TINY = 0.008  # likewise: it is no part
_PLAIN = 4.0  # log-odds, mean over a part, from which colours speak plainly
_LASTING = 0.5  # share of a part that has to be in the frames beside to stay


def without_faults(matte: np.ndarray, odds: np.ndarray, tall: float) -> np.ndarray:
    """Return a matte without the islands and holes for which colours do not speak.

    Args:
        matte: of one frame.
        odds: float32 (height, width), what colours say, above 0 the person.
        tall: the person's height in pixels.
    """
    out = matte.copy()
    for there, hole in _parts(matte):
        area = int(there[1].sum())
        mean = float(odds[there[0]][there[1]].mean()) * (-1 if hole else 1)
        small = area < (_SMALL * tall) ** 2
        if area < (_TINY * tall) ** 2 or (small and mean < _PLAIN) or mean < _PLAIN / 4:
            _put_right(out, there, hole)
    return out


def lasting(matte: np.ndarray, beside: list[np.ndarray], tall: float) -> np.ndarray:
    """Return a matte without islands and holes that the frames beside it do not have.

    Args:
        matte: of one frame.
        beside: of the frames before and after, moved to where the person is in this one.
        tall: the person's height in pixels.
    """
    out = matte.copy()
    for there, hole in _parts(matte):
        box, inside = there
        if int(inside.sum()) > (1.5 * _SMALL * tall) ** 2:
            continue
        shares = [float(((other[box] > THERE) != hole)[inside].mean()) for other in beside]
        if max(shares, default=1.0) < _LASTING:
            _put_right(out, there, hole)
    return out


def counted(matte: np.ndarray, least: int = 20) -> tuple[int, int]:
    """Return how many islands and holes of at least so many pixels a matte has."""
    parts = [hole for (_, inside), hole in _parts(matte) if int(inside.sum()) >= least]
    return len(parts) - sum(parts), sum(parts)


def _parts(matte: np.ndarray) -> list[tuple[tuple[tuple[slice, slice], np.ndarray], bool]]:
    """Return where the islands and the holes are: a box, what is inside it, and whether a hole."""
    found = []
    there = (matte > THERE).astype(np.uint8)
    for hole in (False, True):
        # What touches at corners alone is one island; a hole that is open at a corner is none.
        count, labels, facts, _ = cv2.connectedComponentsWithStats(
            1 - there if hole else there, connectivity=8
        )
        if count <= 1:
            continue
        skipped = set(_outside(labels, there)) if hole else {1 + int(facts[1:, 4].argmax())}
        for label in range(1, count):
            if label not in skipped:
                left, top, wide, high, _ = (int(value) for value in facts[label])
                box = np.s_[top : top + high, left : left + wide]
                found.append(((box, labels[box] == label), hole))
    return found


def _outside(labels: np.ndarray, there: np.ndarray) -> list[int]:
    """Return the labels of what reaches the picture's edge: no hole is open."""
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return [int(label) for label in np.unique(edge)]


def _put_right(
    matte: np.ndarray, there: tuple[tuple[slice, slice], np.ndarray], hole: bool
) -> None:
    """Fill a hole, or take an island away with its soft rim, in place."""
    box, inside = there
    if hole:
        matte[box][inside] = 255
        return
    rows, columns = box
    wider = np.s_[
        max(0, rows.start - 2) : rows.stop + 2, max(0, columns.start - 2) : columns.stop + 2
    ]
    island = np.zeros(matte[wider].shape, np.uint8)
    island[
        rows.start - wider[0].start : rows.stop - wider[0].start,
        columns.start - wider[1].start : columns.stop - wider[1].start,
    ] = inside
    grown = cv2.dilate(island, np.ones((5, 5), np.uint8)) > 0
    matte[wider][grown & (matte[wider] <= THERE)] = 0
    matte[box][inside] = 0
