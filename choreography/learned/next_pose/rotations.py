"""A pose as rotations: a quaternion for each bone, and where the left hip is; and back.

Each bone's quaternion turns it from its place at rest, in the frame of the bone it hangs on, by the
shortest way; that of the right hip is how the pelvis stands in the room. Joints tell no twist about
a bone's own axis, so there is none. What hangs loosely (the neck on the hips, since a spine bends)
has a quaternion as long as it is away, in body heights. So the way back, forward kinematics, is
exact, and it passes gradients: a loss over joints is QuaterNet's.

Rows have as many columns as `rows`': four for each joint but the hip, then the hip's place.

Source: Pavllo et al. 2018 (QuaterNet), which has them from motion capture.
"""

import numpy as np
import torch
from scipy.spatial.transform import Rotation
from torch import Tensor

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.choreography.learned.next_pose.bones import LOOSE, Ring
from stickdance.choreography.movement.transform import REFERENCE

_AT_REST = {
    "neck": (0.0, 1.0, 0.0), "nose": (0.0, 1.0, 0.0),
    "hip": (1.0, 0.0, 0.0), "knee": (0.0, -1.0, 0.0), "ankle": (0.0, -1.0, 0.0),
    "shoulder": (1.0, 0.0, 0.0), "elbow": (1.0, 0.0, 0.0), "wrist": (1.0, 0.0, 0.0),
    "eye": (0.5, 0.8, -0.3), "ear": (0.6, 0.0, -0.8),
}  # fmt: skip
"""Where a bone points in the frame it hangs in: to the left, up, forwards; right ones in the
mirror. A bone that points the other way has no shortest turn: arms do not reach across so far."""
_LEAST = 1e-6


def rotations_of(points: np.ndarray, skeleton: Skeleton, around: tuple[Ring, ...]) -> np.ndarray:
    """Return rows (frames, columns) float32 of joints (frames, joints, 3)."""
    hip, other = skeleton.index[REFERENCE], skeleton.index["right_hip"]
    frames = _frames_of_pelvis(points, skeleton)
    turns = {hip: frames, other: frames}
    slots = np.zeros((len(points), len(skeleton), 4))
    slots[:, other] = _continuous(frames.as_quat(scalar_first=True))
    for inner, outer, rigid in _links(around):
        if outer == other:
            continue
        bone = points[:, outer] - points[:, inner]
        length = np.linalg.norm(bone, axis=-1, keepdims=True)
        local = turns[inner].inv().apply(bone / np.maximum(length, _LEAST))
        quaternion = _shortest(_rest(skeleton.joints[outer]), local)
        turns[outer] = turns[inner] * Rotation.from_quat(quaternion, scalar_first=True)
        slots[:, outer] = quaternion * (1.0 if rigid else np.maximum(length, _LEAST))
    flat = np.delete(slots, hip, axis=1).reshape(len(points), -1)
    return np.concatenate([flat, points[:, hip]], axis=1).astype(np.float32)


def joints_by(
    rows: Tensor, skeleton: Skeleton, around: tuple[Ring, ...], lengths: list[Tensor]
) -> Tensor:
    """Return joints (batch, joints, 3) of rows (batch, columns) by forward kinematics.

    Args:
        rows: whose quaternions need not be of unit length.
        skeleton: whose joints they are.
        around: what `rings` gave.
        lengths: of the bones (batch, bones), ring by ring.
    """
    hip, other = skeleton.index[REFERENCE], skeleton.index["right_hip"]
    slots = rows[:, :-3].unflatten(1, (len(skeleton) - 1, 4))
    slots = torch.cat([slots[:, :hip], slots[:, :1], slots[:, hip:]], dim=1)
    long = slots.norm(dim=-1, keepdim=True).clamp_min(_LEAST)
    unit = slots / long
    places, turns = {hip: rows[:, -3:]}, {hip: unit[:, other], other: unit[:, other]}
    at = [(ring, bone) for ring, one in enumerate(around) for bone in range(len(one.outer))]
    for (ring, bone), (inner, outer, rigid) in zip(at, _links(around), strict=True):
        if outer != other:
            turns[outer] = _product(turns[inner], unit[:, outer])
        rest = torch.tensor(_rest(skeleton.joints[outer]), dtype=rows.dtype)
        away = lengths[ring][:, bone, None] if rigid else long[:, outer]
        places[outer] = places[inner] + away * _turned(turns[outer], rest)
    return torch.stack([places[joint] for joint in range(len(skeleton))], dim=1)


