"""Where to look for the hands and the face of a person whose body is known."""

import math

import numpy as np

from stickdance.capture.estimators.people import Region
from stickdance.capture.pose.skeleton import Skeleton

_HAND = 0.19  # sides of the crop about a hand, in body heights
_HAND_BEYOND = 0.04  # its middle beyond the wrist, along the forearm
_HAND_AROUND = 0.5  # likewise of the crop that is searched for palms
_FACE, _FACE_AROUND = 0.2, 0.5
_HEAD = ("nose", "right_eye", "left_eye", "right_ear", "left_ear")


def hand_region(wrist: np.ndarray, elbow: np.ndarray, height: float) -> Region:
    """Return the square about the hand of an arm, turned so that its fingers point up.

    Args:
        wrist: (2,) pixels.
        elbow: (2,) pixels, NaN where it is not known; then the hand is taken to point up.
        height: of the body, pixels.
    """
    along = wrist - elbow if np.isfinite(elbow).all() else np.array([0.0, -1.0])
    along = along / max(float(np.hypot(*along)), 1e-6)
    x, y = wrist + _HAND_BEYOND * height * along
    return Region(float(x), float(y), _HAND * height, math.atan2(along[0], -along[1]))


def around_hand(region: Region) -> Region:
    """Return the larger square about a region of `hand_region` in which palms are searched."""
    return Region(region.x, region.y, region.side / _HAND * _HAND_AROUND, region.rotation)


def head_of(points: np.ndarray, skeleton: Skeleton) -> np.ndarray | None:
    """Return the middle (2,) of the joints of the head that are there, None without any."""
    places = [skeleton.index[name] for name in _HEAD if name in skeleton.index]
    there = points[places][np.isfinite(points[places]).all(-1)]
    return there.mean(axis=0) if len(there) else None


def face_region(points: np.ndarray, skeleton: Skeleton, height: float) -> Region | None:
    """Return the square about a face, turned upright by the neck, None where no head is known.

    Args:
        points: (joints, 2) pixels, NaN where missing.
        skeleton: whose joints they are.
        height: of the body, pixels.
    """
    head = head_of(points, skeleton)
    if head is None:
        return None
    turn = 0.0
    if "neck" in skeleton.index and np.isfinite(neck := points[skeleton.index["neck"]]).all():
        turn = math.atan2(head[0] - neck[0], neck[1] - head[1])
    return Region(float(head[0]), float(head[1]), _FACE * height, turn)


def around_face(region: Region) -> Region:
    """Return the larger square about a region of `face_region` in which faces are searched."""
    return Region(region.x, region.y, region.side / _FACE * _FACE_AROUND, region.rotation)
