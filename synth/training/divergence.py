"""Divergence: a training is noticed to go astray before it is lost.

One step too long, and a network without normalisation paints nothing but the room, from where no
gradient leads back.
"""

import math
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from stickdance.checkpoints.errors import TrainingFailed

_FAR = 2.0  # times the usual error; batches differ by 1.4 at most
_MEMORY = 0.95
_FIRST = 20  # steps until there is a usual error


class Divergence:
    """The running mean of the error, and how far the learning rate was reduced."""

    def __init__(self) -> None:
        """Begin without a usual error."""
        self.usual = 0.0
        """Running mean of the error."""
        self.seen = 0
        """Steps that it is the mean of."""
        self.rate = 1.0
        """What the learning rate is multiplied by: halved each time the training diverged."""

    def diverges(self, error: float) -> bool:
        """Return whether an error is far above the usual one, and remember it if it is not.

        After such a step the rate is halved, four times at most.
        """
        settled = self.seen >= _FIRST
        if settled and not error <= _FAR * self.usual and self.rate > 1 / 16:
            self.rate /= 2
            return True
        keep = min(_MEMORY, self.seen / (self.seen + 1))
        self.usual = keep * self.usual + (1 - keep) * error
        self.seen += 1
        return False

    def begin_again(self) -> None:
        """Forget the usual error: from now on it is another one."""
        self.usual, self.seen = 0.0, 0

    def state(self) -> Tensor:
        """Return all of it, for a file."""
        return torch.tensor([self.usual, self.seen, self.rate], dtype=torch.float64)

    def load(self, state: Tensor) -> None:
        """Carry on from what `state` gave."""
        usual, seen, rate = state.tolist()
        self.usual, self.seen, self.rate = usual, int(seen), rate


def check_finite(losses: Mapping[str, float], folder: Path, step: int) -> None:
    """Check the losses of a step.

    Raises:
        TrainingFailed: one is not a number.
    """
    for name, value in losses.items():
        if not math.isfinite(value):
            raise TrainingFailed(
                f"{folder}: the loss {name!r} became {value} at step {step}; the state before is "
                "kept there; try --precision float32, another --seed, or --afresh"
            )
