"""Lengths of any unit -> body heights, and pixels -> joints with y up."""

import numpy as np

from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.checkpoints.errors import BadInput

_FINE = 1e4  # units that a movement's extent is measured in: `body_height` knows no less than one


def in_body_heights(points: np.ndarray, skeleton: Skeleton, label: str) -> np.ndarray:
    """Return points of any unit in body heights, from the ground under where the hips first are.

    Args:
        points: (frames, joints, axes), y up.
        skeleton: whose joints they are.
        label: the file, for messages.

    Raises:
        BadInput: there is no joint, or all lie in one point.
    """
    if not np.isfinite(points).all(-1).any():
        raise BadInput(f"{label}: has not one joint")
    seen = points[np.isfinite(points).all(-1).any(axis=1)]  # frames with somebody
    extent = float(np.nanmax(np.nanmax(seen, axis=1) - np.nanmin(seen, axis=1)))
    if not extent > 0:
        raise BadInput(f"{label}: all joints lie in one point")
    scale = _FINE / extent
    height = body_height(points * scale, skeleton) / scale
    ground = float(np.nanpercentile(np.nanmin(seen[..., 1], axis=1), 5))
    hips = points[:, [skeleton.index["left_hip"], skeleton.index["right_hip"]]].mean(axis=1)
    there = np.flatnonzero(np.isfinite(hips).all(-1))
    if len(there) == 0:
        raise BadInput(f"{label}: has no frame with both hips")
    origin = hips[there[0]].copy()
    origin[1] = ground
    return (points - origin) / height


def upright(poses: PoseSequence, axes: int, label: str) -> np.ndarray:
    """Return (frames, joints, axes) of poses in a picture: pixels, y up, depth towards the camera.

    Raises:
        BadInput: three axes are wanted, and the poses know no depth.
    """
    points = poses.points.astype(np.float64) * [1, -1]
    points[poses.confidence <= 0] = np.nan
    if axes == 2:
        return points
    if poses.depth is None:
        raise BadInput(
            f"{label}: is known in the picture only; prepare two dimensions (--axes 2), or capture "
            "it with an estimator that gives depth (blazepose)"
        )
    return np.concatenate([points, poses.depth.astype(np.float64)[..., None]], axis=-1)
