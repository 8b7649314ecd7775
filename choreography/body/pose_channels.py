"""Poses of the dancing body as numbers: named channels, mirrored and blended.

Conventions
    A pose is a vector of `len(CHANNELS)` float64, poses over time an array (frames, channels).
    Angles are degrees; positive turns and leans go to the dancer's own left, which is the
    picture's right; positive bends and nods go forward. Lengths are body heights (ground to
    nose). Arms are directions (outward to the arm's own side, up, forward) seen from the chest.
    Feet are offsets (outward, up, forward) of the ankle from where it rests on the ground.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

BODY_CHANNELS = (
    "sway_x", "sway_z", "lower", "air", "hop", "weight", "turn",
    "hip_twist", "hip_roll", "hip_bend", "twist", "lean", "bend", "rib_x", "rib_z",
    "shoulder_twist", "shoulder_roll", "head_turn", "head_tilt", "head_nod",
)  # fmt: skip
"""`lower` is how far the hips sink, `air` how high the whole body is off the ground, `hop` the
height of the jump into a key pose, `weight` -1 (right foot) to 1 (left foot)."""

_LIMBS = ("upper", "fore")
_AXES = ("out", "up", "front")


def _side_channels(side: str) -> tuple[str, ...]:
    arm = tuple(f"{side}_{limb}_{axis}" for limb in _LIMBS for axis in _AXES)
    foot = tuple(f"{side}_foot_{axis}" for axis in _AXES)
    return (*arm, *foot, f"{side}_facing", f"{side}_knee")


CHANNELS = (*BODY_CHANNELS, *_side_channels("left"), *_side_channels("right"))
INDEX = {name: place for place, name in enumerate(CHANNELS)}

DIRECTIONS = {
    (side, limb): slice(INDEX[f"{side}_{limb}_out"], INDEX[f"{side}_{limb}_out"] + 3)
    for side in ("left", "right")
    for limb in _LIMBS
}
"""Where the direction of each arm's two bones lies in a pose vector."""

FEET = {
    side: slice(INDEX[f"{side}_foot_out"], INDEX[f"{side}_foot_out"] + 3)
    for side in ("left", "right")
}
"""Where each foot's offset lies in a pose vector."""

TRUNK = [
    INDEX[name]
    for name in (
        "lower", "sway_x", "sway_z", "hip_twist", "hip_roll", "hip_bend", "twist", "lean",
        "bend", "rib_x", "rib_z", "shoulder_twist", "shoulder_roll", "head_turn", "head_tilt",
        "head_nod",
    )
]  # fmt: skip
"""Channels of hips, spine, shoulders and head: they grow with a step's energy, and breathe."""

Vector = tuple[float, float, float]
Arm = tuple[Vector, Vector]
"""Direction of the upper arm, direction of the forearm."""

Parts = dict[str, Any]
"""Arguments of `pose` that several key poses share."""

HANGING: Arm = ((0.2, -1.0, 0.0), (0.1, -1.0, 0.3))

_NEGATED = (
    "sway_x", "weight", "turn", "hip_twist", "hip_roll", "twist", "lean", "rib_x",
    "shoulder_twist", "shoulder_roll", "head_turn", "head_tilt", "left_facing", "right_facing",
)  # fmt: skip


@dataclass(frozen=True)
class Fade:
    """Poses that the joints of other poses come from in straight lines."""

    before: np.ndarray
    """(frames, channels) where each transition starts."""
    share: np.ndarray
    """(frames,) 0..1 how much of it is done; 1 where there is none."""


def pose(
    *,
    left: Arm = HANGING,
    right: Arm = HANGING,
    left_foot: Vector = (0.0, 0.0, 0.0),
    right_foot: Vector = (0.0, 0.0, 0.0),
    facing: float = 0.0,
    knees: tuple[float, float] = (14.0, 14.0),
    **body: float,
) -> np.ndarray:
    """Return one pose; what is not named rests.

    Args:
        left: the left arm's directions.
        right: the right arm's directions.
        left_foot: offset of the left ankle (outward, up, forward).
        right_foot: offset of the right ankle.
        facing: degrees by which the feet's resting places are turned around the middle.
        knees: degrees by which the left and the right knee point outward.
        body: any of `BODY_CHANNELS`.

    Raises:
        KeyError: a channel that does not exist.
    """
    values = np.zeros(len(CHANNELS))
    for name, value in body.items():
        values[INDEX[name]] = value
    arms = {"left": left, "right": right}
    for (side, limb), place in DIRECTIONS.items():
        values[place] = _unit(np.array(arms[side][_LIMBS.index(limb)], float))
    values[FEET["left"]], values[FEET["right"]] = left_foot, right_foot
    values[INDEX["left_facing"]] = values[INDEX["right_facing"]] = facing
    values[INDEX["left_knee"]], values[INDEX["right_knee"]] = knees
    return values


def mirrored(values: np.ndarray) -> np.ndarray:
    """Return poses (..., channels) as seen in a mirror."""
    out = values[..., _MIRROR_ORDER].copy()
    out[..., [INDEX[name] for name in _NEGATED]] *= -1
    return out


def blend(first: np.ndarray, second: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return poses between two: linear in angles and places, so that bones keep their lengths.

    The arms' directions move along the great circle between them, at even speed.

    Args:
        first: (..., channels).
        second: (..., channels).
        share: (...), or (..., channels) for a share of each channel's own; 0 gives `first`.
    """
    share = np.asarray(share, float)
    if share.ndim < max(np.ndim(first), np.ndim(second)):
        share = share[..., None]
    share = np.broadcast_to(share, np.broadcast_shapes(share.shape, first.shape, second.shape))
    out = first + (second - first) * share
    for place in DIRECTIONS.values():
        a, b = np.broadcast_arrays(first[..., place], second[..., place])
        out[..., place] = _slerp(a, b, share[..., place.start])
    return out


def channel(values: np.ndarray, name: str) -> np.ndarray:
    """Return one channel (...) of poses (..., channels)."""
    return values[..., INDEX[name]]


def _other(name: str) -> str:
    if name.startswith("left_"):
        return "right_" + name.removeprefix("left_")
    if name.startswith("right_"):
        return "left_" + name.removeprefix("right_")
    return name


_MIRROR_ORDER = [INDEX[_other(name)] for name in CHANNELS]


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def _slerp(first: np.ndarray, second: np.ndarray, share: np.ndarray) -> np.ndarray:
    first, second = _unit(first), _unit(second)
    angle = np.arccos(np.clip((first * second).sum(-1), -1, 1))
    # Opposite directions have no shortest way between them: go round by the outer front.
    opposite = (angle > np.pi - 0.02)[..., None]
    second = np.where(opposite, _unit(second + np.array([0.05, 0.0, 0.05])), second)
    angle = np.arccos(np.clip((first * second).sum(-1), -1, 1))
    sine = np.where(angle < 1e-4, 1.0, np.sin(angle))
    low = np.where(angle < 1e-4, 1 - share, np.sin((1 - share) * angle) / sine)
    high = np.where(angle < 1e-4, share, np.sin(share * angle) / sine)
    return low[..., None] * first + high[..., None] * second