def settled_rotations(
    rows: Tensor, skeleton: Skeleton, around: tuple[Ring, ...], lengths: list[Tensor]
) -> Tensor:
    """Return rows (batch, columns) with quaternions of unit length, loose ones about as usual."""
    hip = skeleton.index[REFERENCE]
    slots = rows[:, :-3].unflatten(1, (len(skeleton) - 1, 4))
    long = slots.norm(dim=-1, keepdim=True).clamp_min(_LEAST)
    wanted = [torch.ones_like(long[:, 0])] * len(skeleton)
    for ring, usual in zip(around, lengths, strict=True):
        for bone, (outer, rigid) in enumerate(zip(ring.outer, ring.rigid, strict=True)):
            if not rigid:
                at, one = outer - (outer > hip), usual[:, bone, None]
                wanted[outer] = torch.clamp(long[:, at], LOOSE[0] * one, LOOSE[1] * one)
    del wanted[hip]
    slots = slots / long * torch.stack(wanted, dim=1)
    return torch.cat([slots.flatten(1), rows[:, -3:]], dim=1)


def _links(around: tuple[Ring, ...]) -> list[tuple[int, int, bool]]:
    return [
        link for ring in around for link in zip(ring.inner, ring.outer, ring.rigid, strict=True)
    ]


def _rest(joint: str) -> np.ndarray:
    side, _, name = joint.rpartition("_")
    place = np.array(_AT_REST[name]) * ([-1, 1, 1] if side == "right" else [1, 1, 1])
    return place / np.linalg.norm(place)


def _frames_of_pelvis(points: np.ndarray, skeleton: Skeleton) -> Rotation:
    """Return how the pelvis stands: its left along the hips, its up towards the neck."""
    left, right, neck = (points[:, skeleton.index[n]] for n in (REFERENCE, "right_hip", "neck"))
    side = _unit(left - right)
    ahead = _unit(np.cross(side, neck - (left + right) / 2))
    return Rotation.from_matrix(np.stack([side, np.cross(ahead, side), ahead], axis=-1))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), _LEAST)


def _continuous(quaternions: np.ndarray) -> np.ndarray:
    """Return quaternions (frames, 4), of both signs that mean the same the one near that before."""
    turned = (quaternions[1:] * quaternions[:-1]).sum(axis=1) < 0
    signs = np.cumprod(np.concatenate([[1.0], np.where(turned, -1.0, 1.0)]))
    return quaternions * (signs * (-1.0 if quaternions[0, 0] < 0 else 1.0))[:, None]


def _shortest(start: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Return the quaternions (frames, 4), w first, that turn a direction to others (frames, 3)."""
    real = 1 + to @ start
    axis = np.cross(np.broadcast_to(start, to.shape), to)
    axis[real < _LEAST] = np.cross(start, start[[2, 0, 1]] + np.array([0.0, 0.1, 0.2]))
    return _unit(np.concatenate([real[:, None], axis], axis=1))


def _product(ones: Tensor, others: Tensor) -> Tensor:
    a, u = ones[:, :1], ones[:, 1:]
    b, v = others[:, :1], others[:, 1:]
    real = a * b - (u * v).sum(dim=1, keepdim=True)
    return torch.cat([real, a * v + b * u + torch.linalg.cross(u, v)], dim=1)


def _turned(quaternions: Tensor, vector: Tensor) -> Tensor:
    """Return a vector (3,) turned by unit quaternions (batch, 4)."""
    real, axis = quaternions[:, :1], quaternions[:, 1:]
    across = 2 * torch.linalg.cross(axis, vector.expand_as(axis))
    return vector + real * across + torch.linalg.cross(axis, across)
