"""How well the next pose is told: errors beside zero velocity, and how the free run moves.

Errors are the mean distance of a joint from where it really went, in body heights, after so many
milliseconds on the network's own poses; zero velocity is the last pose seen, held. That baseline is
hard to beat for the first half second (Martinez et al. 2017).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from stickdance.choreography.learned.liveliness import liveliness
from stickdance.choreography.learned.next_pose.feasibility import feasibility
from stickdance.choreography.learned.next_pose.free_run import free_run
from stickdance.choreography.learned.next_pose.goals import Wanderer
from stickdance.choreography.learned.next_pose.model import NextPose
from stickdance.choreography.learned.next_pose.movements import SplitMovement
from stickdance.choreography.movement.transform import REFERENCE

MILLISECONDS = (80, 160, 320, 400, 560, 1000)
FREE_SECONDS = 10.0
_MOST_STARTS = 320  # places, evenly spread, that errors are measured from, per source
_MOST_RUNS = 8  # free runs
_BATCH = 64


@torch.inference_mode()
def evaluate(
    model: NextPose, parts: Sequence[SplitMovement], seen: int, seed: int = 0
) -> dict[str, Any]:
    """Judge a model on what was held out.

    Args:
        model: that has learnt.
        parts: movements with what is held out of them.
        seen: frames of real movement before each prediction.
        seed: of the goals of free runs.

    Returns:
        errors: by source and milliseconds, of the model and of zero velocity; free_run: its
        movement as a share of the real one's, with goals and without, over all and the last two of
        10 s; feasibility: of real movement and of free runs, in space.
    """
    errors = {
        source: _errors(model, [part for part in parts if part.source == source], seen)
        for source in dict.fromkeys(part.source for part in parts)
    }
    return {
        "errors": {source: table for source, table in errors.items() if table},
        **_free_runs(model, parts, seen, seed),
    }


def _errors(
    model: NextPose, parts: Sequence[SplitMovement], seen: int
) -> dict[str, dict[str, float]]:
    """Return by milliseconds the errors of the model and of zero velocity, and how many starts."""
    ahead = [max(1, round(milliseconds / 1000 * model.fps)) for milliseconds in MILLISECONDS]
    starts = _starts(parts, seen, ahead[0])
    if not starts:
        return {}
    apart = [_apart(model, group, seen, ahead[-1]) for group in _groups(starts)]
    ours, still = (np.concatenate(both) for both in zip(*apart, strict=True))
    table = {}
    for milliseconds, frames in zip(MILLISECONDS, ahead, strict=True):
        known = np.isfinite(ours[:, frames - 1])
        if known.any():
            one, other = ours[known, frames - 1], still[known, frames - 1]
            table[str(milliseconds)] = {
                "model": float(one.mean()),
                "zero_velocity": float(other.mean()),
                "better": float((one < other).mean()),
                "starts": len(one),
            }
    return table


Start = tuple[SplitMovement, int]
"""A movement and the first frame that is predicted."""


def _starts(parts: Sequence[SplitMovement], seen: int, ahead: int) -> list[Start]:
    """Return where predictions begin: all that is predicted is held out."""
    starts = [
        (part, frame)
        for part in parts
        for frame in range(max(part.split, seen), len(part.movement) - ahead + 1)
    ]
    spread = np.linspace(0, len(starts) - 1, min(_MOST_STARTS, len(starts))).astype(int)
    return [starts[place] for place in spread]


def _groups(starts: list[Start]) -> Iterator[list[Start]]:
    for first in range(0, len(starts), _BATCH):
        yield starts[first : first + _BATCH]


def _apart(
    model: NextPose, starts: list[Start], seen: int, ahead: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the distances (starts, ahead) of told and of held poses from the true ones.

    NaN where the movement is over.
    """
    before = _before(model, starts, seen)
    told = torch.stack(list(free_run(model.network, model.mover, *before, ahead)), dim=1).numpy()
    truth = np.full_like(told, np.nan)
    held = np.empty_like(told)
    for place, (part, frame) in enumerate(starts):
        after = part.movement.points[frame : frame + ahead]
        truth[place, : len(after)] = after
        held[place] = part.movement.points[frame - 1]
    return _distance(told, truth), _distance(held, truth)


def _before(model: NextPose, starts: list[Start], seen: int) -> tuple[Tensor, list[Tensor]]:
    return model.mover.seen([part.movement.points[frame - seen : frame] for part, frame in starts])


def _distance(joints: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return np.linalg.norm(joints - truth, axis=-1).mean(axis=-1)


def _free_runs(
    model: NextPose, parts: Sequence[SplitMovement], seen: int, seed: int
) -> dict[str, Any]:
    """Return how free runs move beside real movement, and how feasible they are."""
    starts = _starts(parts, seen, 1)
    if not starts:
        return {}
    spread = np.linspace(0, len(starts) - 1, min(_MOST_RUNS, len(starts))).astype(int)
    chosen = [starts[place] for place in dict.fromkeys(spread.tolist())]
    before = _before(model, chosen, seen)
    frames = round(FREE_SECONDS * model.fps)
    real = [part.movement.points for part in {id(p): p for p, _ in chosen}.values()]
    usual = float(np.mean([_moving(points, model) for points in real]))
    ways = {"with_goals": Wanderer(model.network, model.fps, seed), "without_goals": None}
    shares: dict[str, Any] = {"runs": len(chosen), "seconds": FREE_SECONDS}
    movements = {"real": real}
    for way, goals in ways.items():
        moved = torch.stack(list(free_run(model.network, model.mover, *before, frames, goals)), 1)
        runs = list(moved.double().numpy())
        last = frames // 4
        shares[way] = float(np.mean([_moving(run, model) for run in runs]) / usual)
        shares[f"{way}_last_quarter"] = float(
            np.mean([_moving(run[-last:], model) for run in runs]) / usual
        )
        movements[way] = runs
    out: dict[str, Any] = {"free_run": shares}
    if model.axes == 3:
        out["feasibility"] = {
            way: feasibility(some, model.fps, model.mover.skeleton)
            for way, some in movements.items()
        }
    return out


def _moving(points: np.ndarray, model: NextPose) -> float:
    """Return how lively joints (frames, joints, axes) are beside the hip."""
    hip = model.mover.skeleton.index[REFERENCE]
    return liveliness(points - points[:, [hip]], model.fps)
