"""What one step of learning the next pose does.

A piece of movement is drawn: the network sees its first part as it was, and moves on its own poses
through the second. The error is how far joints are from where they were, in body heights; where
rows are rotations, joints come by forward kinematics (QuaterNet's loss). Moving on its own poses
while it learns is what lets it do so later: a network that only ever saw real poses is lost after
its first small errors. A network that tells many poses at once is asked a second time, from where
its first answer led.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.learning import Learner, cooled
from stickdance.choreography.learned.next_pose.free_run import Mover, free_run
from stickdance.choreography.learned.next_pose.goals import HABITS, drawn_goals, habits
from stickdance.choreography.learned.next_pose.movements import SplitMovement
from stickdance.choreography.learned.next_pose.network import (
    NextPoseNetwork,
    PoseNetwork,
    WindowNetwork,
)
from stickdance.choreography.learned.next_pose.options import NextPoseOptions
from stickdance.choreography.learned.next_pose.rows import mirrored

_LEAST_SPREAD = 1e-3  # what hardly varies is not blown up further
_LARGEST_STEP = 1.0  # norm of a gradient


@dataclass(frozen=True)
class _Pieces:
    """What a step learns from."""

    rows: Tensor
    """(batch, frames, columns)."""
    joints: Tensor
    """(batch, frames, joints, axes)."""
    goals: Tensor
    """(batch, frames, intra + 1)."""


class NextPoseLearner(Learner):
    """A network, its optimiser and pieces of movement drawn by seed and step.

    Held-out movement is looked at once, at the end, by `evaluate`.
    """

    network: PoseNetwork

    def __init__(self, parts: Sequence[SplitMovement], options: NextPoseOptions, seed: int) -> None:
        """Prepare rows and network.

        Raises:
            BadInput: none is as long as a piece.
        """
        self.options, self.seed = options, seed
        again = options.told if options.network == "window" else 0
        self.length = options.seen + options.told + again
        usable = [part for part in parts if part.split > self.length]
        if not usable:
            raise BadInput(
                f"no movement has {self.length / options.fps:.1f} s to learn from; give longer "
                "ones, or shorten --seen-seconds and --told-seconds"
            )
        skeleton = usable[0].movement.skeleton
        self.mover = Mover.of(skeleton, options.axes, options.rows == "rotations")
        points = [part.movement.points[: part.split] for part in usable]
        if not options.without_mirror:
            points += [mirrored(one, skeleton) for one in points]
        self.points = [one.astype(np.float32) for one in points]
        self.rows = [self.mover.rows(one) for one in points]
        self.chances = np.resize(_chances(usable), len(points)) * len(usable) / len(points)
        self.network = _network(self.rows[0].shape[1], options)
        self.network.take_over(**_standards(self.rows))
        self.network.take_over(
            **habits(self.rows[: len(usable)], self.network.intra, options.fps, seed)
        )
        optimiser = torch.optim.Adam(self.network.parameters(), options.rate)
        self.parts = {"network": (self.network, optimiser)}

    def step(self, number: int, share: float) -> dict[str, float]:
        """Learn from the pieces that `number` draws; `share` of the budget is used."""
        pieces = self._drawn(np.random.default_rng((self.seed, number)))
        if isinstance(self.network, WindowNetwork):
            first, own = self._planned_errors(self.network, pieces)
        else:
            first, own = self._errors(pieces)
        self.descend("network", first + own, cooled(self.options.rate, share), _LARGEST_STEP)
        return {"first": first.item(), "own_poses": own.item()}

    def _errors(self, pieces: _Pieces) -> tuple[Tensor, Tensor]:
        """Return the mean error after one frame of real poses, and on the network's own."""
        seen, rows, goals = self.options.seen, pieces.rows, pieces.goals
        lengths = self.mover.lengths(pieces.joints)
        known = rows[:, : seen - 1]
        told, _ = self.network(known[:, 1:], torch.diff(known, dim=1), goals[:, 1 : seen - 1])
        _, after = self.mover.poses(known[:, 1:] + told, lengths)
        ahead = iter(goals[:, seen - 1 :].unbind(1))
        moved = free_run(
            self.network, self.mover, rows[:, :seen], lengths, self.options.told,
            lambda _: next(ahead), goals[:, :seen],
        )  # fmt: skip
        own = torch.stack(list(moved), dim=1)
        return _distance(after, pieces.joints[:, 2:seen]), _distance(own, pieces.joints[:, seen:])

    def _planned_errors(self, network: WindowNetwork, pieces: _Pieces) -> tuple[Tensor, Tensor]:
        """Return the mean errors of what is told from real poses, and from what was told then."""
        seen, told = self.options.seen, self.options.told
        lengths = self.mover.lengths(pieces.joints)
        window = pieces.rows[:, :seen]
        errors = []
        for start in (seen, seen + told):
            goal = pieces.goals[:, start - 1]
            rows, joints = self.mover.poses(network(window, goal), lengths)
            errors.append(_moving_distance(joints, pieces.joints[:, start : start + told]))
            window = torch.cat([window[:, told:], rows], dim=1)[:, -seen:]
        return errors[0], errors[1]

    def _drawn(self, random: np.random.Generator) -> _Pieces:
        rows, joints, goals = [], [], []
        for which in random.choice(len(self.points), self.options.batch, p=self.chances):
            start = random.integers(len(self.points[which]) - self.length + 1)
            part = slice(start, start + self.length)
            rows.append(self.rows[which][part])
            joints.append(self.points[which][part])
            goals.append(drawn_goals(rows[-1], self.network.intra, self.options.fps, random))
        return _Pieces(*(torch.from_numpy(np.stack(each)) for each in (rows, joints, goals)))


def _network(columns: int, options: NextPoseOptions) -> PoseNetwork:
    if options.network == "gru":
        return NextPoseNetwork(columns, options.axes, options.hidden, HABITS)
    return WindowNetwork(columns, options.axes, options.hidden, options.seen, options.told, HABITS)


def _distance(joints: Tensor, truth: Tensor) -> Tensor:
    return (joints - truth).square().sum(-1).clamp_min(1e-12).sqrt().mean()


def _moving_distance(joints: Tensor, truth: Tensor) -> Tensor:
    """Return the distance of places, and of the steps between them (Guo et al. 2023)."""
    steps = (torch.diff(each, dim=1) for each in (joints, truth))
    return _distance(joints, truth) + _distance(*steps)


def _chances(parts: Sequence[SplitMovement]) -> np.ndarray:
    """Return how often each movement is drawn: by its length, and by the root of its source's.

    So a few seconds of motion capture beside hours of dances are learnt from too.
    """
    sources: dict[str, float] = {}
    for part in parts:
        sources[part.source] = sources.get(part.source, 0.0) + part.split
    chances = np.array([part.split / np.sqrt(sources[part.source]) for part in parts])
    return chances / chances.sum()


def _standards(rows: Sequence[np.ndarray]) -> dict[str, Tensor]:
    """Return mean and spread of all rows, and the usual change from frame to frame."""
    every = np.concatenate(rows)
    change = np.concatenate([np.diff(row, axis=0) for row in rows])
    usual = np.sqrt(np.square(change).mean(axis=0))
    values = {
        "mean": every.mean(axis=0),
        "spread": np.maximum(every.std(axis=0), _LEAST_SPREAD),
        "change": np.maximum(usual, _LEAST_SPREAD / 10),
    }
    return {name: torch.from_numpy(value) for name, value in values.items()}
