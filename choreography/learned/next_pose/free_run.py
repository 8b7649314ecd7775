"""A network fed with its own poses: the step that training, evaluation and sampling share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.choreography.learned.next_pose.bones import Ring, bone_lengths, rings, with_lengths
from stickdance.choreography.learned.next_pose.network import NextPoseNetwork, no_goals
from stickdance.choreography.learned.next_pose.rows import joints_of, rows_of_joints, settled


@dataclass(frozen=True)
class Mover:
    """What makes a network's numbers a body's pose: its skeleton, and its bones' lengths."""

    skeleton: Skeleton
    axes: int
    around: tuple[Ring, ...]

    @staticmethod
    def of(skeleton: Skeleton, axes: int) -> "Mover":
        """Return the mover of a skeleton; in two dimensions no length is kept."""
        return Mover(skeleton, axes, rings(skeleton) if axes == 3 else ())

    def lengths(self, rows: Tensor) -> list[Tensor]:
        """Return the bone lengths of bodies (batch, frames, columns)."""
        return bone_lengths(joints_of(rows, self.skeleton, self.axes), self.around)

    def pose(self, rows: Tensor, lengths: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Return rows (batch, columns) made those of a body, and its joints."""
        joints = joints_of(settled(rows, self.axes), self.skeleton, self.axes)
        if self.around:
            joints = with_lengths(joints, self.around, lengths)
        return rows_of_joints(joints, self.skeleton), joints


Goals = Callable[[Tensor], Tensor]
"""Poses now, rows (batch, columns) -> where they are to go (batch, intra + 1), frame by frame."""


def free_run(
    network: NextPoseNetwork,
    mover: Mover,
    seen: Tensor,
    frames: int,
    goals: Goals | None = None,
    told: Tensor | None = None,
) -> Iterator[Tensor]:
    """Yield the joints (batch, joints, axes) of one frame after another that nobody has seen.

    Args:
        network: which tells the next pose.
        mover: whose poses they are.
        seen: rows (batch, frames, columns), at least two, that go before.
        frames: how many follow.
        goals: where to go; without them the network tells what is most likely.
        told: goals (batch, frames, intra + 1) that were known while it was `seen`.
    """
    lengths = mover.lengths(seen)
    none = no_goals(seen, network)
    known = none if told is None else told
    rows, change = seen[:, -1], seen[:, -1] - seen[:, -2]
    memory = None
    if seen.shape[1] > 2:
        _, memory = network(seen[:, 1:-1], torch.diff(seen[:, :-1], dim=1), known[:, 1:-1])
    for _ in range(frames):
        goal = none[:, 0] if goals is None else goals(rows)
        out, memory = network(rows[:, None], change[:, None], goal[:, None], memory)
        after, joints = mover.pose(rows + out[:, 0], lengths)
        yield joints
        rows, change = after, after - rows
