"""Where a person's limbs are, by their joints: capsules with names, and masks of them.

A capsule is everything within a radius of a bone. Each is named by what it holds, so that parts of
finer skeletons (fingers, say) are more capsules and nothing else.

Conventions: masks uint8 (height, width); lengths in pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.pose.skeleton import Skeleton

_HANDS = ("wrist", "index", "pinky")
_FEET = ("ankle", "heel", "foot_index", "big_toe")
_TORSO = (("left", "shoulder"), ("right", "shoulder"), ("right", "hip"), ("left", "hip"))
_THICK = 0.015  # radius of a capsule, in heights of the person
_HEAD = 0.04  # radius around the nose, likewise
_SURE = 0.5  # confidence from which a joint is where it is said to be


@dataclass(frozen=True)
class Capsule:
    """A part of the body: what lies within a radius of a line."""

    name: str
    """What it holds: its two joints, or its one."""
    ends: np.ndarray
    """float32 (2, 2): pixels; the same twice is a disc."""
    radius: float


def capsules_of(person: Person | None, skeleton: Skeleton, tall: float) -> list[Capsule]:
    """Return the capsules of the bones, and of the head, whose joints were surely found.

    Args:
        person: whose joints they are; None has none.
        skeleton: the joints' names and bones.
        tall: the person's height in pixels, the unit of a capsule's radius.
    """
    if person is None:
        return []
    sure = np.isfinite(person.points).all(-1) & (person.confidence >= _SURE)
    names, points = skeleton.joints, person.points
    bones = [
        Capsule(f"{names[a]} {names[b]}", points[[a, b]], _THICK * tall)
        for a, b in skeleton.bone_indices
        if sure[a] and sure[b]
    ]
    nose = skeleton.index["nose"]
    head = [Capsule("nose", points[[nose, nose]], _HEAD * tall)] if sure[nose] else []
    return bones + head


def draw_capsules(mask: np.ndarray, capsules: Sequence[Capsule], value: int) -> None:
    """Draw capsules into a mask, in place."""
    for capsule in capsules:
        first, last = _rounded(capsule.ends).tolist()
        cv2.line(mask, first, last, (value,), max(1, round(2 * capsule.radius)))


def draw_torso(mask: np.ndarray, person: Person, skeleton: Skeleton, value: int) -> None:
    """Draw what shoulders and hips enclose into a mask, in place, where all four were found."""
    torso = [skeleton.index[f"{side}_{part}"] for side, part in _TORSO]
    if _there(person)[torso].all():
        cv2.fillConvexPoly(mask, _rounded(person.points)[torso].astype(np.int32), (value,))


def silhouette(person: Person, skeleton: Skeleton, size: tuple[int, int]) -> np.ndarray:
    """Return a coarse mask from the joints alone: capsules along the bones, torso and head.

    Args:
        person: whose joints are drawn.
        skeleton: the joints' names.
        size: (width, height) of the mask.

    Returns:
        uint8 (height, width): 255 near the bones, where the person surely is, 128 around them.
    """
    mask = np.zeros((size[1], size[0]), np.uint8)
    there = _there(person)
    if not there.any():
        return mask
    tall = float(np.ptp(person.points[there][:, 1]))
    nose = skeleton.index["nose"]
    for value, thick in ((128, 0.1 * tall), (255, 0.03 * tall)):
        bones = [
            Capsule("", person.points[[a, b]], thick / 2)
            for a, b in skeleton.bone_indices
            if there[a] and there[b]
        ]
        draw_capsules(mask, bones, value)
        draw_torso(mask, person, skeleton, value)
        if there[nose]:
            radius = round(_HEAD * tall + 0.45 * thick)
            cv2.circle(mask, _rounded(person.points)[nose].tolist(), radius, (value,), -1)
    return mask


def extremities(person: Person | None, skeleton: Skeleton) -> list[np.ndarray]:
    """Return the points of wrists, hands, ankles and feet that were found."""
    return _found(person, skeleton, (*_HANDS, *_FEET))


def feet_of(person: Person | None, skeleton: Skeleton) -> list[np.ndarray]:
    """Return the points of ankles and feet that were found."""
    return _found(person, skeleton, _FEET)


def _found(person: Person | None, skeleton: Skeleton, parts: Sequence[str]) -> list[np.ndarray]:
    if person is None:
        return []
    places = [place for name, place in skeleton.index.items() if name.partition("_")[2] in parts]
    return [
        person.points[place]
        for place in places
        if person.confidence[place] >= _SURE and np.isfinite(person.points[place]).all()
    ]


def _there(person: Person) -> np.ndarray:
    return np.isfinite(person.points).all(-1) & (person.confidence > 0)


def _rounded(points: np.ndarray) -> np.ndarray:
    return np.rint(np.nan_to_num(points)).clip(-(1 << 14), 1 << 14).astype(int)
