"""Noticing that a training has gone astray, before it is lost.

One step too long, and a network without normalisation paints nothing but the room, from where no
gradient leads back.
"""

import math
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from stickdance.checkpoints.errors import TrainingFailed

_ASTRAY = 2.0  # times the usual error; batches differ by 1.4 at most
_MEMORY = 0.95
_FIRST = 20  # steps until there is a usual error


class Steadiness:
    """The usual error of late, and how far the learning rate was taken back."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.usual = 0.0
        """Running mean of the error."""
        self.seen = 0
        """Steps that it is the mean of."""
        self.rate = 1.0
        """What the learning rate is multiplied by: halved each time the training went astray."""

    def strays(self, error: float) -> bool:
        """Return whether an error is far above the usual one, and remember it if it is not.

        After a stray step the rate is halved, four times at most.
        """
        settled = self.seen >= _FIRST
        if settled and not error <= _ASTRAY * self.usual and self.rate > 1 / 16:
            self.rate /= 2
            return True
        keep = min(_MEMORY, self.seen / (self.seen + 1))
        self.usual = keep * self.usual + (1 - keep) * error
        self.seen += 1
        return False

    def begin_again(self) -> None:
        """Forget the usual error: from now on another one is."""
        self.usual, self.seen = 0.0, 0

    def tensors(self) -> dict[str, Tensor]:
        """Return all of it, for a file."""
        return {"steadiness": torch.tensor([self.usual, self.seen, self.rate], dtype=torch.float64)}

    def load(self, tensor: Tensor) -> None:
        """Carry on from what `tensors` gave."""
        usual, seen, rate = tensor.tolist()
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
