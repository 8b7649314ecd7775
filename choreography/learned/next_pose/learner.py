"""What one step of learning the next pose does.

A piece of movement is drawn: the network sees its first part as it was, and moves on its own poses
through the second. The error is how far joints are from where they were, in both parts, in body
heights. Moving on its own poses while it learns is what lets it do so later: a network that only
ever saw real poses is lost after its first small errors.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.learning import Learner, cooled
from stickdance.choreography.learned.next_pose.free_run import Mover, free_run
from stickdance.choreography.learned.next_pose.goals import HABITS, drawn_goals, habits
from stickdance.choreography.learned.next_pose.movements import SplitMovement
from stickdance.choreography.learned.next_pose.network import NextPoseNetwork
from stickdance.choreography.learned.next_pose.options import NextPoseOptions
from stickdance.choreography.learned.next_pose.rows import joints_of, mirrored, rows_of

_LEAST_SPREAD = 1e-3  # what hardly varies is not blown up further
_LARGEST_STEP = 1.0  # norm of a gradient


class NextPoseLearner(Learner):
    """A network, its optimiser and pieces of movement drawn by seed and step.

    Held-out movement is looked at once, at the end, by `evaluate`.
    """

    def __init__(self, parts: Sequence[SplitMovement], options: NextPoseOptions, seed: int) -> None:
        """Prepare rows and network.

        Raises:
            BadInput: none is as long as a piece.
        """
        self.options, self.seed = options, seed
        self.length = options.seen + options.told
        usable = [part for part in parts if part.split > self.length]
        if not usable:
            raise BadInput(
                f"no movement has {self.length / options.fps:.1f} s to learn from; give longer "
                "ones, or shorten --seen-seconds and --told-seconds"
            )
        skeleton = usable[0].movement.skeleton
        self.mover = Mover.of(skeleton, options.axes)
        self.points = [part.movement.points[: part.split] for part in usable]
        self.chances = _chances(usable)
        rows = [rows_of(points, skeleton) for points in self.points]
        columns = rows[0].shape[1]
        self.network = NextPoseNetwork(columns, options.axes, options.hidden, HABITS)
        self.network.take_over(**_standards(rows))
        self.network.take_over(**habits(rows, self.network.intra, options.fps, seed))
        optimiser = torch.optim.Adam(self.network.parameters(), options.rate)
        self.parts = {"network": (self.network, optimiser)}

    def step(self, number: int, share: float) -> dict[str, float]:
        """Learn from the pieces that `number` draws; `share` of the budget is used."""
        rows, goals = self._drawn(np.random.default_rng((self.seed, number)))
        seen, own = self._errors(rows, goals)
        self.descend("network", seen + own, cooled(self.options.rate, share), _LARGEST_STEP)
        return {"one_frame": seen.item(), "own_poses": own.item()}

    def _errors(self, rows: Tensor, goals: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean error after one frame of real poses, and on the network's own."""
        seen, skeleton, axes = self.options.seen, self.mover.skeleton, self.options.axes
        truth = joints_of(rows, skeleton, axes)
        known = rows[:, : seen - 1]
        told, _ = self.network(known[:, 1:], torch.diff(known, dim=1), goals[:, 1 : seen - 1])
        after = joints_of(known[:, 1:] + told, skeleton, axes)
        ahead = iter(goals[:, seen - 1 :].unbind(1))
        moved = free_run(
            self.network, self.mover, rows[:, :seen], self.options.told,
            lambda _: next(ahead), goals[:, :seen],
        )  # fmt: skip
        own = torch.stack(list(moved), dim=1)
        return _distance(after, truth[:, 2:seen]), _distance(own, truth[:, seen:])

    def _drawn(self, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Return rows (batch, frames, columns) and their goals (batch, frames, intra + 1)."""
        skeleton, fps = self.mover.skeleton, self.options.fps
        pieces, goals = [], []
        for which in random.choice(len(self.points), self.options.batch, p=self.chances):
            start = random.integers(len(self.points[which]) - self.length + 1)
            piece = self.points[which][start : start + self.length]
            if random.random() < 0.5 and not self.options.without_mirror:
                piece = mirrored(piece, skeleton)
            pieces.append(rows_of(piece, skeleton))
            goals.append(drawn_goals(pieces[-1], self.network.intra, fps, random))
        return torch.from_numpy(np.stack(pieces)), torch.from_numpy(np.stack(goals))


def _distance(joints: Tensor, truth: Tensor) -> Tensor:
    return (joints - truth).square().sum(-1).clamp_min(1e-12).sqrt().mean()


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
