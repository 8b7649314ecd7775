"""Which representation of movement a network learns best, a comparison as it was published.

The same auto-encoder learns the same poses as raw coordinates, scaled, and as intra- and
inter-movement. What it gives back is turned into joints again, so that all errors are in body
heights: the mean distance of a joint from where it was. Beside them stands the mean pose, which
needs no network. The last fifth of every movement is never learnt from.

Intra-movement alone is what the paper goes on with: there the hip's path is given, not learnt. It
has a baseline of its own kind, coordinates beside the hip, which also have the path given.

Source: "What if we are able to predict movement?".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.movement.auto_encoder import AutoEncoderOptions, reconstructed, trained
from stickdance.choreography.movement.movement import Movement
from stickdance.choreography.movement.transform import REFERENCE, MovementParts, apart, together

HELD_OUT = 0.2
_CENTIMETRES = 170.0  # in a body height: what motion captures and AIST++ count in
_FEWEST = 50  # poses that are learnt from

Rows = np.ndarray


@dataclass(frozen=True)
class Representation:
    """Joints as the rows of numbers that a network sees, and back."""

    to_rows: Callable[[np.ndarray], Rows]
    """(poses, joints, axes) body heights -> (poses, columns)."""
    to_points: Callable[[Rows, np.ndarray], np.ndarray]
    """Rows, and where the hip truly is (poses, axes) -> joints."""
    path_given: bool = False
    """Whether the hip's path is not among the rows."""


def compared(movements: Sequence[Movement], options: AutoEncoderOptions) -> list[dict[str, Any]]:
    """Return a row for each representation: its error on poses learnt and held out.

    Args:
        movements: of one skeleton, without holes.
        options: of the auto-encoder.

    Raises:
        BadInput: too few poses.
    """
    splits = [int(len(movement) * (1 - HELD_OUT)) for movement in movements]
    seen = np.concatenate([m.points[:stop] for m, stop in zip(movements, splits, strict=True)])
    unseen = np.concatenate([m.points[stop:] for m, stop in zip(movements, splits, strict=True)])
    if len(seen) < _FEWEST or len(unseen) == 0:
        raise BadInput(f"{len(seen)} poses are too few to learn from, expected {_FEWEST} at least")
    skeleton = movements[0].skeleton
    hip = skeleton.index[REFERENCE]
    table = []
    for name, kind in representations(seen, skeleton).items():
        rows = kind.to_rows(seen)
        model = trained(rows, options)

        def error(points: np.ndarray, kind: Representation = kind, model: Any = model) -> float:
            back = kind.to_points(reconstructed(model, kind.to_rows(points)), points[:, hip])
            return joint_error(back, points)

        table.append(
            {
                "representation": name,
                "columns": rows.shape[1],
                "smallest": float(rows.min()),
                "largest": float(rows.max()),
                "error_learnt": error(seen),
                "error_held_out": error(unseen),
                "hip_path": "given" if kind.path_given else "learnt",
            }
        )
    return table + _mean_poses(seen, unseen, hip)


def joint_error(points: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean distance of a joint from where it was, body heights."""
    return float(np.linalg.norm(points - truth, axis=-1).mean())


def representations(seen: np.ndarray, skeleton: Skeleton) -> dict[str, Representation]:
    """Return the representations by name; scales are those of the poses learnt from."""
    shape = seen.shape[1:]
    hip = skeleton.index[REFERENCE]

    def beside_hip(points: np.ndarray) -> Rows:
        return np.delete(points - points[:, [hip]], hip, axis=1).reshape(len(points), -1)

    def from_beside_hip(rows: Rows, path: np.ndarray) -> np.ndarray:
        others = rows.reshape(len(rows), shape[0] - 1, shape[1]) + path[:, None]
        return np.insert(others, hip, path, axis=1)

    flat = Representation(
        lambda points: points.reshape(len(points), -1), lambda rows, _: rows.reshape(-1, *shape)
    )
    both = Representation(
        lambda points: _joined(apart(points, skeleton)),
        lambda rows, _: together(_divided(rows, shape), skeleton),
    )
    intra = Representation(
        lambda points: apart(points, skeleton).intra.reshape(len(points), -1),
        lambda rows, path: together(
            MovementParts(rows.reshape(len(rows), shape[0] - 1, -1), path), skeleton
        ),
        path_given=True,
    )
    beside = Representation(beside_hip, from_beside_hip, path_given=True)
    return {
        "raw, centimetres": _scaled(flat, 0.0, 1 / _CENTIMETRES),
        "raw, body heights": flat,
        "min-max scaled": _min_max(flat, seen),
        "standardised": _standard(flat, seen),
        "intra- and inter-movement": both,
        "intra-movement": intra,
        "intra-movement, standardised": _standard(intra, seen),
        "beside the hip, standardised": _standard(beside, seen),
    }


def _joined(parts: MovementParts) -> Rows:
    return np.concatenate([parts.intra.reshape(len(parts.inter), -1), parts.inter], axis=1)


def _divided(rows: Rows, shape: tuple[int, ...]) -> MovementParts:
    axes = shape[1]
    return MovementParts(
        rows[:, :-axes].reshape(len(rows), shape[0] - 1, axes + 1), rows[:, -axes:]
    )


def _scaled(kind: Representation, offset: Any, width: Any) -> Representation:
    return Representation(
        lambda points: (kind.to_rows(points) - offset) / width,
        lambda rows, path: kind.to_points(rows * width + offset, path),
        kind.path_given,
    )


def _min_max(kind: Representation, seen: np.ndarray) -> Representation:
    """Return rows between -1 and 1."""
    rows = kind.to_rows(seen)
    low, high = rows.min(axis=0), rows.max(axis=0)
    return _scaled(kind, (low + high) / 2, np.maximum(high - low, 1e-9) / 2)


def _standard(kind: Representation, seen: np.ndarray) -> Representation:
    """Return rows of mean 0 and spread 1."""
    rows = kind.to_rows(seen)
    return _scaled(kind, rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6))


def _mean_poses(seen: np.ndarray, unseen: np.ndarray, hip: int) -> list[dict[str, Any]]:
    mean = seen.mean(axis=0)
    beside = (seen - seen[:, [hip]]).mean(axis=0)
    return [
        {
            "representation": "mean pose, no network",
            "error_learnt": joint_error(np.broadcast_to(mean, seen.shape), seen),
            "error_held_out": joint_error(np.broadcast_to(mean, unseen.shape), unseen),
            "hip_path": "learnt",
        },
        {
            "representation": "mean pose beside the hip, no network",
            "error_learnt": joint_error(beside + seen[:, [hip]], seen),
            "error_held_out": joint_error(beside + unseen[:, [hip]], unseen),
            "hip_path": "given",
        },
    ]
