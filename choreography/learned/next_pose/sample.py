"""A movement goes on by itself: from the end of one that was danced, as long as is wanted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.next_pose.free_run import free_run
from stickdance.choreography.learned.next_pose.goals import Wanderer
from stickdance.choreography.learned.next_pose.model import NextPose, load_next_pose
from stickdance.choreography.learned.next_pose.movements import read_one
from stickdance.choreography.learned.next_pose.options import ContinueMovementOptions
from stickdance.choreography.learned.next_pose.writing import check_name, write_movement
from stickdance.choreography.movement.movement import Movement
from stickdance.choreography.one_thread import one_thread

_FEWEST = 3  # frames that tell where a movement is going
_MOST_SECONDS = 3600.0


def continue_movement(
    path: Path, folder: Path, output: Path, options: ContinueMovementOptions
) -> dict[str, Any]:
    """Let a movement go on, and write it.

    Args:
        path: BVH, keypoint file or folder, take or dance.
        folder: of the model.
        output: NAME.npz, NAME.bvh, NAME.mp4, NAME.json (COCO), or a name without suffix for a
            folder of OpenPose JSON.
        options: how long, and from where.

    Raises:
        BadInput: the movement cannot be read or is too short, or a value is out of range.
        BadInput: no such model.
        OutputFailed: no space or no permission.
    """
    _check(options)
    check_name(output)
    model = load_next_pose(folder)
    movement = read_one(path, model.fps, model.axes)
    if len(model.mover.skeleton) < len(movement.skeleton):
        movement = movement.without_face()
    with one_thread():
        result = continued(model, movement, options)
    return {
        "written": str(write_movement(result, output)),
        "fps": result.fps,
        "seconds": round(result.seconds, 2),
        "seen_seconds": round(result.seconds - options.seconds, 2),
    }


@torch.inference_mode()
def continued(model: NextPose, movement: Movement, options: ContinueMovementOptions) -> Movement:
    """Return the end of a movement and what follows it by a model.

    Args:
        model: that has learnt.
        movement: of the model's joints, axes and frame rate, without holes.
        options: how long, and from where.

    Raises:
        BadInput: there is too little movement before.
    """
    end = len(movement)
    if options.at is not None:
        end = min(end, round(options.at * movement.fps))
    start = max(0, end - max(_FEWEST, round(options.seen_seconds * movement.fps)))
    if end - start < _FEWEST:
        raise BadInput(
            f"{movement.name}: has {end} frames before that point, expected {_FEWEST} at least; "
            "continue a longer movement, or give a later --at"
        )
    before = movement.points[start:end]
    seen = model.mover.seen([before])
    goals = None if options.without_goals else Wanderer(model.network, model.fps, options.seed)
    frames = round(options.seconds * model.fps)
    after = torch.cat(list(free_run(model.network, model.mover, *seen, frames, goals)))
    points = np.concatenate([before, after.double().numpy()])
    return replace(movement, points=points, source="next pose")


def _check(options: ContinueMovementOptions) -> None:
    if not 0 < options.seconds <= _MOST_SECONDS:
        raise BadInput(f"--seconds {options.seconds:g}: expected more than 0, up to 3600")
    if not 0 < options.seen_seconds <= _MOST_SECONDS:
        raise BadInput(f"--seen-seconds {options.seen_seconds:g}: expected more than 0, up to 3600")
    if options.at is not None and not options.at > 0:
        raise BadInput(f"--at {options.at:g}: expected more than 0 seconds")
