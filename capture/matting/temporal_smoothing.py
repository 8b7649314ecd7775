"""Mattes that stand still where the picture does.

Each matte becomes a mean over a few frames before and after it, in which a frame counts, pixel by
pixel, by how little the picture differs there. Looking both ways, it neither lags behind a hand nor
blurs it: where the picture changes, the matte of the moment stands alone. An empty matte says
nothing of its neighbours: the person came or went, or was lost for a moment.

Conventions: pictures uint8 RGB (height, width, 3); mattes uint8 (height, width), 255 the person.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

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

    @property
    def empty(self) -> bool:
        """Return whether its matte shows nobody."""
        return not (self.matte > _POSSIBLE).any()


def steadied(
    frames: Iterable[tuple[np.ndarray, np.ndarray]],
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield each (picture, matte) with its matte steadied, some frames later than it came in."""
    moments: deque[_Moment] = deque(maxlen=2 * _REACH + 1)
    ahead = 0  # frames that came in and were not given out yet
    for picture, matte in frames:
        now = _Moment(picture, matte)
        known = list(moments)[: -_REACH - 1 : -1]
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
    box = _box(now.matte, before.matte)
    if box is not None:
        differs = cv2.blur(cv2.absdiff(now.picture[box], before.picture[box]), (5, 5))
        weights[box] = _WEIGHTS[differs.max(axis=-1)]
    return weights


def _mean(moments: deque[_Moment], place: int) -> tuple[np.ndarray, np.ndarray]:
    """Return picture and steadied matte of the moment at a place."""
    moment = moments[place]
    near = list(range(max(0, place - _REACH), min(len(moments), place + _REACH + 1)))
    near = [each for each in near if each == place or not moments[each].empty]
    box = None if moment.empty else _box(*(moments[each].matte for each in near))
    if box is None:
        return moment.picture, moment.matte
    total = moment.matte[box].astype(np.float32)
    weight = np.ones_like(total)
    for each in near:
        if each != place:
            later, away = max(each, place), abs(each - place)
            counts = moments[later].alike[away - 1][box]
            total += counts * moments[each].matte[box]
            weight += counts
    steady = moment.matte.copy()
    steady[box] = (total / weight + 0.5).astype(np.uint8)
    return moment.picture, steady


def _box(*mattes: np.ndarray) -> tuple[slice, slice] | None:
    """Return the part of the picture that holds the person in any of the mattes."""
    boxes = [cv2.boundingRect((matte > _POSSIBLE).astype(np.uint8)) for matte in mattes]
    boxes = [box for box in boxes if box[2]]
    if not boxes:
        return None
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    return np.s_[top:bottom, left:right]
