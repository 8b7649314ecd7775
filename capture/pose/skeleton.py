"""Skeletons: which joints there are, how bones join them, what mirrors what.

`OPENPOSE_18` is the skeleton of stickdance. The others are what estimators and files speak; their
poses are converted with `convert()`.

Sources: OpenPose's COCO-18 and BODY_25 orders (CMU-Perceptual-Computing-Lab/openpose, output.md),
BODY_25B's (CMU-Perceptual-Computing-Lab/openpose_train, README of its experimental models);
COCO keypoints (AIST++ and most detectors of 17 joints keep to them); Halpe's 26 body joints
(Fang-Haoshu/Halpe-FullBody), which AlphaPose can give; BlazePose GHUM 33 (google/mediapipe, pose
landmarks).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
"""An array of any floating-point numbers."""


@dataclass(frozen=True)
class Skeleton:
    """Joints by name, bones between them, and the joint that each one becomes in a mirror."""

    name: str
    joints: tuple[str, ...]
    bones: tuple[tuple[str, str], ...]
    colours: tuple[tuple[int, int, int], ...] = ()
    """RGB of each bone in a stick figure."""

    def __len__(self) -> int:
        """Return the number of joints."""
        return len(self.joints)

    @cached_property
    def index(self) -> dict[str, int]:
        """Return the place of each joint by its name."""
        return {name: place for place, name in enumerate(self.joints)}

    @cached_property
    def mirrored(self) -> tuple[int, ...]:
        """Return, for each joint, the place of its counterpart on the other side."""
        return tuple(self.index[_other_side(name)] for name in self.joints)

    @cached_property
    def bone_indices(self) -> tuple[tuple[int, int], ...]:
        """Return the bones as pairs of joint places."""
        return tuple((self.index[a], self.index[b]) for a, b in self.bones)


def _other_side(name: str) -> str:
    if name.startswith("left_"):
        return "right_" + name.removeprefix("left_")
    if name.startswith("right_"):
        return "left_" + name.removeprefix("right_")
    return name


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{side}_{name}" for name in names for side in ("left", "right"))


OPENPOSE_18 = Skeleton(
    "openpose_18",
    joints=(
        "nose", "neck", "right_shoulder", "right_elbow", "right_wrist",
        "left_shoulder", "left_elbow", "left_wrist", "right_hip", "right_knee", "right_ankle",
        "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear",
    ),
    bones=(
        ("neck", "right_shoulder"), ("neck", "left_shoulder"),
        ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
        ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
        ("neck", "right_hip"), ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
        ("neck", "left_hip"), ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
        ("neck", "nose"), ("nose", "right_eye"), ("right_eye", "right_ear"),
        ("nose", "left_eye"), ("left_eye", "left_ear"),
    ),
    colours=(
        (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0),
        (0, 255, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255),
        (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170),
    ),
)  # fmt: skip

BODY_25 = Skeleton(
    "body_25",
    joints=(
        "nose", "neck", "right_shoulder", "right_elbow", "right_wrist",
        "left_shoulder", "left_elbow", "left_wrist", "mid_hip", "right_hip", "right_knee",
        "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye",
        "right_ear", "left_ear", "left_big_toe", "left_small_toe", "left_heel",
        "right_big_toe", "right_small_toe", "right_heel",
    ),
    bones=(
        ("neck", "mid_hip"), ("neck", "right_shoulder"), ("neck", "left_shoulder"),
        ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
        ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
        ("mid_hip", "right_hip"), ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
        ("mid_hip", "left_hip"), ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
        ("neck", "nose"), ("nose", "right_eye"), ("right_eye", "right_ear"),
        ("nose", "left_eye"), ("left_eye", "left_ear"), ("left_ankle", "left_big_toe"),
        ("left_big_toe", "left_small_toe"), ("left_ankle", "left_heel"),
        ("right_ankle", "right_big_toe"), ("right_big_toe", "right_small_toe"),
        ("right_ankle", "right_heel"),
    ),
)  # fmt: skip

COCO_17 = Skeleton(
    "coco_17",
    joints=(
        "nose",
        *_both("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"),
    ),
    bones=(
        ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"),
        ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
        ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
        ("left_shoulder", "left_hip"), ("right_shoulder", "right_hip"),
        ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
        ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
        ("nose", "left_eye"), ("left_eye", "left_ear"),
        ("nose", "right_eye"), ("right_eye", "right_ear"),
    ),
)  # fmt: skip

HALPE_26 = Skeleton(
    "halpe_26",
    joints=(
        *COCO_17.joints,
        "head_top", "neck", "mid_hip",
        *_both("big_toe", "small_toe", "heel"),
    ),
    bones=(
        ("head_top", "neck"), ("neck", "mid_hip"),
        ("neck", "left_shoulder"), ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
        ("neck", "right_shoulder"), ("right_shoulder", "right_elbow"),
        ("right_elbow", "right_wrist"),
        ("mid_hip", "left_hip"), ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
        ("mid_hip", "right_hip"), ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
        ("nose", "left_eye"), ("left_eye", "left_ear"),
        ("nose", "right_eye"), ("right_eye", "right_ear"),
        ("left_ankle", "left_heel"), ("left_ankle", "left_big_toe"),
        ("left_big_toe", "left_small_toe"),
        ("right_ankle", "right_heel"), ("right_ankle", "right_big_toe"),
        ("right_big_toe", "right_small_toe"),
    ),
)  # fmt: skip

BODY_25B = Skeleton(
    "body_25b",
    joints=(
        *COCO_17.joints,
        "upper_neck", "head_top",
        "left_big_toe", "left_small_toe", "left_heel",
        "right_big_toe", "right_small_toe", "right_heel",
    ),
    bones=(
        *COCO_17.bones,
        ("nose", "upper_neck"), ("upper_neck", "head_top"),
        ("left_ankle", "left_big_toe"), ("left_big_toe", "left_small_toe"),
        ("left_ankle", "left_heel"),
        ("right_ankle", "right_big_toe"), ("right_big_toe", "right_small_toe"),
        ("right_ankle", "right_heel"),
    ),
)  # fmt: skip

BLAZEPOSE_33 = Skeleton(
    "blazepose_33",
    joints=(
        "nose", "left_eye_inner", "left_eye", "left_eye_outer",
        "right_eye_inner", "right_eye", "right_eye_outer", "left_ear", "right_ear",
        "left_mouth", "right_mouth",
        *_both("shoulder", "elbow", "wrist", "pinky", "index", "thumb",
               "hip", "knee", "ankle", "heel", "foot_index"),
    ),
    bones=(
        ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"),
        ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
        ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
        ("left_shoulder", "left_hip"), ("right_shoulder", "right_hip"),
        ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
        ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
        ("left_ankle", "left_heel"), ("left_heel", "left_foot_index"),
        ("right_ankle", "right_heel"), ("right_heel", "right_foot_index"),
        ("left_wrist", "left_index"), ("right_wrist", "right_index"),
    ),
)  # fmt: skip

SKELETONS = {s.name: s for s in (OPENPOSE_18, BODY_25, BODY_25B, COCO_17, HALPE_26, BLAZEPOSE_33)}

BY_JOINT_COUNT = {len(skeleton): skeleton for skeleton in reversed(SKELETONS.values())}
"""The best known skeleton of so many joints. Files often say no more of theirs; where joints lie
tells the rest (`keypoint_files.joint_order`)."""

_MIDDLES = {
    "neck": ("left_shoulder", "right_shoulder"),
    "mid_hip": ("left_hip", "right_hip"),
}


def convert(
    points: Floats,
    confidence: Floats,
    source: Skeleton,
    target: Skeleton,
) -> tuple[Floats, Floats]:
    """Re-express poses of one skeleton in the joints of another.

    Joints go by name. The neck and the middle of the hips, where `source` has none, are the middle
    of the shoulders and of the hips, as sure as the less sure of the two. A joint that `source`
    cannot give is NaN with confidence 0.

    Args:
        points: (..., joints of source, coordinates), any number of coordinates.
        confidence: (..., joints of source) in 0..1.
        source: the skeleton that the poses belong to.
        target: the skeleton wanted.

    Returns:
        Points (..., joints of target, coordinates) and confidence (..., joints of target).
    """
    points, confidence = np.asarray(points), np.asarray(confidence)
    shape = points.shape[:-2]
    out = np.full((*shape, len(target), points.shape[-1]), np.nan, points.dtype)
    sure = np.zeros((*shape, len(target)), confidence.dtype)
    for place, name in enumerate(target.joints):
        parents = (name,) if name in source.index else _MIDDLES.get(name, ())
        if not parents or any(parent not in source.index for parent in parents):
            continue
        places = [source.index[parent] for parent in parents]
        out[..., place, :] = points[..., places, :].mean(axis=-2)
        sure[..., place] = confidence[..., places].min(axis=-1)
    return out, sure
