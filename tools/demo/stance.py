"""Stance: from eighteen joints in space to the frames that body parts hang on.

A frame is a place and three axes. Trunk and head: x to the person's left, y up, z forward. Limbs:
x outward (away from the other side, on both sides), y along the limb towards hand or foot, z to
the front of the knee or to the thumb; y is stretched so that one nominal metre of a limb reaches
from joint to joint. Feet: x outward, y up, z to the toes.

What eighteen joints do not say (how forearm, hand and foot are turned) follows from how elbows and
knees bend.
"""

import numpy as np

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.tools.demo.stage import EYE_DISTANCE, EYE_HEIGHT, floor_under

FRAMES = (
    "pelvis", "waist", "chest", "head",
    "left_upper_arm", "left_forearm", "left_hand", "left_thigh", "left_shin", "left_foot",
    "right_upper_arm", "right_forearm", "right_hand", "right_thigh", "right_shin", "right_foot",
)  # fmt: skip
FRAME = {name: place for place, name in enumerate(FRAMES)}

UPPER_ARM, FOREARM, THIGH, SHIN = 0.275, 0.245, 0.420, 0.395
TRUNK = 0.500
"""From the middle of the hips to the middle of the shoulders, metres."""
SHOULDER, HIP = 0.165, 0.096
"""Half the width between the joints, metres."""
ANKLE = 0.107
"""Height of the ankle above the floor, metres."""
HEAD = np.array([0.0, 0.176, 0.015])
"""The middle of the head as seen from the middle of the shoulders, upright."""
FACE = {
    "nose": (0.0, -0.008, 0.113),
    "left_eye": (0.032, 0.024, 0.082),
    "right_eye": (-0.032, 0.024, 0.082),
    "left_ear": (0.067, 0.010, -0.008),
    "right_ear": (-0.067, 0.010, -0.008),
}
"""Joints of the face in the frame of the head, metres: where pose estimators see them."""

_SHOULDER_DROP = 0.010  # metres: estimators see shoulders on top of the joint
_AT = OPENPOSE_18.index
_UP = np.array([0.0, 1.0, 0.0])


def frames_of(joints: np.ndarray) -> np.ndarray:
    """Return the frames of a body from its joints.

    Args:
        joints: (18, 3) picture space (see `stage`), all there.

    Returns:
        (frames, 3, 4): columns x, y, z and the origin of each frame of `FRAMES`.
    """
    frames = np.zeros((len(FRAMES), 3, 4))
    hips = (joints[_AT["left_hip"]] + joints[_AT["right_hip"]]) / 2
    neck = (joints[_AT["left_shoulder"]] + joints[_AT["right_shoulder"]]) / 2
    up = _unit(neck - hips, _UP)
    pelvis = _trunk(joints[_AT["left_hip"]] - joints[_AT["right_hip"]], up)
    chest = _trunk(joints[_AT["left_shoulder"]] - joints[_AT["right_shoulder"]], up)
    waist = _trunk(pelvis[:, 0] + chest[:, 0], up)
    stretch = np.clip(np.linalg.norm(neck - hips) / TRUNK, 0.6, 1.3) * up
    for name, axes, origin in (
        ("pelvis", pelvis, hips),
        ("waist", waist, (hips + neck) / 2),
        ("chest", chest, neck - _SHOULDER_DROP * up),
    ):
        frames[FRAME[name]] = np.column_stack([axes[:, 0], stretch, axes[:, 2], origin])
    frames[FRAME["head"]] = _head(joints, neck)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        _arm(frames, joints, side, sign * chest[:, 0], chest[:, 2], sign)
        _leg(frames, joints, side, sign * pelvis[:, 0], pelvis[:, 2])
    return frames


def _trunk(left: np.ndarray, up: np.ndarray) -> np.ndarray:
    across = _unit(left - (left @ up) * up, np.array([1.0, 0.0, 0.0]))
    return np.column_stack([across, up, np.cross(across, up)])


def _head(joints: np.ndarray, neck: np.ndarray) -> np.ndarray:
    template = np.array([*FACE.values(), -HEAD])
    seen = np.array([*(joints[_AT[name]] for name in FACE), neck])
    weight = np.array([1.0] * len(FACE) + [0.15])[:, None]
    weight = weight / weight.sum()
    middle, centre = (weight * template).sum(0), (weight * seen).sum(0)
    axes = nearest_rotation((weight * (seen - centre)).T @ (template - middle))
    face_middle = template[: len(FACE)].mean(0)
    origin = seen[: len(FACE)].mean(0) - axes @ face_middle
    return np.column_stack([axes, origin])


