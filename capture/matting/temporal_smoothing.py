"""Mattes that stand still where the picture does, and move where it moves.

Each matte becomes a mean over a few frames before and after it, in which a frame counts, pixel by
pixel, by how little the picture differs there. The frames next to it are moved along the optical
flow before (`stickdance.capture.matting.optical_flow`), and small islands and holes that neither of
them has are put right (`stickdance.capture.matting.islands_and_holes`). Looking both ways, it
neither lags behind a hand nor blurs it: where the picture changes, the matte of the moment stands
alone. An empty matte says nothing of its neighbours: the person came or went, or was lost for a
moment.

Conventions: pictures uint8 RGB (height, width, 3); mattes uint8 (height, width), 255 the person.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np

from stickdance.capture.matting.islands_and_holes import lasting
from stickdance.capture.matting.optical_flow import flow_of_small, moved, small_grey
from stickdance.capture.media.jit import compiled

_REACH = 3  # frames that are looked at on either side
_CHANGE = 6.0  # difference in grey values at which another frame counts a third
_POSSIBLE = 8  # matte value from which a pixel is worth steadying
_WEIGHTS = np.exp(-((np.arange(256, dtype=np.float32) / _CHANGE) ** 2))


@dataclass
class _Moment:
    picture: np.ndarray
    matte: np.ndarray
    alike: list[np.ndarray] = field(default_factory=list)
    """float32 (height, width) for each frame before it, the nearest first: how much it counts."""
    flows: dict[int, np.ndarray] = field(default_factory=dict)
    """float32 (rows, columns, 2), small: where each place lies in the frame before, -1, and after,
    1, in pixels of the frame."""

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """Return left, top, width and height of what its matte shows; width 0 for nobody."""
        left, top, wide, high = cv2.boundingRect((self.matte > _POSSIBLE).astype(np.uint8))
        return left, top, wide, high

    @cached_property
    def grey(self) -> np.ndarray:
        """Return its picture, small and grey, in which flows are found."""
        return small_grey(self.picture)

    @property
    def empty(self) -> bool:
        """Return whether its matte shows nobody."""
        return self.box[2] == 0


def steadied(
    frames: Iterable[tuple[np.ndarray, np.ndarray]],
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield each (picture, matte) with its matte steadied, some frames later than it came in."""
    moments: deque[_Moment] = deque(maxlen=2 * _REACH + 1)
    ahead = 0  # frames that came in and were not given out yet
    for picture, matte in frames:
        now = _Moment(picture, matte)
        known = list(moments)[: -_REACH - 1 : -1]
        if known and not (now.empty or known[0].empty):
            shape = now.matte.shape
            now.flows[-1] = flow_of_small(now.grey, known[0].grey, shape)
            known[0].flows[1] = flow_of_small(known[0].grey, now.grey, shape)
        now.alike = [_likeness(now, before) for before in known]
        moments.append(now)
        ahead += 1
        if ahead > _REACH:
            yield _mean(moments, len(moments) - ahead)
            ahead -= 1
    while ahead:
        yield _mean(moments, len(moments) - ahead)
        ahead -= 1


def _likeness(now: _Moment, before: _Moment) -> np.ndarray:
    """Return how much two frames count for one another; 1 where neither shows the person."""
    weights = np.ones(now.matte.shape, np.float32)
    box = _box(now, before)
    if box is not None:
        weights[box] = _counts(now.picture[box], before.picture[box])
    return weights


def _counts(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return float32 (height, width): how much two pictures count for one another."""
    red, green, blue = cv2.split(cv2.blur(cv2.absdiff(one, other), (5, 5)))
    return cv2.LUT(cv2.max(cv2.max(red, green), blue), _WEIGHTS)


def _mean(moments: deque[_Moment], place: int) -> tuple[np.ndarray, np.ndarray]:
    """Return picture and steadied matte of the moment at a place."""
    moment = moments[place]
    near = list(range(max(0, place - _REACH), min(len(moments), place + _REACH + 1)))
    near = [each for each in near if each == place or not moments[each].empty]
    box = None if moment.empty else _box(*(moments[each] for each in near))
    if box is None:
        return moment.picture, moment.matte
    beside = {
        way: moved((moments[place + way].picture, moments[place + way].matte), along, box)
        for way, along in moment.flows.items()
    }
    tall = max(box[0].stop - box[0].start, box[1].stop - box[1].start)
    matte = lasting(moment.matte[box], [matte for _, matte in beside.values()], tall)
    total = matte.astype(np.float32)
    weight = np.ones_like(total)
    for each in near:
        if each - place in beside:
            picture, other = beside[each - place]
            counts = _counts(moment.picture[box], picture)
        elif each != place:
            later, away = max(each, place), abs(each - place)
            counts, other = moments[later].alike[away - 1][box], moments[each].matte[box]
        else:
            continue
        _add(total, weight, counts, other)
    steady = moment.matte.copy()
    steady[box] = (total / weight + 0.5).astype(np.uint8)
    return moment.picture, steady


@compiled
def _add(total: np.ndarray, weight: np.ndarray, counts: np.ndarray, other: np.ndarray) -> None:
    """Add another frame's matte to a total, and how much it counts to the weight."""
    for row in range(total.shape[0]):
        for column in range(total.shape[1]):
            total[row, column] += counts[row, column] * other[row, column]
            weight[row, column] += counts[row, column]


def _box(*moments: _Moment) -> tuple[slice, slice] | None:
    """Return the part of the picture that holds the person in any of the moments."""
    boxes = [moment.box for moment in moments if not moment.empty]
    if not boxes:
        return None
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    return np.s_[top:bottom, left:right]
