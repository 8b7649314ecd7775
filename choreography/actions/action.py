"""What an action is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

Source = Literal["arms", "hips", "legs", "whole"]
Movement = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Action:
    """A short, named movement, a function of phase."""

    name: str
    about: str
    """What a dancer does, in one line."""
    counts: int
    """How many counts (arrivals) it has."""
    energy: float
    """0..1: how much it asks of the body; loud music takes energetic actions."""
    tempo: tuple[float, float]
    """Slowest and fastest comfortable pace, counts per minute."""
    source: Source
    """The part of the body that leads: low sounds take legs and hips, high ones arms."""
    accent: int
    """The count (from 0) that is its strongest."""
    moves_feet: bool
    """Whether feet leave their place."""
    changes: bool
    """Whether it turns the body or changes its level."""
    shows_back: bool
    """Whether it turns the back to the camera: a renderer needs footage of that."""
    holds: bool
    """Whether its last pose is kept when nothing follows."""
    movement: Movement
    """Phase (frames,) in 0..1 to poses (frames, channels)."""

    def poses(self, phase: np.ndarray) -> np.ndarray:
        """Return poses (frames, channels) at phases (frames,) in 0..1."""
        return self.movement(np.atleast_1d(np.asarray(phase, float)))


def action(
    *,
    counts: int,
    energy: float,
    source: Source,
    tempo: tuple[float, float] = (60.0, 150.0),
    accent: int = 0,
    moves_feet: bool = False,
    changes: bool = False,
    shows_back: bool = False,
    holds: bool = False,
) -> Callable[[Movement], Action]:
    """Make the decorated function of phase an action; its name and docstring come along."""

    def decorate(movement: Movement) -> Action:
        about = (movement.__doc__ or "").strip().split("\n")[0]
        return Action(
            movement.__name__, about, counts, energy, tempo, source, accent, moves_feet,
            changes, shows_back, holds, movement,
        )  # fmt: skip

    return decorate
