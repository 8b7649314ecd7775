"""Joints as bare JSON arrays: [frames][joints][x, y, ...], or [frames][people][joints][x, y, ...].

The skeleton goes by the number of joints: 17 COCO, 18 and 25 OpenPose, 26 Halpe, 33
BlazePose; where they lie tells whether it is so. The third number is a confidence, but for
BlazePose its z (in pixels, smaller nearer to the camera), with the visibility after it where there
is one. Without a confidence it is 1. A frame that is null or empty holds nobody.
"""

from typing import Any

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.keypoint_files.joint_order import skeleton_by_order
from stickdance.capture.keypoint_files.keypoints import Keypoints, People
from stickdance.capture.keypoint_files.numbering import in_frames
from stickdance.capture.keypoint_files.numbers import numbers, person
from stickdance.capture.pose.skeleton import BLAZEPOSE_33, BY_JOINT_COUNT, Skeleton
from stickdance.checkpoints.errors import BadInput


def is_array(value: Any) -> bool:
    """Tell whether a JSON value is nested arrays, bare or under "xy"."""
    value = _bare(value)
    if not isinstance(value, list):
        return False
    return any(isinstance(part, list) for part in value[:1000]) and _nesting(value) in (2, 3, 4)


def read(value: Any, label: str) -> Keypoints:
    """Read arrays of joints.

    Raises:
        BadInput: a number or an order of joints that no skeleton has, or text for numbers.
    """
    value = _bare(value)
    nesting = _nesting(value)
    frames = value if nesting > 2 else [value]
    skeleton: Skeleton | None = None
    rated = True
    numbered: dict[int, People] = {}
    for number, frame in enumerate(frames):
        at = f"{label}: frame {number + 1}"
        people: list[Person] = []
        for body in (frame if nesting == 4 else [frame]) if frame else []:
            table = _table(body, at)
            kind = BY_JOINT_COUNT[len(table)]
            if skeleton not in (None, kind):
                raise BadInput(f"{at}: has {len(table)} joints, the frames before have others")
            skeleton = kind
            rated = _has_confidence(table, kind)
            found = _person(table, kind, at)
            people += [] if found is None else [found]
        numbered[number] = tuple(people)
    if skeleton is None:
        raise BadInput(f"{label}: holds not one person, expected keypoints")
    everybody, notes = in_frames(numbered, label)
    skeleton = skeleton_by_order(everybody, skeleton, label)
    title = f"arrays of {skeleton.name}"
    return Keypoints(title, skeleton, everybody, notes=notes, rated=rated)


def _bare(value: Any) -> Any:
    return value["xy"] if isinstance(value, dict) and "xy" in value else value


def _nesting(value: Any) -> int:
    """Return how deep lists are nested, along the first parts that are not empty."""
    depth = 0
    while isinstance(value, list):
        depth += 1
        value = next((part for part in value if part not in (None, [])), None)
    return depth


def _table(body: Any, label: str) -> np.ndarray:
    table = numbers(body, label)
    if table.ndim != 2 or len(table) not in BY_JOINT_COUNT or table.shape[1] not in (2, 3, 4):
        counts = ", ".join(str(count) for count in sorted(BY_JOINT_COUNT))
        raise BadInput(
            f"{label}: has an array of {'x'.join(map(str, table.shape))}, expected 2 to 4 numbers "
            f"for each of {counts} joints"
        )
    return table


def _has_confidence(table: np.ndarray, skeleton: Skeleton) -> bool:
    return table.shape[1] == 4 or (table.shape[1] == 3 and skeleton != BLAZEPOSE_33)


def _person(table: np.ndarray, skeleton: Skeleton, label: str) -> Person | None:
    rated = _has_confidence(table, skeleton)
    sure = table[:, -1] if rated else np.ones(len(table))
    deep = table.shape[1] - 2 - rated > 0
    return person(table[:, :2], sure, label, -table[:, 2] if deep else None)
