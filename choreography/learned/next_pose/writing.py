"""A movement for other programs: poses in a picture, keypoint files, a video, motion capture."""

from pathlib import Path

import numpy as np

from stickdance.capture.keypoint_files.writing import write_keypoints
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.dance.preview import write_preview
from stickdance.choreography.export.bvh import write_bvh
from stickdance.choreography.movement.movement import Movement

SUFFIXES = (".npz", ".bvh", ".mp4", ".json", "")
_SIDE = 512  # pixels of the square frame
_MARGIN = 0.08  # of the frame, around all that moves
_TALLEST = 0.6  # of the frame, that a body height takes at most


def check_name(to: Path) -> None:
    """Refuse a name whose suffix is none of `SUFFIXES`.

    Raises:
        BadInput: names what is known.
    """
    if Path(to).suffix not in SUFFIXES:
        raise BadInput(
            f"{to}: unknown kind {Path(to).suffix!r}; expected a name ending in .npz, .bvh, .mp4 "
            "or .json, or one without a suffix for a folder of OpenPose JSON"
        )


def write_movement(movement: Movement, to: Path) -> Path:
    """Write a movement in the format that a name asks for, and return the path.

    Raises:
        BadInput: BVH of a movement in two dimensions or without a face, or an unknown suffix.
        OutputFailed: no space or no permission.
    """
    to = Path(to)
    check_name(to)
    if to.suffix == ".bvh":
        if movement.axes != 3 or movement.skeleton.joints != OPENPOSE_18.joints:
            raise BadInput(f"{to}: BVH needs all 18 joints in space; write .npz or .mp4 instead")
        return write_bvh(movement.points, movement.fps, to)
    poses, ground = in_picture(movement)
    if to.suffix == ".mp4":
        return write_preview(poses, None, to, ground)
    if movement.skeleton.joints == OPENPOSE_18.joints or to.suffix == ".npz":
        write_keypoints(poses, to)
        return to
    raise BadInput(f"{to}: needs all 18 joints; write .npz or .mp4 instead")


def in_picture(movement: Movement) -> tuple[PoseSequence, float]:
    """Return a movement as poses in a square picture that holds all of it, and the ground's row."""
    across, up = movement.points[..., 0], movement.points[..., 1]
    room = (1 - 2 * _MARGIN) * _SIDE
    reach = max(np.ptp(across), np.ptp(up), 1e-6)
    pixels = min(room / reach, _TALLEST * _SIDE)
    x = _SIDE / 2 + (across - (across.max() + across.min()) / 2) * pixels
    ground = (1 - _MARGIN) * _SIDE
    y = ground - (up - up.min()) * pixels
    depth = None
    if movement.axes == 3:
        hips = [movement.skeleton.index[f"{side}_hip"] for side in ("left", "right")]
        z = movement.points[..., 2]
        depth = (z - z[:, hips].mean(axis=1, keepdims=True)) * pixels
    points = np.stack([x, y], axis=-1)
    poses = PoseSequence(
        points, np.ones(points.shape[:2]), movement.fps, (_SIDE, _SIDE), movement.skeleton, depth
    )
    return poses, ground
