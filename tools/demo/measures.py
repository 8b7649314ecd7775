"""The measures of the demo dancer: what a capture of it would find out about its body."""

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile, normalised
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.tools.demo.stage import Stage
from stickdance.tools.demo.stance import (
    ANKLE,
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

_STANDING = 0.966  # height of the hips above the ankles over the length of the legs: soft knees
_REACH = 0.38  # metres that the dancer may move to either side


def standing() -> np.ndarray:
    """Return the joints (18, 3) of the dancer standing at ease, metres, the floor at y = 0."""
    at = OPENPOSE_18.index
    hips = ANKLE + _STANDING * (THIGH + SHIN)
    neck = np.array([0.0, hips + TRUNK, 0.0])
    joints = np.zeros((len(OPENPOSE_18), 3))
    joints[at["neck"]] = neck
    for side, sign in (("left", 1.0), ("right", -1.0)):
        shoulder = neck + np.array([sign * SHOULDER, 0.0, 0.0])
        elbow = shoulder + UPPER_ARM * np.array([sign * 0.19, -0.982, 0.0])
        wrist = elbow + FOREARM * np.array([sign * 0.09, -0.955, 0.28])
        joints[at[f"{side}_shoulder"]] = shoulder
        joints[at[f"{side}_elbow"]] = elbow
        joints[at[f"{side}_wrist"]] = wrist
        joints[at[f"{side}_hip"]] = [sign * HIP, hips, 0.0]
        joints[at[f"{side}_knee"]] = [sign * HIP * 1.08, ANKLE + SHIN * 0.967, 0.10]
        joints[at[f"{side}_ankle"]] = [sign * HIP * 1.15, ANKLE, 0.0]
    for name, offset in FACE.items():
        joints[at[name]] = neck + HEAD + offset
    return joints


def demo_body(size: tuple[int, int] = (256, 256)) -> BodyProfile:
    """Return the dancer's proportions and place in a frame of `size` = (width, height)."""
    stage = Stage(size)
    joints, scale, at = standing(), stage.scale, OPENPOSE_18.index
    lengths = {"shoulder-elbow": UPPER_ARM, "elbow-wrist": FOREARM, "hip-knee": THIGH,
               "knee-ankle": SHIN}  # fmt: skip
    bones = {}
    for first, second in OPENPOSE_18.bones:
        kind = "-".join(name.split("_")[-1] for name in (first, second))
        flat = (joints[at[first]] - joints[at[second]])[:2]
        length = lengths.get(kind, float(np.linalg.norm(flat)))
        bones[f"{first}-{second}"] = length * scale
    neck = joints[at["neck"]]
    face = {name: joints[at[name]] - neck for name in FACE}
    points = stage.pixels(joints)[None].astype(np.float32)
    height = float(joints[at["nose"], 1] - ANKLE) * scale
    return BodyProfile(
        skeleton=OPENPOSE_18,
        size=size,
        bones=bones,
        shoulder_width=2 * SHOULDER * scale,
        hip_width=2 * HIP * scale,
        height=height,
        ground=stage.floor - ANKLE * scale,
        centre=stage.centre,
        reach=(stage.centre - _REACH * scale, stage.centre + _REACH * scale),
        face={name: (float(x * scale), float(-y * scale)) for name, (x, y, _) in face.items()},
        poses=normalised(points, OPENPOSE_18, height),
    )
