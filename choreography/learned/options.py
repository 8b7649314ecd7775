"""What all that learns is told, and refusing numbers out of range."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from stickdance.checkpoints.errors import BadInput


@dataclass(frozen=True)
class LearningOptions:
    """How long something is learnt; the same for all models."""

    minutes: float = 5.0
    """Minutes of training, in total over all runs; more of them carry a finished training on."""
    steps: int | None = None
    """Train this many steps in place of a time; on a CPU that can be repeated exactly."""
    seed: int = 0
    """Start of the random numbers; the same one gives the same training."""
    save_seconds: float = 30.0
    """Seconds between two saved states."""
    afresh: bool = False
    """Begin anew where an earlier training at the same place would be carried on."""


@dataclass(frozen=True)
class TableOptions:
    """How ways of dancing are compared."""

    model_fps: float = 10.0
    """Bring every dance to this many frames a second and back before it is scored; 0 does not."""
    other_songs: int = 5
    """Set each dance to this many other songs, for comparison."""


def check_ranges(wanted: Iterable[tuple[str, float, float, float]]) -> None:
    """Refuse what does not lie within its range.

    Args:
        wanted: (flag, value, least, most) each.

    Raises:
        BadInput: names the first flag whose value is out of range or no number.
    """
    for flag, value, least, most in wanted:
        if not (math.isfinite(value) and least <= value <= most):
            raise BadInput(f"{flag} {value:g}: expected {least:g} to {most:g}")
