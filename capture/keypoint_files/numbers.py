"""From a file's numbers to people, refusing what is no number."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.checkpoints.errors import BadInput

FARTHEST = 1e6
"""Pixels: a joint that lies farther away is no joint but an error."""
SUREST = 10.0
"""Confidences beyond 1 occur: 2 is COCO's "visible", OpenPose goes a little over 1, and AlphaPose's
documentation speaks of up to 6. What is larger still is no confidence."""


def numbers(values: Any, label: str) -> np.ndarray:
    """Return (nested) lists of numbers as float64; null is NaN.

    Raises:
        BadInput: text or other things among them, or lists of different lengths.
    """
    try:
        array = np.array(values)
    except (ValueError, OverflowError):
        array = np.array(None)
    if array.dtype.kind == "O":
        array = _without_nulls(values, label)
    if array.dtype.kind not in "iufb":
        raise BadInput(f"{label}: expected numbers, found {_first_foreign(values)}")
    return array.astype(np.float64)


def rows(values: Any, skeletons: Mapping[int, Skeleton], label: str) -> tuple[np.ndarray, Skeleton]:
    """Return a flat list of x, y, confidence as (joints, 3), and the skeleton of so many joints.

    Raises:
        BadInput: the count fits none of `skeletons`.
    """
    flat = numbers(values, label).ravel()
    joints, rest = divmod(len(flat), 3)
    if rest or joints not in skeletons:
        counts = " or ".join(str(count) for count in sorted(skeletons))
        raise BadInput(f"{label}: has {len(flat)} numbers, expected 3 for each of {counts} joints")
    return flat.reshape(joints, 3), skeletons[joints]


def person(
    points: np.ndarray,
    confidence: np.ndarray,
    label: str,
    depth: np.ndarray | None = None,
) -> Person | None:
    """Return a person, or None where not one joint is there.

    Args:
        points: (joints, 2); what is not finite is missing.
        confidence: (joints,); what is not above 0 is missing, what is above 1 counts as 1.
        label: where in which file, for the error.
        depth: (joints,) pixels towards the camera; what is not finite or absurd is unknown.

    Raises:
        BadInput: a joint lies absurdly far away, or a confidence is none.
    """
    there = np.isfinite(points).all(-1) & (np.nan_to_num(confidence) > 0)
    if not there.any():
        return None
    if np.abs(points[there]).max() > FARTHEST:
        raise BadInput(
            f"{label}: a joint lies at {np.abs(points[there]).max():.3g}; expected pixels"
        )
    if confidence[there].max() > SUREST:
        raise BadInput(
            f"{label}: a joint has the confidence {confidence[there].max():.4g}, expected 0 to 1"
        )
    if depth is not None:
        depth = np.where(there & (np.abs(depth) <= FARTHEST), depth, np.nan).astype(np.float32)
    return Person(
        np.where(there[:, None], points, np.nan).astype(np.float32),
        np.where(there, confidence, 0).clip(0, 1).astype(np.float32),
        depth,
    )


def _without_nulls(values: Any, label: str) -> np.ndarray:
    def replaced(value: Any) -> Any:
        if isinstance(value, list):
            return [replaced(part) for part in value]
        return np.nan if value is None else value

    try:
        array = np.array(replaced(values))
    except (ValueError, OverflowError):
        raise BadInput(f"{label}: expected lists of one length") from None
    if array.dtype.kind == "O":
        raise BadInput(f"{label}: expected numbers, found {_first_foreign(values)}")
    return array


def _first_foreign(values: Any) -> str:
    stack = [values]
    while stack:
        value = stack.pop()
        if isinstance(value, (list, tuple)):
            stack.extend(reversed(value))
        elif isinstance(value, str):
            return f"the text {value[:20]!r}"
        elif not isinstance(value, (int, float)) and value is not None:
            return f"a {type(value).__name__}"
    return "numbers too large"
