"""What colours a person wears: enough to know them again after they were hidden or away.

Conventions: a look is a float32 array of shares of colours, those of the torso and those of the
thighs, each summing to 1.
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter

from stickdance.capture.estimators.contract import Person
from stickdance.capture.pose.skeleton import Skeleton

_STEPS = 4  # each axis of the colour space in so many steps
_SURE = 0.3  # confidence from which a joint bounds a piece of clothing
_UNKNOWN = 0.3  # unlikeness where one of the two looks is not known


def dressed(
    picture: np.ndarray, people: Sequence[Person], skeleton: Skeleton
) -> tuple[Person, ...]:
    """Return the people of a frame with the colours they wear.

    Args:
        picture: RGB (height, width, 3).
        people: in pixels of the picture.
        skeleton: their joints; without shoulders, hips and knees nothing is known.
    """
    if any(name not in skeleton.index for name in _TORSO + _THIGHS):
        return tuple(people)
    return tuple(replace(person, look=_look(picture, person, skeleton)) for person in people)


def unlikeness(one: Person, other: Person) -> float:
    """Return how differently two people are dressed: 0 alike, 1 no colour in common.

    It is the Hellinger distance of the shares of colours; 0.3 where a look is not known.
    """
    if one.look is None or other.look is None:
        return _UNKNOWN
    common = float(np.sqrt(one.look * other.look).sum()) / 2
    return float(np.sqrt(max(0.0, 1 - common)))


_TORSO = ("left_shoulder", "right_shoulder", "right_hip", "left_hip")
_THIGHS = ("left_hip", "right_hip", "right_knee", "left_knee")


def _look(picture: np.ndarray, person: Person, skeleton: Skeleton) -> np.ndarray | None:
    pieces = [_piece(picture, person, skeleton, corners) for corners in (_TORSO, _THIGHS)]
    if pieces[0] is None:
        return None
    legs = pieces[1] if pieces[1] is not None else pieces[0]
    return np.concatenate([pieces[0], legs]).astype(np.float32)


def _piece(
    picture: np.ndarray, person: Person, skeleton: Skeleton, names: tuple[str, ...]
) -> np.ndarray | None:
    """Return the shares of colours between four joints, None where they are not in the picture."""
    places = [skeleton.index[name] for name in names]
    corners = person.points[places]
    if not np.isfinite(corners).all() or person.confidence[places].min() < _SURE:
        return None
    hull = cv2.convexHull(corners.astype(np.float32))[:, 0]
    left, top = np.floor(hull.min(0)).astype(int).clip(0)
    right, bottom = np.ceil(hull.max(0)).astype(int) + 1
    part = picture[top:bottom, left:right]
    if part.size == 0:
        return None
    inside = np.zeros(part.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.rint(hull - (left, top)).astype(np.int32), (1,))
    if not inside.any():
        return None
    lab = cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2LAB)
    # Lightness over its whole range, the two colour axes over the middle that clothes fill.
    ranges = [0, 256, 88, 168, 88, 168]
    lab[..., 1:] = lab[..., 1:].clip(88, 167)
    counts = cv2.calcHist([lab], [0, 1, 2], inside, [_STEPS] * 3, ranges).ravel()
    counts = gaussian_filter(counts.reshape([_STEPS] * 3), 0.5).ravel()  # neighbours are alike
    return counts / max(1e-6, float(counts.sum()))
