"""A dance for other programs: poses, keypoint files, a stick-figure video, motion capture.

The name tells the kind: `.npz` poses, `.json` COCO keypoints, `.mp4` the stick figure with the
song's sound, `.bvh` joints with rotations, and a name without a suffix a folder of OpenPose JSON.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.keypoint_files.bvh import read_motion
from stickdance.capture.keypoint_files.writing import write_keypoints
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.dance.preview import write_preview
from stickdance.choreography.export.bvh import NOSE_SHARE, write_bvh
from stickdance.choreography.plan_to_poses.joints_3d import dance_in_space

_CHECKED = {
    "left_wrist": "LeftHand", "right_wrist": "RightHand",
    "left_ankle": "LeftFoot", "right_ankle": "RightFoot", "nose": "Nose",
}  # fmt: skip
"""Ends of limbs, where errors of rotations add up, by their names in BVH."""


def export_dance(dance: Dance, to: Path, height: float = 170.0) -> dict[str, Any]:
    """Write a dance in the format that a name asks for.

    Args:
        dance: what to write.
        to: NAME.npz, NAME.json, NAME.mp4, NAME.bvh, or a name without a suffix.
        height: of the person in centimetres, for BVH.

    Returns:
        What was written, as JSON values.

    Raises:
        BadInput: another suffix, a height that nobody has, or BVH of a dance without depth.
        OutputFailed: no space or no permission.
    """
    to = Path(to)
    about: dict[str, Any] = {"file": str(to), "frames": len(dance.poses), "fps": dance.poses.fps}
    if to.suffix == ".bvh":
        return about | _bvh(dance, to, height)
    if to.suffix in _WRITERS:
        return about | {"format": _WRITERS[to.suffix](dance, to)}
    known = ", ".join(suffix for suffix in [*_WRITERS, ".bvh"] if suffix)
    raise BadInput(
        f"--output {to}: unknown kind {to.suffix!r}; expected a name ending in {known}, or "
        "one without a suffix for a folder of OpenPose JSON"
    )


def _bvh(dance: Dance, to: Path, height: float) -> dict[str, Any]:
    if not 30 <= height <= 300:
        raise BadInput(f"--height {height:g}: expected 30 to 300 cm")
    space = dance_in_space(dance)
    write_bvh(space.joints, dance.poses.fps, to, height)
    about: dict[str, Any] = {"format": "BVH", **_errors(space.joints, to, height)}
    if not space.exact:
        about["note"] = "depth is the estimator's guess and bones are made rigid, so joints moved"
    return about


def _errors(joints: np.ndarray, file: Path, height: float) -> dict[str, float]:
    """Return how far limbs end from where they danced, in body heights: the file is read back."""
    motion = read_motion(file)
    places = {joint.name: place for place, joint in enumerate(motion.joints)}
    off = []
    for ours, theirs in _CHECKED.items():
        back = motion.points[:, places[theirs]] / (height * NOSE_SHARE)
        off.append(np.linalg.norm(back - joints[:, OPENPOSE_18.index[ours]], axis=-1))
    every = np.concatenate(off)
    return {
        "largest_error": round(float(every.max()), 6),
        "mean_error": round(float(every.mean()), 6),
    }


def _keypoints(dance: Dance, to: Path) -> str:
    return write_keypoints(dance.poses, to)


def _video(dance: Dance, to: Path) -> str:
    write_preview(dance.poses, dance.sound.path, to, dance.body.ground)
    return "stick-figure video with sound"


_WRITERS: dict[str, Callable[[Dance, Path], str]] = {
    "": _keypoints, ".npz": _keypoints, ".json": _keypoints, ".mp4": _video,
}  # fmt: skip
