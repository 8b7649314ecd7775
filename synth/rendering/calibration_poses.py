"""Poses that a person was seen in, put where the person stood: engines are tried on them."""

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.synth.rendering.renderer import Poses


def standing_poses(body: BodyProfile, most: int) -> Poses:
    """Return some of the poses seen, standing where the person stood, spread over all of them."""
    chosen = np.linspace(0, len(body.poses) - 1, min(most, len(body.poses))).round().astype(int)
    points = body.poses[chosen].astype(np.float32) * np.float32(body.height)
    ankles = [body.skeleton.index[f"{side}_ankle"] for side in ("left", "right")]
    lowest = np.nan_to_num(points[:, ankles, 1], nan=-np.inf).max(1)
    lowest = np.where(np.isfinite(lowest), lowest, 0.5 * body.height)
    points[..., 0] += body.centre
    points[..., 1] += (body.ground - lowest)[:, None]
    return Poses(points, np.isfinite(points).all(-1).astype(np.float32))
