"""Joints in space -> joints in a picture: upright, seen from the front, all of it in the frame.

The vertical is the axis along which hips and neck lie apart on the whole; the camera stands where
the person faces on the whole, far away (orthographic). Nothing is mirrored: space is taken for
right-handed, as motion captures are.

Conventions: (frames, joints, 3) in any unit; NaN where a joint is missing.
"""

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.keypoint_files.keypoints import Keypoints
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.checkpoints.errors import BadInput

SIZE = (1080, 1080)
"""(width, height) of the picture that joints are put into."""

_FARTHEST = 1e12  # in any unit; a joint farther away has no place
_FILLED = 0.85  # share of the picture that the whole motion takes up
_TORSO = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")


def project(
    points: np.ndarray,
    skeleton: Skeleton,
    fps: float,
    kind: str,
    notes: tuple[str, ...] = (),
    confidence: np.ndarray | None = None,
) -> Keypoints:
    """Return joints in space as keypoints with depth, in a picture of `SIZE`.

    Args:
        points: (frames, joints, 3).
        skeleton: whose joints they are; it must have shoulders and hips.
        fps: frames a second.
        kind: what to call the result.
        notes: to pass on.
        confidence: (joints,) in 0..1; by default 1.

    Raises:
        BadInput: shoulders and hips are never all there, or lie in one point.
    """
    points = np.where(np.abs(points) < _FARTHEST, points, np.nan)
    seen = points @ camera_axes(points, skeleton).T
    if not np.isfinite(seen).all(-1).any():
        raise BadInput(f"{kind}: holds not one joint")
    low = np.nanmin(seen[..., :2], axis=(0, 1))
    high = np.nanmax(seen[..., :2], axis=(0, 1))
    scale = _FILLED * float((np.array(SIZE) / np.maximum(high - low, 1e-9)).min())
    flat = (seen[..., :2] - (low + high) / 2) * scale * [1, -1] + np.array(SIZE) / 2
    hips = [skeleton.index["left_hip"], skeleton.index["right_hip"]]
    depth = (seen[..., 2] - seen[:, hips, 2].mean(axis=1)[:, None]) * scale
    sure = np.ones(len(skeleton)) if confidence is None else confidence
    there = np.isfinite(flat).all(-1)
    trust = np.where(there, sure, 0).astype(np.float32)
    frames = tuple(
        (Person(flat[number].astype(np.float32), trust[number], depth[number].astype(np.float32)),)
        if there[number].any()
        else ()
        for number in range(len(points))
    )
    return Keypoints(kind, skeleton, frames, SIZE, fps, notes, rated=False)


def camera_axes(points: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """Return rows: the picture's right, the vertical upwards, towards the camera."""
    up, left = body_axes(points, skeleton)
    axis = int(np.argmax(np.abs(up)))
    vertical = np.zeros(3)
    vertical[axis] = np.sign(up[axis])
    level = left - np.outer(left @ vertical, vertical)
    level = _unit(level)
    right = level.mean(axis=0)
    if np.linalg.norm(right) < 0.3:  # turned round and round: as the person stood at first
        right = level[0]
    right = _unit(right)
    return np.stack([right, vertical, np.cross(right, vertical)])


def body_axes(points: np.ndarray, skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean direction (3,) upwards and the person's left (frames, 3), unit vectors.

    Frames without shoulders and hips are left out.

    Raises:
        BadInput: there are none with, or they lie in one point.
    """
    torso = points[:, [skeleton.index[name] for name in _TORSO]]
    torso = torso[np.isfinite(torso).all((1, 2))]
    if len(torso) == 0:
        raise BadInput("the motion has no frame with both shoulders and hips")
    up = torso[:, :2].mean(axis=1) - torso[:, 2:].mean(axis=1)
    left = (torso[:, 0] - torso[:, 1]) + (torso[:, 2] - torso[:, 3])
    if np.linalg.norm(up.mean(axis=0)) < 1e-9 or np.linalg.norm(left, axis=1).max() < 1e-9:
        raise BadInput("the motion's shoulders and hips lie in one point")
    return _unit(up.mean(axis=0)), _unit(left)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
