"""Where a movement is to go: goals drawn from the dancer's own habits.

A network that has learnt the mean error tells the mean of all that may follow; where much may
follow, that is to stand still. So in half of what it learns it is told a pose that the movement
comes to within 0.4 to 1.2 s, and learns to go there. On its own it needs no goal (that is how its
errors are measured); moving freely it is given one after another.

Habits are pairs of a pose and a later one, kept with the network. A goal is what came of one of the
poses that are most like the one now.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from stickdance.choreography.learned.next_pose.network import PoseNetwork

SECONDS = (0.4, 1.2)
HABITS = 1024
_LIKELY = 24  # habits among which one is drawn
_GIVEN = 0.5  # share of goals that are told in training


def drawn_goals(
    rows: np.ndarray, intra: int, fps: float, random: np.random.Generator
) -> np.ndarray:
    """Return goals (frames, intra + 1) for learning from rows (frames, columns).

    The piece is cut at random; until each cut the pose there is the goal, or none is given.
    """
    goals = np.zeros((len(rows), intra + 1), np.float32)
    start = 0
    while start < len(rows) - 1:
        end = min(start + max(1, round(random.uniform(*SECONDS) * fps)), len(rows) - 1)
        if random.random() < _GIVEN:
            goals[start:end, 0] = (end - np.arange(start, end)) / fps
            goals[start:end, 1:] = rows[end, :intra]
        start = end
    return goals


def habits(rows: Sequence[np.ndarray], intra: int, fps: float, seed: int) -> dict[str, Tensor]:
    """Return the buffers of a network's habits, drawn from movements' rows (frames, columns)."""
    random = np.random.default_rng((seed, HABITS))
    longest = round(SECONDS[1] * fps)
    usable = [row for row in rows if len(row) > longest]
    lengths = np.array([len(row) - longest for row in usable], float)
    now, later, seconds = [], [], []
    for which in random.choice(len(usable), HABITS, p=lengths / lengths.sum()):
        start = random.integers(len(usable[which]) - longest)
        lag = max(1, round(random.uniform(*SECONDS) * fps))
        now.append(usable[which][start, :intra])
        later.append(usable[which][start + lag, :intra])
        seconds.append(lag / fps)
    return {
        "habit_now": torch.from_numpy(np.stack(now)),
        "habit_later": torch.from_numpy(np.stack(later)),
        "habit_seconds": torch.tensor(seconds),
    }


class Wanderer:
    """Gives each body of a free run one goal after another."""

    def __init__(self, network: PoseNetwork, fps: float, seed: int) -> None:
        """Begin without goals; the same seed draws the same ones."""
        self.network, self.fps = network, fps
        self._random = np.random.default_rng(seed)
        self._known = network.standardised(network.habit_now)
        self._goals: Tensor | None = None

    def __call__(self, rows: Tensor) -> Tensor:
        """Return the goals (batch, intra + 1) of bodies in poses rows (batch, columns)."""
        if self._goals is None:
            self._goals = rows.new_zeros(len(rows), self.network.intra + 1)
        else:
            self._goals[:, 0] -= 1 / self.fps
        for body in (self._goals[:, 0] < 0.5 / self.fps).nonzero().flatten().tolist():
            self._goals[body] = self._drawn(rows[body])
        return self._goals.clone()

    def _drawn(self, rows: Tensor) -> Tensor:
        apart = (self._known - self.network.standardised(rows)).square().sum(-1)
        likely = apart.topk(min(_LIKELY, len(apart)), largest=False).indices
        habit = likely[self._random.integers(len(likely))]
        return torch.cat([self.network.habit_seconds[habit, None], self.network.habit_later[habit]])
