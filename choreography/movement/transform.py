"""Intra- and inter-movement, and the exact way back.

Intra-movement is where each joint lies beside the left hip: its distance r in the picture plane,
the sine and cosine of its direction there, and how much nearer to the camera it is (z). Inter-
movement is the path of the hip itself. In two dimensions there is no z.

A joint that lies on the hip in the picture plane (r = 0) has no direction: its cosine is 1 and its
sine 0, so that the way back is exact there too.

Conventions: body heights; columns joint by joint without the hip, r, sine, cosine (and z) of each.
Source: "What if we are able to predict movement?", section "Intra- and Inter-Movement
Normalization"; there it has four columns a joint.
"""

from dataclasses import dataclass

import numpy as np

from stickdance.capture.pose.skeleton import Skeleton

REFERENCE = "left_hip"
_AXES = "xyz"


@dataclass(frozen=True)
class MovementParts:
    """A movement in its two parts."""

    intra: np.ndarray
    """(frames, joints - 1, 3 or 4): r, sine, cosine (and z) of every joint but the hip."""
    inter: np.ndarray
    """(frames, 2 or 3): where the left hip is."""


def apart(points: np.ndarray, skeleton: Skeleton) -> MovementParts:
    """Return intra- and inter-movement of joints (frames, joints, axes)."""
    hip = skeleton.index[REFERENCE]
    inter = points[:, hip]
    offsets = np.delete(points, hip, axis=1) - inter[:, None]
    r = np.hypot(offsets[..., 0], offsets[..., 1])
    on_hip = r == 0
    length = np.where(on_hip, 1.0, r)
    cosine = np.where(on_hip, 1.0, offsets[..., 0] / length)
    sine = np.where(on_hip, 0.0, offsets[..., 1] / length)
    depth = [offsets[..., 2]] if points.shape[2] == 3 else []
    return MovementParts(np.stack([r, sine, cosine, *depth], axis=-1), inter.copy())


def together(parts: MovementParts, skeleton: Skeleton) -> np.ndarray:
    """Return the joints (frames, joints, axes) that `apart` took apart.

    Sine and cosine are taken as they are: those that a model predicts need not be of one angle.
    """
    r, sine, cosine = parts.intra[..., 0], parts.intra[..., 1], parts.intra[..., 2]
    offsets = [r * cosine, r * sine]
    if parts.inter.shape[1] == 3:
        offsets.append(parts.intra[..., 3])
    others = np.stack(offsets, axis=-1) + parts.inter[:, None]
    return np.insert(others, skeleton.index[REFERENCE], parts.inter, axis=1)


def intra_columns(skeleton: Skeleton, axes: int) -> list[str]:
    """Return the names of the intra-movement's columns: left_knee_r, left_knee_sin, ..."""
    kinds = ("r", "sin", "cos", "z")[: axes + 1]
    return [f"{joint}_{kind}" for joint in skeleton.joints if joint != REFERENCE for kind in kinds]


def inter_columns(axes: int) -> list[str]:
    """Return the names of the inter-movement's columns: left_hip_x, left_hip_y (and left_hip_z)."""
    return [f"{REFERENCE}_{axis}" for axis in _AXES[:axes]]
