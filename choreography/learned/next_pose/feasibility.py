"""Whether a human could move so: bones, speed, and feet on the ground.

"What if we are able to predict movement?" asks of predicted movement only that "movements are
feasible by humans". Every number has that of real movement beside it, since real movement has its
limits too.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.choreography.body.kinematics import BONES

_PLANTED_HEIGHT = 0.02  # body heights above the lowest that an ankle comes to
_GROUND = 2.0  # percentile of ankle heights that is the ground
_FAST = 99.5  # percentile of joint speeds


def feasibility(movements: Sequence[np.ndarray], fps: float, skeleton: Skeleton) -> dict[str, Any]:
    """Return what tells feasible movement from other.

    Args:
        movements: each (frames, joints, 3) in body heights, y up.
        fps: frames a second.
        skeleton: whose joints they are.

    Returns:
        bone_drift: largest relative change of a rigid bone within a movement; joint_speed: mean,
        body heights a second; fastest_joint: 99.5th percentile of it; planted: share of time with
        a foot on the ground; foot_slide: how fast planted feet slide; below_ground: how deep the
        lowest ankle is below the usual ground (2nd percentile).
    """
    speeds = [_speeds(points, fps) for points in movements]
    every = np.concatenate([speed.ravel() for speed in speeds])
    feet = [_feet(points, fps, skeleton) for points in movements]
    sliding = np.concatenate([slide for _, slide, _ in feet])
    return {
        "bone_drift": max(_bone_drift(points, skeleton) for points in movements),
        "joint_speed": float(every.mean()),
        "fastest_joint": float(np.percentile(every, _FAST)),
        "planted": float(np.mean([planted for planted, _, _ in feet])),
        "foot_slide": float(sliding.mean()) if len(sliding) else None,
        "below_ground": max(deep for _, _, deep in feet),
    }


def _speeds(points: np.ndarray, fps: float) -> np.ndarray:
    return np.linalg.norm(np.diff(points, axis=0), axis=-1) * fps


def _bone_drift(points: np.ndarray, skeleton: Skeleton) -> float:
    worst = 0.0
    for a, b in BONES:
        if a in skeleton.index and b in skeleton.index:
            bone = points[:, skeleton.index[a]] - points[:, skeleton.index[b]]
            lengths = np.linalg.norm(bone, axis=-1)
            worst = max(worst, float(np.ptp(lengths) / max(lengths.mean(), 1e-9)))
    return worst


def _feet(points: np.ndarray, fps: float, skeleton: Skeleton) -> tuple[float, np.ndarray, float]:
    """Return the share of time with a planted foot, speeds of planted feet, and the depth below."""
    ankles = points[:, [skeleton.index["left_ankle"], skeleton.index["right_ankle"]]]
    ground = float(np.percentile(ankles[..., 1], _GROUND))
    down = ankles[..., 1] < ground + _PLANTED_HEIGHT
    both = down[1:] & down[:-1]
    across = np.linalg.norm(np.diff(ankles[..., [0, 2]], axis=0), axis=-1) * fps
    return float(down.any(axis=1).mean()), across[both], float(ground - ankles[..., 1].min())
