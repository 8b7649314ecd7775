"""The follower made whole and kept in their frame, whatever part of the leader the camera saw.

Conventions: joints of `OPENPOSE_18` (frames, 18, 3): pixels to the right, down, and towards the
camera.
"""

import numpy as np
from scipy.ndimage import uniform_filter1d

from stickdance.capture.cleaning.gap_filling import gaps
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.body.pose_channels import pose
from stickdance.choreography.body.proportions import body_from_profile

FILLED_TRUST = 0.5
"""Confidence of a joint that the leader does not show."""
_EASE = 0.3  # seconds in which a limb goes over to hanging at ease, and back
_MARGIN = 0.02  # share of the frame's width that stays free at either side
_HIPS, _ANKLES = ([OPENPOSE_18.index[f"{side}_{joint}"] for side in ("left", "right")]
                  for joint in ("hip", "ankle"))  # fmt: skip


def at_ease(joints: np.ndarray, missing: np.ndarray, body: BodyProfile, fps: float) -> np.ndarray:
    """Return joints in which joints that are not seen are as when the target stands at ease.

    Args:
        joints: (frames, 18, 3), whole where nothing is missing.
        missing: (frames, 18) bool.
        body: whose joints they are.
        fps: frames a second.
    """
    out, rest = joints.copy(), _at_rest(body)
    fade = max(1, round(_EASE * fps))
    for parent, child in OPENPOSE_18.bone_indices:
        for gap in gaps(missing[:, [child]]):
            span = slice(gap.start, gap.stop)
            hung = np.append(rest[child] - rest[parent], 0.0)
            away = np.broadcast_to(hung, (gap.stop - gap.start, 3)).copy()
            steps = np.arange(1, len(away) + 1)[:, None]
            for edge, passed in ((gap.start - 1, steps), (gap.stop, steps[::-1])):
                if 0 <= edge < len(joints):
                    seen = joints[edge, child] - joints[edge, parent]
                    away += (seen - hung) * np.clip(1 - passed / fade, 0, 1)
            out[span, child] = out[span, parent] + away
    return out


def on_ground(joints: np.ndarray, missing: np.ndarray, body: BodyProfile, fps: float) -> np.ndarray:
    """Return joints whose lower foot stands on the target's ground where neither foot was seen.

    Args:
        joints: (frames, 18, 3), whole.
        missing: (frames, 18) bool: not seen.
        body: whose ground.
        fps: frames a second.
    """
    unseen = missing[:, _ANKLES].all(axis=1).astype(float)
    share = uniform_filter1d(unseen, 2 * max(1, round(_EASE * fps / 2)) + 1, mode="nearest")
    out = joints.copy()
    out[..., 1] += (share * (body.ground - joints[:, _ANKLES, 1].max(axis=1)))[:, None]
    return out


def inside_frame(joints: np.ndarray, body: BodyProfile) -> tuple[np.ndarray, float]:
    """Return joints whose way to either side is shortened until nobody leaves the frame.

    Args:
        joints: (frames, 18, 3), NaN where nobody is.
        body: whose frame and place.

    Returns:
        The joints, and the share 0..1 that is left of the way.
    """
    columns = joints[..., 0]
    there = np.isfinite(columns).all(axis=1)
    if not there.any():
        return joints, 1.0
    hips = columns[there][:, _HIPS].mean(axis=1)
    around = columns[there] - hips[:, None]
    share = _share(hips - body.centre, around.min(axis=1), around.max(axis=1), body)
    out = joints.copy()
    out[there, :, 0] += ((share - 1) * (hips - body.centre))[:, None]
    return out, share


def _share(way: np.ndarray, left: np.ndarray, right: np.ndarray, body: BodyProfile) -> float:
    """Return how much of a way (frames,) from the centre keeps a body within the frame."""
    margin = _MARGIN * body.size[0]
    room_left = np.maximum(body.centre + left - margin, 0)
    room_right = np.maximum(body.size[0] - margin - body.centre - right, 0)
    room = np.where(way < 0, room_left, room_right)
    far = np.abs(way) > room
    return float((room[far] / np.abs(way)[far]).min()) if far.any() else 1.0


def _at_rest(body: BodyProfile) -> np.ndarray:
    """Return where (18, 2) the target's joints are when standing at ease, in pixels."""
    dancer = body_from_profile(body)
    points, _ = dancer.project(dancer.joints(pose()[None]))
    return np.asarray(points[0], float)
