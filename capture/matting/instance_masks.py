"""Whose each pixel of a mask is, where several people are in the picture.

A pixel belongs to the person whose bones and face are nearest, as a share of their size. With
nobody else in the frame a mask is left alone.

Conventions: masks uint8 (height, width), 255 a person.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.pose.skeleton import Skeleton

_TORSO = ("left_shoulder", "right_shoulder", "right_hip", "left_hip")


def only(
    mask: np.ndarray, person: Person | None, others: Sequence[Person], skeleton: Skeleton
) -> np.ndarray:
    """Return the part of a mask of several people that is `person`'s.

    Args:
        mask: of everybody.
        person: whose part is wanted; None gives an empty mask where others are.
        others: everybody else in the frame.
        skeleton: whose joints they have.
    """
    if not others:
        return mask
    if person is None:
        return np.zeros_like(mask)
    own = _distance(person, mask.shape, skeleton)
    near = np.min([_distance(other, mask.shape, skeleton) for other in others], axis=0)
    return np.where(own <= near, mask, 0).astype(np.uint8)


def _distance(person: Person, shape: tuple[int, ...], skeleton: Skeleton) -> np.ndarray:
    """Return (height, width) float32: how far each pixel is from a person, in their heights."""
    away = np.full(shape, 255, np.uint8)
    there = np.isfinite(person.points).all(-1) & (person.confidence > 0)
    if not there.any():
        return np.full(shape, np.inf, np.float32)
    places = np.rint(np.nan_to_num(person.points)).clip(-(1 << 14), 1 << 14).astype(np.int32)
    for a, b in skeleton.bone_indices:
        if there[a] and there[b]:
            cv2.line(away, places[a].tolist(), places[b].tolist(), (0,), 1)
    for joint in np.flatnonzero(there):
        cv2.circle(away, places[joint].tolist(), 1, (0,), -1)
    torso = [skeleton.index[name] for name in _TORSO if name in skeleton.index]
    if len(torso) == 4 and there[torso].all():
        cv2.fillConvexPoly(away, cv2.convexHull(places[torso]), (0,))
    tall = max(1.0, float(np.ptp(person.points[there][:, 1])))
    return cv2.distanceTransform(away, cv2.DIST_L2, 3) / tall
