"""The body that a movement has: bone lengths, and poses brought back to them.

"What if we are able to predict movement?" names "a benchmark skeleton, which makes sure that the
predictions do not go out of range"; here it is the mover's own. From the left hip outwards every
joint is moved along its bone until that has its length, and what hangs on it moves along. The neck
is not rigid to the hips, since a spine bends, but neither does it leave them. In two dimensions
bones are foreshortened, so nothing is kept there.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.choreography.body.kinematics import BONES
from stickdance.choreography.movement.transform import REFERENCE

_LEAST = 1e-6
LOOSE = (0.7, 1.1)
"""Of its usual length, between which what is no bone stays."""


@dataclass(frozen=True)
class Ring:
    """Joints that are one bone further from the hip."""

    inner: tuple[int, ...]
    """Joints that are in place already."""
    outer: tuple[int, ...]
    """The joints that hang on them."""
    rigid: tuple[bool, ...]
    """Whether the bone between has a length."""


def rings(skeleton: Skeleton) -> tuple[Ring, ...]:
    """Return the bones of a skeleton from the left hip outwards; what else there is hangs on it."""
    index = skeleton.index
    links = [(a, b) if b != REFERENCE else (b, a) for a, b in BONES if a in index and b in index]
    hung = {b for _, b in links} | {REFERENCE}
    loose = [(REFERENCE, joint) for joint in skeleton.joints if joint not in hung]
    reached, left, found = {REFERENCE}, loose + links, []
    while left:
        now = [link for link in left if link[0] in reached]
        inner, outer = (tuple(index[link[end]] for link in now) for end in range(2))
        found.append(Ring(inner, outer, tuple(link not in loose for link in now)))
        reached |= {b for _, b in now}
        left = [link for link in left if link not in now]
    return tuple(found)


def bone_lengths(joints: Tensor, around: tuple[Ring, ...]) -> list[Tensor]:
    """Return the usual bone lengths (batch, bones) of each ring.

    Args:
        joints: (batch, frames, joints, axes).
        around: what `rings` gave.
    """
    return [_bones(joints, ring).norm(dim=-1).median(dim=1).values for ring in around]


def with_lengths(joints: Tensor, around: tuple[Ring, ...], lengths: list[Tensor]) -> Tensor:
    """Return joints (batch, joints, axes) whose bones have these lengths (batch, bones) by ring."""
    order = [around[0].inner[0]]
    moved = joints[:, order]
    for ring, wanted in zip(around, lengths, strict=True):
        bones = _bones(joints, ring)
        length = bones.norm(dim=-1).clamp_min(_LEAST)
        loose = torch.minimum(torch.maximum(length, LOOSE[0] * wanted), LOOSE[1] * wanted)
        stretch = torch.where(torch.tensor(ring.rigid), wanted, loose) / length
        inner = moved[:, [order.index(joint) for joint in ring.inner]]
        moved = torch.cat([moved, inner + bones * stretch[..., None]], dim=1)
        order += ring.outer
    return moved[:, [order.index(joint) for joint in range(len(order))]]


def _bones(joints: Tensor, ring: Ring) -> Tensor:
    return joints[..., ring.outer, :] - joints[..., ring.inner, :]
