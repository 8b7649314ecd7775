"""A dance in space: where its joints are, not only where the camera sees them.

A dance of actions is danced again from its plan by its body, exactly. Moves of a take and what a
video shows were filmed, so their third dimension is the estimator's guess, and bones change their
lengths in it.

Conventions: joints of `OPENPOSE_18` (frames, 18, 3) in body heights (ground to nose); x to the
picture's right, y up from the ground, z towards the camera.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.npz_reader import read_npz
from stickdance.choreography.actions.catalog import STANDARD, Repertoire
from stickdance.choreography.body.kinematics import DancerBody
from stickdance.choreography.body.proportions import body_from_profile
from stickdance.choreography.dance.folder import JOINTS, Dance
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan_to_poses.framing import staged, staged_joints
from stickdance.choreography.plan_to_poses.transitions import plan_values

_LARGEST_HEADER = 1 << 20
_FARTHEST = 1e4  # body heights


@dataclass(frozen=True)
class Space:
    """Joints in space, and how well they are known."""

    joints: NDArray[np.float64]
    """(frames, 18, 3) in body heights."""
    exact: bool
    """Whether they come from the plan; else their depth is an estimator's guess."""


def dance_in_space(dance: Dance) -> Space:
    """Return the joints of a dance in space.

    Raises:
        BadInput: it dances what was filmed and has no depth, or a network danced it.
    """
    if dance.learned:
        raise BadInput(
            f"{dance.path}: was danced by a learned choreographer, which knows the picture only; "
            "motion capture and joints in space need a dance of named actions"
        )
    body = body_from_profile(dance.body)
    plan = dance.choreography
    if dance.of_actions and plan.actions:
        return Space(load_joints(dance.path / JOINTS, len(dance.poses)), True)
    if dance.of_actions:
        times = dance.start_seconds + np.arange(len(dance.poses)) / dance.poses.fps
        return Space(plan_in_space(plan, times, body, dance.poses.fps), True)
    if dance.poses.depth is None:
        what = "a video" if plan.moves is None else f"moves of the take {plan.moves.take!r}"
        raise BadInput(
            f"{dance.path}: dances {what}, which knows no depth; capture it with an estimator that "
            "gives depth (blazepose), or dance named actions"
        )
    return Space(_from_depth(dance, body), False)


def plan_in_picture(
    plan: Choreography,
    times: NDArray[np.float64],
    body: DancerBody,
    fps: float,
    repertoire: Repertoire = STANDARD,
) -> PoseSequence:
    """Return the poses of a plan of actions, in pixels of the body's frame; see `plan_in_space`."""
    values, fade = plan_values(plan, times, body, repertoire)
    return staged(values, body, fps, fade)


def plan_in_space(
    plan: Choreography,
    times: NDArray[np.float64],
    body: DancerBody,
    fps: float,
    repertoire: Repertoire = STANDARD,
) -> NDArray[np.float64]:
    """Return the joints (frames, 18, 3) of a plan of actions.

    Args:
        plan: without moves of a take.
        times: (frames,) seconds of the song.
        body: the dancer.
        fps: frames a second.
        repertoire: where its actions are found.
    """
    values, fade = plan_values(plan, times, body, repertoire)
    return staged_joints(values, body, fps, fade)


def save_joints(path: Path, joints: NDArray[np.float64]) -> None:
    """Write joints (frames, 18, 3) in space, whole or not at all."""
    with whole_file(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, joints=joints.astype(np.float32))


def load_joints(path: Path, frames: int) -> NDArray[np.float64]:
    """Return the joints that `save_joints` wrote for a dance of so many frames.

    Raises:
        BadInput: the file is absent, damaged, or of another dance.
    """
    what = "a dance's joints in space; choreograph again"
    largest = _LARGEST_HEADER + 2 * frames * len(OPENPOSE_18) * 3 * np.dtype(float).itemsize
    values = read_npz(path, what, wanted=("joints",), largest=largest)["joints"]
    if values.shape != (frames, len(OPENPOSE_18), 3) or values.dtype.kind != "f":
        raise BadInput(f"{path}: holds {values.dtype} {values.shape}, the dance {frames} frames")
    joints = values.astype(float)
    if not (np.abs(joints) <= _FARTHEST).all():
        raise BadInput(f"{path}: holds joints that lie nowhere; choreograph again")
    return joints


def _from_depth(dance: Dance, body: DancerBody) -> NDArray[np.float64]:
    assert dance.poses.depth is not None
    points, depth = dance.poses.points.astype(float), dance.poses.depth.astype(float)
    x = (points[..., 0] - body.centre) / body.pixels
    y = (body.ground - points[..., 1]) / body.pixels
    return np.stack([x, y, depth / body.pixels], axis=-1)