def nearest_rotation(matrix: np.ndarray) -> np.ndarray:
    """Return the rotation nearest to a 3x3 matrix (Kabsch 1976)."""
    left, _, right = np.linalg.svd(matrix)
    left[:, 2] *= np.sign(np.linalg.det(left @ right)) or 1.0
    return left @ right


def _arm(
    frames: np.ndarray,
    joints: np.ndarray,
    side: str,
    outward: np.ndarray,
    forward: np.ndarray,
    sign: float,
) -> None:
    shoulder, elbow, wrist = (joints[_AT[f"{side}_{j}"]] for j in ("shoulder", "elbow", "wrist"))
    upper, fore = _unit(elbow - shoulder, -_UP), _unit(wrist - elbow, -_UP)
    # A straight arm that hangs shows the thumb in front; one held high turns it inwards.
    raised = max(0.0, float(upper[1]))
    straight = forward * (1 - 0.8 * raised) - outward * raised
    # A bent elbow turns the thumb towards the shoulder (hand held out as in greeting).
    thumb = straight * 0.35 + 1.6 * (-upper + (upper @ fore) * fore)
    palm = sign * np.cross(upper, fore)  # where the palm looks when the elbow is bent
    bend = fore - (fore @ upper) * upper
    upper_axes = _limb(upper, bend + 0.3 * forward, outward)
    fore_axes = _limb(fore, thumb, outward - palm)
    # The hand follows the forearm, a little bent to the palm and away from the thumb.
    hand_axes = _limb(_unit(fore - 0.16 * fore_axes[:, 0], fore), fore_axes[:, 2], fore_axes[:, 0])
    _put(frames, f"{side}_upper_arm", upper_axes, shoulder, elbow, UPPER_ARM)
    _put(frames, f"{side}_forearm", fore_axes, elbow, wrist, FOREARM)
    frames[FRAME[f"{side}_hand"]] = np.column_stack([hand_axes, wrist])


def _leg(
    frames: np.ndarray, joints: np.ndarray, side: str, outward: np.ndarray, forward: np.ndarray
) -> None:
    hip, knee, ankle = (joints[_AT[f"{side}_{j}"]] for j in ("hip", "knee", "ankle"))
    thigh, shin = _unit(knee - hip, -_UP), _unit(ankle - knee, -_UP)
    # A bent knee points to where the foot points; a straight leg's foot looks ahead and outward.
    ahead = 1.6 * (thigh - (thigh @ shin) * shin) + 0.45 * forward + 0.12 * outward
    thigh_axes = _limb(thigh, ahead, outward)
    shin_axes = _limb(shin, ahead, outward)
    _put(frames, f"{side}_thigh", thigh_axes, hip, knee, THIGH)
    _put(frames, f"{side}_shin", shin_axes, knee, ankle, SHIN)
    lifted = float(np.clip((ankle[1] - floor_under(ankle[2]) - ANKLE) / 0.13, 0, 1))
    toes = _toes(shin_axes, ahead, lifted)
    up = _UP * (1 - lifted) - shin * lifted
    up = _unit(up - (up @ toes) * toes, _UP)
    frames[FRAME[f"{side}_foot"]] = np.column_stack([_side(up, toes, outward), up, toes, ankle])


def _toes(shin_axes: np.ndarray, ahead: np.ndarray, lifted: float) -> np.ndarray:
    flat = _unit(np.array([ahead[0], 0.0, ahead[2]]), np.array([0.0, 0.0, 1.0]))
    flat = flat - _UP * flat[2] * EYE_HEIGHT / EYE_DISTANCE  # as the floor runs in the picture
    hanging = _unit(shin_axes[:, 2] + 0.55 * shin_axes[:, 1], flat)
    return _unit(flat * (1 - lifted) + hanging * lifted, flat)


def _limb(along: np.ndarray, front: np.ndarray, outward: np.ndarray) -> np.ndarray:
    front = front - (front @ along) * along
    if np.linalg.norm(front) < 1e-3:
        front = np.cross(along, outward)
    front = _unit(front, np.array([0.0, 0.0, 1.0]))
    return np.column_stack([_side(along, front, outward), along, front])


def _side(along: np.ndarray, front: np.ndarray, outward: np.ndarray) -> np.ndarray:
    across = np.cross(along, front)
    return across if across @ outward >= 0 else -across


def _put(
    frames: np.ndarray,
    name: str,
    axes: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    nominal: float,
) -> None:
    stretch = max(0.05, float(np.linalg.norm(end - start)) / nominal)
    frames[FRAME[name]] = np.column_stack([axes[:, 0], axes[:, 1] * stretch, axes[:, 2], start])


def _unit(vector: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-6 else otherwise
