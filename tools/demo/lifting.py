"""Lifting: a plausible depth for poses that have none.

A bone that looks shorter than it is points towards the camera or away from it; by how much follows
from its length, the sign from how people move: the side with the left shoulder tells front from
back, the nose against the ears which way the body is turned, knees and hands go forward.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.tools.demo.measures import standing
from stickdance.tools.demo.stance import (
    FACE,
    FOREARM,
    HEAD,
    HIP,
    SHIN,
    SHOULDER,
    THIGH,
    TRUNK,
    UPPER_ARM,
)

_AT = OPENPOSE_18.index
_PARENTS = {
    "right_hip": "neck", "left_hip": "neck", "right_knee": "right_hip", "left_knee": "left_hip",
    "right_ankle": "right_knee", "left_ankle": "left_knee", "right_shoulder": "neck",
    "left_shoulder": "neck", "right_elbow": "right_shoulder", "left_elbow": "left_shoulder",
    "right_wrist": "right_elbow", "left_wrist": "left_elbow", "nose": "neck",
    "right_eye": "nose", "left_eye": "nose", "right_ear": "nose", "left_ear": "nose",
}  # fmt: skip
_SMOOTHING = 1.5  # frames


def completed(points: np.ndarray, scale: float) -> np.ndarray:
    """Return poses (frames, 18, 2) with missing joints hung onto the others as when standing.

    Args:
        points: pixels, NaN where missing.
        scale: pixels of a metre.

    Raises:
        BadInput: a frame has neither neck nor shoulders nor hips.
    """
    points = np.array(points, np.float64)
    rest = standing()[:, :2] * np.array([1.0, -1.0]) * scale
    neck = points[:, _AT["neck"]]
    for name in ("left_shoulder", "right_shoulder", "left_hip", "right_hip"):
        place = _AT[name]
        guess = points[:, place] + rest[_AT["neck"]] - rest[place]
        neck = np.where(np.isfinite(neck), neck, guess)
    if not np.isfinite(neck).all():
        frame = int(np.flatnonzero(~np.isfinite(neck).all(-1))[0])
        raise BadInput(
            f"pose of frame {frame}: has neither neck, shoulders nor hips; clean the poses first"
        )
    points[:, _AT["neck"]] = neck
    for name, parent in _PARENTS.items():
        place, above = _AT[name], _AT[parent]
        guess = points[:, above] + rest[place] - rest[above]
        points[:, place] = np.where(np.isfinite(points[:, place]), points[:, place], guess)
    return points


def lifted(points: np.ndarray, scale: float) -> np.ndarray:
    """Return a depth (frames, 18), pixels towards the camera from the hips, for flat poses.

    Args:
        points: (frames, 18, 2) pixels, all there (see `completed`).
        scale: pixels of a metre.
    """
    flat = points * np.array([1.0, -1.0]) / scale
    ahead, shoulders, hips = _facing(flat)
    depth = np.zeros(flat.shape[:2])
    trunk = (flat[:, _AT["left_shoulder"]] + flat[:, _AT["right_shoulder"]]) / 2 - (
        flat[:, _AT["left_hip"]] + flat[:, _AT["right_hip"]]
    ) / 2
    lean = _hidden(np.linalg.norm(trunk, axis=-1), TRUNK) * ahead
    depth[:, _AT["neck"]] = lean
    for side, sign in (("left", 1.0), ("right", -1.0)):
        depth[:, _AT[f"{side}_shoulder"]] = lean + sign * SHOULDER * shoulders
        depth[:, _AT[f"{side}_hip"]] = sign * HIP * hips
        for lower, upper, length, way in (
            ("elbow", "shoulder", UPPER_ARM, 1.0),
            ("wrist", "elbow", FOREARM, 1.0),
            ("knee", "hip", THIGH, 1.0),
            ("ankle", "knee", SHIN, -1.0),
        ):
            here, above = _AT[f"{side}_{lower}"], _AT[f"{side}_{upper}"]
            seen = np.linalg.norm(flat[:, here] - flat[:, above], axis=-1)
            depth[:, here] = depth[:, above] + way * ahead * _hidden(seen, length)
    turns = _head_turns(flat)
    for name, offset in FACE.items():
        depth[:, _AT[name]] = lean + turns[:, 2] @ (HEAD + np.array(offset))
    if len(depth) > 1:
        depth = gaussian_filter1d(depth, _SMOOTHING, axis=0, mode="nearest")
    return depth * scale


def _facing(flat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how far the body looks at the camera (-1..1) and the left ends' share of depth."""
    ears = (flat[:, _AT["left_ear"]] + flat[:, _AT["right_ear"]])[:, 0] / 2
    nose = (flat[:, _AT["nose"], 0] - ears) / FACE["nose"][2]
    if len(nose) > 1:
        nose = gaussian_filter1d(nose, 2 * _SMOOTHING, mode="nearest")
    to_right = np.tanh(4 * nose)
    across = {}
    for name, half in (("shoulder", SHOULDER), ("hip", HIP)):
        width = flat[:, _AT[f"left_{name}"]] - flat[:, _AT[f"right_{name}"]]
        seen = np.linalg.norm(width, axis=-1) / (2 * half)
        turned = _hidden(seen, 1.0)
        across[name] = (np.clip(width[:, 0] / (2 * half), -1, 1), -to_right * turned)
    ahead = np.tanh(3 * across["shoulder"][0])
    return ahead, across["shoulder"][1], across["hip"][1]


def _head_turns(flat: np.ndarray) -> np.ndarray:
    """Return rotations (frames, 3, 3) of the head from how the face's joints lie to the neck."""
    template = np.array([*(HEAD + np.array(offset) for offset in FACE.values()), np.zeros(3)])
    seen = np.stack([*(flat[:, _AT[name]] for name in FACE), flat[:, _AT["neck"]]], axis=1)
    template = template - template.mean(0)
    affine = np.linalg.pinv(template) @ (seen - seen.mean(1, keepdims=True))
    left, _, right = np.linalg.svd(affine.transpose(0, 2, 1), full_matrices=False)
    rows = left @ right
    third = np.cross(rows[:, 0], rows[:, 1])
    return np.concatenate([rows, third[:, None]], axis=1)


def _hidden(seen: np.ndarray, length: float) -> np.ndarray:
    """Return the part of a length that depth hides; measuring errors near full length do not."""
    share = np.clip(seen / (0.97 * length), 0, 1)
    return length * np.sqrt(1 - share**2)
