"""Early stopping: the end of a training that gets no better on frames kept from it."""

import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from stickdance.checkpoints.networks import tensors_under

_PREFIX = "best."


class EarlyStopping:
    """The best weights by validation, and how many validations since were no better."""

    def __init__(self, validations: int) -> None:
        """Stop after so many validations in a row that are no better; 0 never stops."""
        self.validations = validations
        self.best = math.inf
        """The least error so far."""
        self.best_step = 0
        self.since = 0
        """Validations since the least error."""
        self.weights: dict[str, Tensor] | None = None
        """Those of the least error."""

    @property
    def is_over(self) -> bool:
        """Return whether the training should stop."""
        return 0 < self.validations <= self.since

    def note(self, error: float, step: int, weights: Mapping[str, Tensor]) -> None:
        """Note a validation's error, the step that it was made at and the weights it is of."""
        if not self.validations:
            return
        if error < self.best:
            self.best, self.best_step, self.since = error, step, 0
            self.weights = {name: value.clone() for name, value in weights.items()}
        else:
            self.since += 1

    def tensors(self) -> dict[str, Tensor]:
        """Return the best weights by name, for a file."""
        return {f"{_PREFIX}{name}": value for name, value in (self.weights or {}).items()}

    def about(self) -> dict[str, Any]:
        """Return what is not a tensor, as JSON values."""
        if self.weights is None:
            return {}
        return {"best": self.best, "best_step": self.best_step, "since": self.since}

    def load(self, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
        """Carry on from what `tensors` and `about` gave; nothing where it never stops.

        Raises:
            KeyError, TypeError, ValueError: `about` is not such.
        """
        weights = tensors_under(tensors, _PREFIX)
        if not weights or not self.validations:
            return
        self.weights = weights
        self.best, self.since = float(about["best"]), int(about["since"])
        self.best_step = int(about["best_step"])
