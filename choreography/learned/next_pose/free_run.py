"""A network fed with its own poses: the step that training, evaluation and sampling share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.choreography.learned.next_pose.bones import Ring, bone_lengths, rings, with_lengths
from stickdance.choreography.learned.next_pose.network import (
    NextPoseNetwork,
    PoseNetwork,
    WindowNetwork,
    no_goals,
)
from stickdance.choreography.learned.next_pose.rotations import (
    joints_by,
    rotations_of,
    settled_rotations,
)
from stickdance.choreography.learned.next_pose.rows import (
    joints_of,
    rows_of,
    rows_of_joints,
    settled,
)

REPLANNED = 4
"""Frames after which a network that tells many poses at once is asked anew, towards goals."""


@dataclass(frozen=True)
class Mover:
    """What makes a network's numbers a body's pose: its skeleton, and its bones' lengths."""

    skeleton: Skeleton
    axes: int
    around: tuple[Ring, ...]
    rotations: bool = False
    """Whether rows are quaternions, as in `rotations`, or places, as in `rows`."""

    @staticmethod
    def of(skeleton: Skeleton, axes: int, rotations: bool = False) -> "Mover":
        """Return the mover of a skeleton; in two dimensions no length is kept."""
        return Mover(skeleton, axes, rings(skeleton) if axes == 3 else (), rotations)

    def rows(self, points: np.ndarray) -> np.ndarray:
        """Return rows (frames, columns) float32 of joints (frames, joints, axes)."""
        if self.rotations:
            return rotations_of(points, self.skeleton, self.around)
        return rows_of(points, self.skeleton)

    def seen(self, pieces: list[np.ndarray]) -> tuple[Tensor, list[Tensor]]:
        """Return rows (batch, frames, columns) of joints, and their bone lengths (batch, bones)."""
        rows = torch.from_numpy(np.stack([self.rows(piece) for piece in pieces]))
        return rows, self.lengths(torch.from_numpy(np.stack(pieces)).float())

    def lengths(self, joints: Tensor) -> list[Tensor]:
        """Return the bone lengths of bodies (batch, frames, joints, axes)."""
        return bone_lengths(joints, self.around)

    def pose(self, rows: Tensor, lengths: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Return rows (batch, columns) made those of a body, and its joints."""
        if self.rotations:
            rows = settled_rotations(rows, self.skeleton, self.around, lengths)
            return rows, joints_by(rows, self.skeleton, self.around, lengths)
        joints = joints_of(settled(rows, self.axes), self.skeleton, self.axes)
        if self.around:
            joints = with_lengths(joints, self.around, lengths)
        return rows_of_joints(joints, self.skeleton), joints

    def poses(self, rows: Tensor, lengths: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Return the same as `pose` of rows (batch, frames, columns)."""
        frames = rows.shape[1]
        every = [one.repeat_interleave(frames, dim=0) for one in lengths]
        flat, joints = self.pose(rows.flatten(0, 1), every)
        return flat.unflatten(0, (-1, frames)), joints.unflatten(0, (-1, frames))


Goals = Callable[[Tensor], Tensor]
"""Poses now, rows (batch, columns) -> where they are to go (batch, intra + 1), frame by frame."""


def free_run(
    network: PoseNetwork,
    mover: Mover,
    seen: Tensor,
    lengths: list[Tensor],
    frames: int,
    goals: Goals | None = None,
    told: Tensor | None = None,
) -> Iterator[Tensor]:
    """Yield the joints (batch, joints, axes) of one frame after another that nobody has seen.

    Args:
        network: which tells the next pose.
        mover: whose poses they are.
        seen: rows (batch, frames, columns), at least two, that go before.
        lengths: of the bones, as `Mover.lengths` gives them.
        frames: how many follow.
        goals: where to go; without them the network tells what is most likely.
        told: goals (batch, frames, intra + 1) that were known while it was `seen`.
    """
    if isinstance(network, WindowNetwork):
        yield from _planned(network, mover, seen, lengths, frames, goals)
        return
    assert isinstance(network, NextPoseNetwork)
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


def _planned(
    network: WindowNetwork,
    mover: Mover,
    seen: Tensor,
    lengths: list[Tensor],
    frames: int,
    goals: Goals | None,
) -> Iterator[Tensor]:
    """Yield joints as `free_run` does: of a plan its first frames, then the next plan."""
    rows, goal = seen, no_goals(seen, network)[:, 0]
    kept = network.told if goals is None else min(REPLANNED, network.told)
    for frame in range(frames):
        if goals is not None:
            goal = goals(rows[:, -1])
        if frame % kept == 0:
            after, joints = mover.poses(network(rows, goal)[:, :kept], lengths)
        yield joints[:, frame % kept]
        rows = torch.cat([rows[:, 1 - network.seen :], after[:, frame % kept, None]], dim=1)
