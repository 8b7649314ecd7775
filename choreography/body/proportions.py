"""Whose body dances: from a target's measures, or an average adult's.

The measures are pixels of the picture plane; the body is three-dimensional. Its resting pose
projects to where the target's neck, shoulders, hips and face were seen, and its bones are as long
as they were when seen unforeshortened.
"""

from collections.abc import Mapping

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.body.kinematics import (
    CAMERA_DISTANCE,
    CAMERA_HEIGHT,
    SIDES,
    DancerBody,
)

_FACE = {
    "nose": (0.0, 0.135), "left_eye": (0.021, 0.168), "right_eye": (-0.021, 0.168),
    "left_ear": (0.045, 0.152), "right_ear": (-0.045, 0.152),
}  # fmt: skip
_FACE_FRONT = {"nose": 1.45, "left_eye": 1.15, "right_eye": 1.15, "left_ear": 0.0, "right_ear": 0.0}
"""How far before the ears each part of the face lies, in halves of the head's width."""
_TURNED = (15.0, 45.0)  # degrees: who turned less is turned so far, who turned more no farther
_NARROW = 5  # percentile of the widths seen that stands for the farthest turn
_REACH = (0.28, 0.8)  # body heights that an average adult's hips may move aside, by the room
_ARMS = 0.34  # body heights beside them that stay in the frame


def body_from_profile(profile: BodyProfile) -> DancerBody:
    """Return the body whose resting pose lands where a target's joints were measured.

    Left and right bones are averaged, so that a mirrored action is the mirror of the action.

    Raises:
        BadInput: the profile is of another skeleton, or lacks a bone or its measures make no body.
    """
    if profile.skeleton != OPENPOSE_18:
        raise BadInput(
            f"body profile: expected joints of {OPENPOSE_18.name}, found {profile.skeleton.name}; "
            "capture the footage again"
        )
    pixels = profile.height
    face = {name: profile.face.get(name) for name in _FACE}
    nose = face["nose"] or (0.0, -_FACE["nose"][1] * pixels)
    neck_height = 1 + nose[1] / pixels
    hip_width, shoulder_width = profile.hip_width / pixels, profile.shoulder_width / pixels
    across = _bone(profile, "neck", "hip") / pixels
    torso = float(np.sqrt(max(across**2 - (hip_width / 2) ** 2, 0.01)))
    torso = float(np.clip(torso, neck_height - 0.68, neck_height - 0.4))
    thigh, shin = _bone(profile, "hip", "knee"), _bone(profile, "knee", "ankle")
    legs = _leg_length(neck_height - torso, (thigh + shin) / pixels)
    return DancerBody(
        size=profile.size,
        pixels=pixels,
        ground=profile.ground,
        centre=profile.centre,
        reach=profile.reach,
        shoulder_width=shoulder_width,
        hip_width=hip_width,
        hip_height=neck_height - torso,
        torso=torso,
        upper_arm=_bone(profile, "shoulder", "elbow") / pixels,
        forearm=_bone(profile, "elbow", "wrist") / pixels,
        thigh=legs * thigh / (thigh + shin),
        shin=legs * shin / (thigh + shin),
        face=_face_in_depth(
            {
                name: _FACE[name] if at is None else (at[0] / pixels, -at[1] / pixels)
                for name, at in face.items()
            },
            neck_height,
        ),
        turns=_turns(profile),
    )


def _turns(profile: BodyProfile) -> float:
    """Return how far aside (degrees) the target was seen to face, by how narrow it looked.

    Shoulders and hips are both asked, for shoulders alone look narrow in a bow too. Who was never
    seen turns as far as a body of the average adult.
    """
    if not len(profile.poses):
        return _TURNED[1]
    place, narrowest = profile.skeleton.index, []
    for pair, width in (("shoulder", profile.shoulder_width), ("hip", profile.hip_width)):
        apart = profile.poses[:, place[f"left_{pair}"]] - profile.poses[:, place[f"right_{pair}"]]
        shares = np.linalg.norm(apart, axis=-1) * profile.height / width
        known = shares[np.isfinite(shares)]
        narrowest.append(float(np.percentile(known, _NARROW)) if len(known) else 1.0)
    seen = np.degrees(np.arccos(min(max(narrowest), 1.0)))
    return float(np.clip(seen, *_TURNED))


def default_profile(size: tuple[int, int]) -> BodyProfile:
    """Return the measures of an average adult, standing in the middle of a frame of `size`."""
    width, height = size
    pixels = min(0.66 * height, 0.86 * width)  # raised hands stay in the picture
    lengths = {
        "neck-shoulder": 0.108, "shoulder-elbow": 0.178, "elbow-wrist": 0.16,
        "neck-hip": 0.323, "hip-knee": 0.278, "knee-ankle": 0.278, "neck-nose": 0.135,
        "nose-eye": 0.04, "eye-ear": 0.03,
    }  # fmt: skip
    reach = float(np.clip(width / 2 / pixels - _ARMS, *_REACH)) * pixels
    bones = {}
    for a, b in OPENPOSE_18.bones:
        kind = "-".join(name.split("_")[-1] for name in (a, b))
        bones[f"{a}-{b}"] = lengths[kind] * pixels
    return BodyProfile(
        skeleton=OPENPOSE_18,
        size=size,
        bones=bones,
        shoulder_width=0.216 * pixels,
        hip_width=0.12 * pixels,
        height=pixels,
        ground=height - 0.15 * pixels,
        centre=width / 2,
        reach=(width / 2 - reach, width / 2 + reach),
        face={name: (x * pixels, -y * pixels) for name, (x, y) in _FACE.items()},
        poses=np.zeros((0, len(OPENPOSE_18), 2), np.float32),
    )


def _bone(profile: BodyProfile, upper: str, lower: str) -> float:
    """Return the mean length in pixels of a bone that both sides have."""
    lengths = []
    for side in SIDES:
        a = upper if upper == "neck" else f"{side}_{upper}"
        name = f"{a}-{side}_{lower}"
        length = float(profile.bones.get(name, np.nan))
        if not length > 0:
            raise BadInput(
                f"body profile: bone {name!r} is {length}, expected a length in pixels; "
                "capture footage that shows the whole body"
            )
        lengths.append(length)
    return float(np.mean(lengths))


def _leg_length(hip_height: float, measured: float) -> float:
    """Return the length of a leg in which the hips stand at their height with soft knees."""
    return float(np.clip(measured, 1.035 * hip_height, 1.08 * hip_height))


def _face_in_depth(
    flat: Mapping[str, tuple[float, float]], neck_height: float
) -> dict[str, tuple[float, float, float]]:
    """Put nose and eyes in front of the ears, such that they project to where they were seen."""
    half = max(abs(flat["left_ear"][0] - flat["right_ear"][0]) / 2, 0.035)
    out = {}
    for name, (x, y) in flat.items():
        z = _FACE_FRONT[name] * half
        shrink = (CAMERA_DISTANCE - z) / CAMERA_DISTANCE
        level = CAMERA_HEIGHT + (neck_height + y - CAMERA_HEIGHT) * shrink
        out[name] = (x * shrink, level - neck_height, z)
    return out
