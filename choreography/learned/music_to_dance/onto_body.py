"""A dance in the window -> the same dance on a target's body, in the target's place.

Bones get the target's lengths (`stickdance.capture.retargeting.retarget`), and none may look longer
than it is: a drawn bone can only be foreshortened. Where the dancer went further to the side than
the target was seen to, the way is made narrower.
"""

from dataclasses import replace

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.retargeting.body_from_poses import Figure
from stickdance.capture.retargeting.retarget import retarget

_LONGEST = 1.1
"""A bone looks at most so many times as long as measured: what comes nearer grows a little."""
_LEAST_REACH = 0.14  # body heights that hips may move to either side even if never seen to
_PARENTS = {child: parent for parent, child in OPENPOSE_18.bones}


def on_body(poses: PoseSequence, dancer: Figure, profile: BodyProfile) -> PoseSequence:
    """Return a dance with a target's proportions and place, in pixels of the target's frame.

    Args:
        poses: in the window.
        dancer: the body that dances in it.
        profile: the target.
    """
    moved = retarget(poses, dancer, profile)
    points = within_bones(moved.points.astype(np.float64), profile)
    points = _within_reach(points, profile)
    return replace(moved, points=points)


def within_bones(points: np.ndarray, profile: BodyProfile) -> np.ndarray:
    """Return joints (frames, 18, 2) of which no bone is longer than the body's own, and a little.

    What hangs on a shortened bone moves along with it.
    """
    result = points.copy()
    index = OPENPOSE_18.index
    for child, parent in _outwards():
        ours, theirs = index[child], index[parent]
        offset = points[:, ours] - points[:, theirs]
        length = np.linalg.norm(offset, axis=-1, keepdims=True)
        longest = _LONGEST * profile.bones.get(f"{parent}-{child}", np.inf)
        result[:, ours] = result[:, theirs] + offset * np.minimum(
            1, longest / np.maximum(length, 1e-9)
        )
    return result


def _outwards() -> list[tuple[str, str]]:
    """Return (child, parent) of every bone, parents before their children."""
    ordered: list[tuple[str, str]] = []
    known = {"neck"}
    while len(ordered) < len(_PARENTS):
        found = [(c, p) for c, p in _PARENTS.items() if p in known and c not in known]
        ordered += found
        known |= {child for child, _ in found}
    return ordered


def _within_reach(points: np.ndarray, profile: BodyProfile) -> np.ndarray:
    hips = [OPENPOSE_18.index[f"{side}_hip"] for side in ("left", "right")]
    columns = points[:, hips, 0].mean(axis=1)
    least = _LEAST_REACH * profile.height
    low = max(profile.centre - profile.reach[0], least)
    high = max(profile.reach[1] - profile.centre, least)
    away = columns - profile.centre
    furthest = max(float(-away.min()) / low, float(away.max()) / high, 1.0)
    result = points.copy()
    result[..., 0] += (away / furthest - away)[:, None]
    return result
