"""The network: two GRU layers and a linear one, from this pose to the change towards the next.

It sees a pose's row without where the hip is in the room (only how high), and the change that led
to it; all standardised. What it tells is added to the pose (Martinez et al. 2017: a network that
tells changes does not jump at its first step). It may also be given a goal: a pose to be in after
some time, as `goals` draws them. Without one it tells what is most likely.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

LAYERS = 2


class NextPoseNetwork(nn.Module):
    """This pose and the change that led to it -> the change to the next, and what is remembered."""

    mean: Tensor
    spread: Tensor
    change: Tensor
    habit_now: Tensor
    habit_later: Tensor
    habit_seconds: Tensor

    def __init__(self, columns: int, axes: int, hidden: int, habits: int = 0) -> None:
        """Build an untrained network.

        Args:
            columns: numbers in a row.
            axes: 2 or 3.
            hidden: units of each GRU layer.
            habits: how many pairs of a pose and a later one are kept with it, see `goals`.
        """
        super().__init__()
        self.axes, self.hidden, self.intra = axes, hidden, columns - axes
        self.gru = nn.GRU(2 * columns - axes + 1 + self.intra + 2, hidden, LAYERS, batch_first=True)
        self.linear = nn.Linear(hidden, columns)
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
        now, high = self.standardised(rows), (rows - self.mean)[..., [1 - self.axes]]
        seconds, goal = goals[..., :1], self.standardised(goals[..., 1:])
        has = (seconds > 0).to(rows.dtype)
        seen = [now, high / self.spread[1 - self.axes], changes / self.change]
        told, memory = self.gru(torch.cat([*seen, has, seconds, has * (goal - now)], -1), memory)
        return self.linear(told) * self.change, memory


def no_goals(rows: Tensor, network: NextPoseNetwork) -> Tensor:
    """Return the goals (batch, frames, intra + 1) of rows (batch, frames, columns): none."""
    return rows.new_zeros(*rows.shape[:2], network.intra + 1)


def network_of(weights: Mapping[str, Tensor], axes: int) -> NextPoseNetwork:
    """Return the network that has these weights, its sizes told from their shapes."""
    columns, hidden = weights["linear.weight"].shape
    network = NextPoseNetwork(columns, axes, hidden, len(weights["habit_seconds"]))
    network.load_state_dict(dict(weights))
    return network.eval()
