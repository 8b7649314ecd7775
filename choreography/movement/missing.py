"""Joints that are missing, filled; what cannot be is said.

Stages
    1. Stretches without a person longer than a limit cut a movement into parts.
    2. In each part missing joints are filled: by low-dimensional Kalman smoothing (Burke and
       Lasenby 2016; see `stickdance.capture.cleaning.kalman`), by a cubic spline, or by whichever
       errs least on this movement where known joints are hidden (see
       `stickdance.capture.cleaning.gap_filling`).
    3. What the Kalman model cannot know (a joint seldom seen, too few whole frames) is filled by a
       shape-preserving spline, and counted. Before the first and after the last sight of a joint it
       keeps its place beside the hip.
"""

from dataclasses import dataclass, replace

import numpy as np

from stickdance.capture.cleaning import gap_filling as filling
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.movement.movement import Movement
from stickdance.choreography.movement.options import Filling

# units of a body height: models of `stickdance.capture.cleaning.kalman` are made for pixels
_FINE = 200.0
_KALMAN = "low-dimensional Kalman smoothing"
_SPLINE = "cubic spline"
_SAFE = "shape-preserving spline"


@dataclass(frozen=True)
class Filled:
    """A movement without holes, and how much of it was filled."""

    movement: Movement
    filled: int
    """Joints, counted frame by frame."""
    otherwise: int
    """Of these, those that the wanted way could not fill and a shape-preserving spline did."""


def parts_with_person(movement: Movement, longest_gap: float) -> list[Movement]:
    """Return the parts of a movement between stretches without a person; empty ends are cut off.

    Args:
        movement: one that may have frames without any joint.
        longest_gap: seconds without any joint that stay within a part.
    """
    there = np.flatnonzero(~movement.missing.all(axis=1))
    if len(there) == 0:
        return []
    breaks = np.flatnonzero(np.diff(there) - 1 > longest_gap * movement.fps)
    starts = [there[0], *there[breaks + 1]]
    stops = [*there[breaks] + 1, there[-1] + 1]
    parts = [movement.part(int(a), int(b)) for a, b in zip(starts, stops, strict=True)]
    if len(parts) == 1:
        return parts
    return [replace(part, name=f"{part.name}#{n + 1}") for n, part in enumerate(parts)]


def without_missing(movement: Movement, way: Filling) -> Filled:
    """Return a movement in which every joint is known in every frame.

    Raises:
        BadInput: a joint is never there.
    """
    missing = movement.missing
    absent = [movement.skeleton.joints[joint] for joint in np.flatnonzero(missing.all(axis=0))]
    if absent:
        raise BadInput(
            f"{movement.name}: never shows {', '.join(absent)}; leave the face out "
            "(--without-face) where it is that, or leave the movement out"
        )
    if not missing.any():
        return Filled(movement, 0, 0)
    points = movement.points * _FINE
    inside = missing & _between(missing)
    if way == "best":
        result = filling.filled(points, movement.skeleton, inside)
    else:
        result = filling.WAYS[_KALMAN if way == "kalman" else _SPLINE](points, inside)
    left = inside & ~np.isfinite(result).all(-1)
    if left.any():
        result = np.where(left[..., None], filling.WAYS[_SAFE](points, left), result)
    held = _held_beside_hip(result / _FINE, movement.skeleton.index["left_hip"])
    return Filled(replace(movement, points=held), int(missing.sum()), int(left.sum()))


def _between(missing: np.ndarray) -> np.ndarray:
    """Return the frames after the first and before the last known one of each joint."""
    known = ~missing
    return np.maximum.accumulate(known) & np.maximum.accumulate(known[::-1])[::-1]


def _held_beside_hip(points: np.ndarray, hip: int) -> np.ndarray:
    """Return points whose ends are filled: each joint as it lay beside the hip when last seen."""
    result = points.copy()
    result[:, hip] = _held(points[:, hip])
    for joint in range(points.shape[1]):
        result[:, joint] = result[:, hip] + _held(points[:, joint] - result[:, hip])
    return np.where(np.isfinite(points), points, result)


def _held(path: np.ndarray) -> np.ndarray:
    known = np.flatnonzero(np.isfinite(path).all(-1))
    return path[known[np.clip(np.searchsorted(known, np.arange(len(path))), 0, len(known) - 1)]]
