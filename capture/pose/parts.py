"""Parts of a person that poses may tell of beside the body: the points of hands and face.

Sources: OpenPose's hands of 21 and face of 70 points (CMU-Perceptual-Computing-Lab/openpose,
output.md). The hand's order is MediaPipe's too; the face's first 68 are those of iBUG's 300-W.
"""

from itertools import pairwise

from stickdance.capture.pose.skeleton import Skeleton

_FINGERS = {
    "thumb": (230, 60, 60),
    "index": (200, 230, 60),
    "middle": (60, 230, 120),
    "ring": (60, 140, 230),
    "pinky": (180, 60, 230),
}
_WHITE = (255, 255, 255)

Bones = tuple[tuple[str, str], ...]


def _chain(*joints: str) -> Bones:
    return tuple(pairwise(joints))


def _loop(*joints: str) -> Bones:
    return _chain(*joints, joints[0])


def _finger(name: str) -> tuple[str, ...]:
    return tuple(f"{name}_{joint}" for joint in range(1, 5))


def _row(name: str, numbers: range) -> tuple[str, ...]:
    return tuple(f"{name}_{number}" for number in numbers)


HAND_21 = Skeleton(
    "hand_21",
    joints=("wrist", *(joint for name in _FINGERS for joint in _finger(name))),
    bones=tuple(bone for name in _FINGERS for bone in _chain("wrist", *_finger(name))),
    colours=tuple(colour for colour in _FINGERS.values() for _ in range(4)),
)
"""A hand, from the wrist to the tips: finger_1 is its knuckle, of the thumb the root."""

_JAW = (*_row("right_jaw", range(8, 0, -1)), "chin", *_row("left_jaw", range(1, 9)))
_BROWS = (_row("right_brow", range(5, 0, -1)), _row("left_brow", range(1, 6)))
_BRIDGE = _row("nose_bridge", range(1, 5))
_NOSTRILS = ("right_nostril_2", "right_nostril_1", "nose_base", "left_nostril_1", "left_nostril_2")
_RIGHT_EYE = (
    "right_eye_outer", "right_eye_top_2", "right_eye_top_1",
    "right_eye_inner", "right_eye_bottom_1", "right_eye_bottom_2",
)  # fmt: skip
_LEFT_EYE = (
    "left_eye_inner", "left_eye_top_1", "left_eye_top_2",
    "left_eye_outer", "left_eye_bottom_2", "left_eye_bottom_1",
)  # fmt: skip
_LIPS = (
    *("right_mouth", "right_lip_top_2", "right_lip_top_1", "lip_top"),
    *("left_lip_top_1", "left_lip_top_2", "left_mouth", "left_lip_bottom_2", "left_lip_bottom_1"),
    *("lip_bottom", "right_lip_bottom_1", "right_lip_bottom_2"),
)
_INNER_LIPS = (
    *("right_mouth_inner", "right_lip_inner_top", "lip_inner_top", "left_lip_inner_top"),
    *("left_mouth_inner", "left_lip_inner_bottom", "lip_inner_bottom", "right_lip_inner_bottom"),
)
_FACE_BONES = (
    _chain(*_JAW), _chain(*_BROWS[0]), _chain(*_BROWS[1]), _chain(*_BRIDGE), _chain(*_NOSTRILS),
    _loop(*_RIGHT_EYE), _loop(*_LEFT_EYE), _loop(*_LIPS),
)  # fmt: skip

FACE_70 = Skeleton(
    "face_70",
    joints=(
        *(*_JAW, *_BROWS[0], *_BROWS[1], *_BRIDGE, *_NOSTRILS, *_RIGHT_EYE, *_LEFT_EYE),
        *(*_LIPS, *_INNER_LIPS, "right_pupil", "left_pupil"),
    ),
    bones=tuple(bone for bones in _FACE_BONES for bone in bones),
    colours=(_WHITE,) * sum(len(bones) for bones in _FACE_BONES),
)
"""A face; left and right are the person's own. Rows are numbered from the middle outwards."""

PARTS = {"left_hand": HAND_21, "right_hand": HAND_21, "face": FACE_70}
"""Name -> skeleton of each part that a pose sequence may have beside the body."""

HANDS = ("left_hand", "right_hand")
MIRRORED = {"left_hand": "right_hand", "right_hand": "left_hand", "face": "face"}
"""What each part is in a mirror."""
