"""A pose as a row of numbers: intra-movement, then where the left hip is; in torch, and back.

The same columns as `stickdance.choreography.movement.transform`, which is exact and in numpy; here
gradients pass. What a network adds to a row need not have a sine and cosine of one angle: `settled`
brings them back onto the circle.
"""

import numpy as np
import torch
from torch import Tensor

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.choreography.movement.transform import REFERENCE, apart

_LEAST = 1e-6  # body heights: a direction is told from there on


def rows_of(points: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """Return rows (frames, columns) float32 of joints (frames, joints, axes)."""
    parts = apart(points, skeleton)
    flat = parts.intra.reshape(len(points), -1)
    return np.concatenate([flat, parts.inter], axis=1).astype(np.float32)


def columns(joints: int, axes: int) -> int:
    """Return how many numbers a row has."""
    return (joints - 1) * (axes + 1) + axes


def joints_of(rows: Tensor, skeleton: Skeleton, axes: int) -> Tensor:
    """Return joints (..., joints, axes) of rows (..., columns)."""
    hip = skeleton.index[REFERENCE]
    intra = rows[..., :-axes].unflatten(-1, (len(skeleton) - 1, axes + 1))
    r, sine, cosine = intra[..., 0], intra[..., 1], intra[..., 2]
    offsets = [r * cosine, r * sine, *([intra[..., 3]] if axes == 3 else [])]
    place = rows[..., None, -axes:]
    others = torch.stack(offsets, dim=-1) + place
    return torch.cat([others[..., :hip, :], place, others[..., hip:, :]], dim=-2)


def rows_of_joints(joints: Tensor, skeleton: Skeleton) -> Tensor:
    """Return rows (..., columns) of joints (..., joints, axes)."""
    hip = skeleton.index[REFERENCE]
    place = joints[..., hip, :]
    others = torch.cat([joints[..., :hip, :], joints[..., hip + 1 :, :]], dim=-2)
    offsets = others - place[..., None, :]
    x, y = offsets[..., 0], offsets[..., 1]
    r = (x.square() + y.square()).clamp_min(_LEAST**2).sqrt()
    intra = torch.stack([r, y / r, x / r, *offsets[..., 2:].unbind(-1)], dim=-1)
    return torch.cat([intra.flatten(-2), place], dim=-1)


def settled(rows: Tensor, axes: int) -> Tensor:
    """Return rows whose sines and cosines are of one angle each."""
    intra = rows[..., :-axes].unflatten(-1, (-1, axes + 1))
    length = intra[..., 1:3].square().sum(-1, keepdim=True).clamp_min(_LEAST).sqrt()
    turned = torch.cat([intra[..., :1], intra[..., 1:3] / length, intra[..., 3:]], dim=-1)
    return torch.cat([turned.flatten(-2), rows[..., -axes:]], dim=-1)


def mirrored(points: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """Return joints (frames, joints, axes) as in a mirror that stands across x."""
    swapped = points[:, list(skeleton.mirrored)].copy()
    swapped[..., 0] *= -1
    return swapped
