"""The networks that tell how a movement goes on, and what they share.

Both see a pose's row without where the hip is in the room (only how high), standardised, and what
they tell is added to the pose (Martinez et al. 2017: a network that tells changes does not jump at
its first step). They may also be given a goal: a pose to be in after some time, as `goals` draws
them. Without one they tell what is most likely.

    NextPoseNetwork   two GRU layers and a linear one, from this pose to the change towards the next
    WindowNetwork     the poses of the next moments at once, from a window of those before: layers
                      that mix moments, of their cosine transform (Guo et al. 2023, siMLPe)
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

LAYERS = 2
MIXING = 12
"""Layers of the window network."""
_REACH = 8.0  # usual changes within a frame that the unit of a told change is


class PoseNetwork(nn.Module):
    """Standards of rows and a dancer's habits, which lie with the weights."""

    mean: Tensor
    spread: Tensor
    change: Tensor
    habit_now: Tensor
    habit_later: Tensor
    habit_seconds: Tensor

    def __init__(self, columns: int, axes: int, hidden: int, habits: int) -> None:
        """Hold standards and habits.

        Args:
            columns: numbers in a row.
            axes: 2 or 3.
            hidden: units of each layer.
            habits: how many pairs of a pose and a later one are kept with it, see `goals`.
        """
        super().__init__()
        self.axes, self.hidden, self.intra = axes, hidden, columns - axes
        for name in ("mean", "spread", "change"):
            self.register_buffer(name, torch.ones(columns))
        self.register_buffer("habit_now", torch.zeros(habits, self.intra))
        self.register_buffer("habit_later", torch.zeros(habits, self.intra))
        self.register_buffer("habit_seconds", torch.zeros(habits))

    def take_over(self, **values: Tensor) -> None:
        """Take over mean and spread (columns,) of rows, usual change within a frame, or habits."""
        for name, value in values.items():
            self.get_buffer(name).copy_(value)

    def standardised(self, rows: Tensor) -> Tensor:
        """Return the intra-movement (..., intra) of rows in their usual spread."""
        return (rows[..., : self.intra] - self.mean[: self.intra]) / self.spread[: self.intra]

    def height(self, rows: Tensor) -> Tensor:
        """Return how high the hip is (..., 1), in its usual spread."""
        return ((rows - self.mean) / self.spread)[..., [1 - self.axes]]

    def towards(self, goals: Tensor, now: Tensor) -> Tensor:
        """Return what is known of goals (..., intra + 2) from standardised intra-movement."""
        seconds, goal = goals[..., :1], self.standardised(goals[..., 1:])
        has = (seconds > 0).to(now.dtype)
        return torch.cat([has, seconds, has * (goal - now)], -1)


class NextPoseNetwork(PoseNetwork):
    """This pose and the change that led to it -> the change to the next, and what is remembered."""

    def __init__(self, columns: int, axes: int, hidden: int, habits: int = 0) -> None:
        """Build an untrained network; for its arguments see `PoseNetwork`."""
        super().__init__(columns, axes, hidden, habits)
        self.gru = nn.GRU(2 * columns - axes + 1 + self.intra + 2, hidden, LAYERS, batch_first=True)
        self.linear = nn.Linear(hidden, columns)

    def forward(
        self, rows: Tensor, changes: Tensor, goals: Tensor, memory: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return the changes to the frames after (batch, frames, columns), and the memory.

        Args:
            rows: (batch, frames, columns).
            changes: of each from the row before.
            goals: (batch, frames, intra + 1): seconds until a goal, 0 for none, and its intra-
                movement.
            memory: what was remembered before the first of them.
        """
        now = self.standardised(rows)
        seen = [now, self.height(rows), changes / self.change, self.towards(goals, now)]
        told, memory = self.gru(torch.cat(seen, -1), memory)
        return self.linear(told) * self.change, memory


class WindowNetwork(PoseNetwork):
    """The poses of a window -> those of the next moments, all at once."""

    def __init__(
        self, columns: int, axes: int, hidden: int, seen: int, told: int, habits: int = 0
    ) -> None:
        """Build a network that tells, until it learns, that the last pose is held.

        Args:
            columns: numbers in a row.
            axes: 2 or 3.
            hidden: numbers of each moment within.
            seen: frames of the window.
            told: frames that follow.
            habits: see `PoseNetwork`.
        """
        super().__init__(columns, axes, hidden, habits)
        self.seen, self.told = seen, told
        self.register_buffer("waves", _cosines(seen), persistent=False)
        self.register_buffer("told_waves", _cosines(told), persistent=False)
        self.moments = nn.Linear(columns + 1, hidden)
        self.goal = nn.Linear(self.intra + 2, hidden)
        self.mixing = nn.ModuleList(nn.Linear(seen + 1, seen + 1) for _ in range(MIXING))
        self.norms = nn.ModuleList(nn.LayerNorm(hidden) for _ in range(MIXING))
        self.to_told = nn.Linear(seen + 1, told)
        self.last = nn.Linear(hidden, columns)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, rows: Tensor, goals: Tensor) -> Tensor:
        """Return the rows that follow (batch, told, columns).

        Args:
            rows: (batch, frames, columns); of fewer than `seen`, the first has been held before.
            goals: (batch, intra + 1): seconds until a goal, 0 for none, and its intra-movement.
        """
        rows = self._window(rows)
        now, last = self.standardised(rows), rows[:, -1:]
        places = (rows - last)[..., self.intra :] / (_REACH * self.change[self.intra :])
        moments = self.moments(torch.cat([now, self.height(rows), places], -1))
        goal = self.goal(self.towards(goals, now[:, -1]))[:, None]
        inside = torch.cat([self.waves @ moments, goal], dim=1)
        for mix, norm in zip(self.mixing, self.norms, strict=True):
            inside = inside + norm(mix(inside.transpose(1, 2)).transpose(1, 2))
        told = self.to_told(inside.transpose(1, 2)).transpose(1, 2)
        changes: Tensor = self.last(self.told_waves.T @ told)
        return last + changes * (_REACH * self.change)

    def _window(self, rows: Tensor) -> Tensor:
        lacking = self.seen - rows.shape[1]
        before = rows[:, :1].expand(-1, max(0, lacking), -1)
        return torch.cat([before, rows[:, -self.seen :]], dim=1)


def no_goals(rows: Tensor, network: PoseNetwork) -> Tensor:
    """Return the goals (batch, frames, intra + 1) of rows (batch, frames, columns): none."""
    return rows.new_zeros(*rows.shape[:2], network.intra + 1)


def network_of(weights: Mapping[str, Tensor], axes: int) -> PoseNetwork:
    """Return the network that has these weights, its kind and sizes told from their shapes."""
    columns, habits = len(weights["mean"]), len(weights["habit_seconds"])
    network: PoseNetwork
    if "linear.weight" in weights:
        hidden = weights["linear.weight"].shape[1]
        network = NextPoseNetwork(columns, axes, hidden, habits)
    else:
        hidden = weights["last.weight"].shape[1]
        told, seen = weights["to_told.weight"].shape
        network = WindowNetwork(columns, axes, hidden, seen - 1, told, habits)
    network.load_state_dict(dict(weights))
    return network.eval()


def _cosines(count: int) -> Tensor:
    """Return the orthonormal cosine transform (count, count) of as many moments (DCT-II)."""
    turns = torch.pi * torch.arange(count)[:, None] * (torch.arange(count) + 0.5) / count
    waves = torch.cos(turns) * (2 / count) ** 0.5
    waves[0] /= 2**0.5
    return waves
