"""How tall a person is in the picture, from joints that may be wrong or missing here and there.

Conventions: a body height is from the nose to the ankles of a person who stands upright.
"""

import numpy as np
from scipy.ndimage import median_filter

from stickdance.capture.pose.skeleton import Floats, Skeleton

_SHARES = {
    ("shoulders", "hips"): 0.34,
    ("hip", "knee"): 0.25,
    ("knee", "ankle"): 0.25,
    ("shoulder", "elbow"): 0.19,
    ("elbow", "wrist"): 0.17,
    ("nose", "shoulders"): 0.17,
}
"""Lengths of an average adult's parts, in body heights."""

_LONGEST = 90.0  # percentile of a bone's length over time that a camera sees nearly in full


def body_height(points: Floats, skeleton: Skeleton) -> float:
    """Return the body height in pixels, the median of what each part of the body tells; at least 1.

    Foreshortened parts count little: of each one its length where it is longest is taken, after a
    median over five frames, which single wrong frames do not survive.

    Args:
        points: (frames, joints, 2) pixels, NaN where missing.
        skeleton: whose joints they are.
    """
    told = []
    for (above, below), share in _SHARES.items():
        for side in ("left", "right"):
            ends = (_joint(points, skeleton, above, side), _joint(points, skeleton, below, side))
            length = np.linalg.norm(ends[0] - ends[1], axis=-1)
            length = length[np.isfinite(length)]
            if len(length):
                told.append(np.percentile(median_filter(length, 5), _LONGEST) / share)
    return max(1.0, float(np.median(told))) if told else 1.0


def _joint(points: Floats, skeleton: Skeleton, name: str, side: str) -> Floats:
    """Return the path (frames, 2) of a joint, or of the middle of a pair."""
    if name == "nose":
        names = ["nose"]
    elif name.endswith("s"):
        names = [f"left_{name[:-1]}", f"right_{name[:-1]}"]
    else:
        names = [f"{side}_{name}"]
    if any(name not in skeleton.index for name in names):
        return np.full((len(points), 2), np.nan)
    middle: Floats = points[:, [skeleton.index[name] for name in names]].mean(axis=1)
    return middle
