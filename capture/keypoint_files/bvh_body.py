"""The dancing body in a motion capture: which of its joints is which of ours, whatever its names.

Names are told apart by side and part: LeftForeArm, mixamorig:LeftForeArm, lForeArm, L_Elbow,
forearm.L, lowerarm_l and Bip01 L Forearm are one joint. A motion capture has a head but no face:
nose, eyes and ears are put where an average head has them, turning with it, at half confidence.
"""

import re
from pathlib import Path

import numpy as np

from stickdance.capture.keypoint_files.bvh import BvhMotion, read_motion
from stickdance.capture.keypoint_files.keypoints import Keypoints
from stickdance.capture.keypoint_files.projection import body_axes, project
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput

PARTS = {
    "shoulder": ("arm", "upperarm", "uparm", "humerus", "shldr", "shoulder"),
    "elbow": ("elbow", "forearm", "lowerarm", "lowarm", "radius"),
    "wrist": ("wrist", "hand"),
    "hip": ("upleg", "thigh", "upperleg", "femur", "hip"),
    "knee": ("knee", "shin", "calf", "lowerleg", "lowleg", "leg", "tibia"),
    "ankle": ("ankle", "foot"),
}
"""Our joints without their side, and what others call them; the first that is there counts."""

_HEADS = ("head",)
_SIDES = {"left": "left", "l": "left", "right": "right", "r": "right"}
_NEEDED = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
_HALF = 0.5
# (up, forward, to the left) from the joint at the base of the skull, in lengths up to its top
_FACE = {
    "nose": (0.25, 0.6, 0.0),
    "left_eye": (0.45, 0.48, 0.2),
    "right_eye": (0.45, 0.48, -0.2),
    "left_ear": (0.3, 0.05, 0.45),
    "right_ear": (0.3, 0.05, -0.45),
}


def read(path: Path) -> Keypoints:
    """Read a BVH file as the 18 joints of a dancer, projected from the front.

    Raises:
        BadInput: what `read_motion` refuses, or no shoulders and hips among its joints.
    """
    motion = read_motion(path)
    points = body_in_space(motion, str(path))
    sure = np.ones(len(OPENPOSE_18))
    sure[[OPENPOSE_18.index[name] for name in _FACE]] = _HALF
    lacking = [
        name for name, place in OPENPOSE_18.index.items() if not np.isfinite(points[:, place]).any()
    ]
    notes = (f"it has no {', '.join(lacking)}",) if lacking else ()
    return project(points, OPENPOSE_18, motion.fps, "BVH", notes, sure)


def body_in_space(motion: BvhMotion, label: str = "the motion") -> np.ndarray:
    """Return the 18 joints of OpenPose in space, (frames, 18, 3); NaN for those not there.

    Raises:
        BadInput: shoulders or hips are not among the joints.
    """
    places = joint_places(motion)
    if any(name not in places for name in _NEEDED):
        names = ", ".join(joint.name for joint in motion.joints[:12])
        raise BadInput(
            f"{label}: no shoulders and hips among its joints ({names}, ...); expected names like "
            "LeftArm or LeftShoulder, and LeftUpLeg or LeftHip"
        )
    points = np.full((len(motion.points), len(OPENPOSE_18), 3), np.nan)
    for name, place in places.items():
        points[:, OPENPOSE_18.index[name]] = motion.points[:, place]
    shoulders = [OPENPOSE_18.index["left_shoulder"], OPENPOSE_18.index["right_shoulder"]]
    points[:, OPENPOSE_18.index["neck"]] = points[:, shoulders].mean(axis=1)
    for name, path in _face(motion, points).items():
        points[:, OPENPOSE_18.index[name]] = path
    return points


def joint_places(motion: BvhMotion) -> dict[str, int]:
    """Return, by our names, the places of a motion's joints."""
    named: dict[tuple[str, str], int] = {}
    for place, joint in enumerate(motion.joints):
        key = _side_and_part(joint.name)
        if key is not None:
            named.setdefault(key, place)
    return {
        f"{side}_{ours}": next(named[side, part] for part in parts if (side, part) in named)
        for ours, parts in PARTS.items()
        for side in ("left", "right")
        if any((side, part) in named for part in parts)
    }


def _side_and_part(name: str) -> tuple[str, str] | None:
    bare = name.rpartition(":")[2]
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", bare)]
    known = {part for parts in PARTS.values() for part in parts}
    for place, word in enumerate(words):
        rest = "".join(words[place + 1 :]) or "".join(words[:place])
        if word in _SIDES and rest in known:
            return _SIDES[word], rest
    whole = "".join(words)
    for letters, side in _SIDES.items():
        if whole.startswith(letters) and whole.removeprefix(letters) in known:
            return side, whole.removeprefix(letters)
    return None


def _face(motion: BvhMotion, body: np.ndarray) -> dict[str, np.ndarray]:
    """Return the joints of the face, (frames, 3) each; none where there is no head."""
    head = next(
        (
            place
            for place, joint in enumerate(motion.joints)
            if joint.name.rpartition(":")[2].lower().removeprefix("bip01 ") in _HEADS
        ),
        None,
    )
    if head is None:
        return {}
    axes = _head_axes(motion, body, head)
    top = next((p for p, joint in enumerate(motion.joints) if joint.parent == head), None)
    length = _length(motion, head, top, body)
    return {
        name: motion.points[:, head] + length * np.einsum("fij,j->fi", axes, np.array(offset))
        for name, offset in _FACE.items()
    }


def _head_axes(motion: BvhMotion, body: np.ndarray, head: int) -> np.ndarray:
    """Return (frames, 3, 3), columns: up, forward and left of the head.

    They are fixed in the head, and lie along the body's own on the whole of the motion.
    """
    up, left = body_axes(body, OPENPOSE_18)
    turns = motion.rotations[:, head]
    whole = np.isfinite(body[:, [OPENPOSE_18.index[name] for name in _NEEDED]]).all((1, 2))
    own_left = np.einsum("fji,fj->fi", turns[whole], left).mean(axis=0)
    own_up = np.einsum("fji,j->fi", turns[whole], up).mean(axis=0)
    own_up /= max(float(np.linalg.norm(own_up)), 1e-12)
    own_left -= own_up * float(own_left @ own_up)
    own_left /= max(float(np.linalg.norm(own_left)), 1e-12)
    fixed = np.stack([own_up, np.cross(own_left, own_up), own_left], axis=1)
    return turns @ fixed


def _length(motion: BvhMotion, head: int, top: int | None, body: np.ndarray) -> float:
    """Return the head's length: to its end, where there is one as long as heads are."""
    torso = float(
        np.nanmedian(
            np.linalg.norm(
                body[:, OPENPOSE_18.index["neck"]]
                - body[:, [OPENPOSE_18.index["left_hip"], OPENPOSE_18.index["right_hip"]]].mean(1),
                axis=-1,
            )
        )
    )
    usual = 0.36 * torso
    if top is None:
        return usual
    length = float(np.linalg.norm(motion.joints[top].offset))
    return length if 0.5 * usual < length < 2 * usual else usual
