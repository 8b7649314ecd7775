"""Where one move may follow another: a motion graph over the arrivals of a take.

A cut from one arrival to another is the less seen the nearer the two poses are and the more alike
they move. Feet count most, since they would have to slide or step.

Source: Kovar, Gleicher and Pighin, Motion Graphs (2002), with joints in the picture plane.
"""

from dataclasses import dataclass

import numpy as np

from capture.skeleton import OPENPOSE_18
from choreography.footage import Footage

_ANKLE = 3.0  # an ankle counts as so many other joints
_SECONDS = 0.08  # a difference in velocity counts as the way it makes in this time
_WEIGHTS = np.array([_ANKLE if "ankle" in name else 1.0 for name in OPENPOSE_18.joints])
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Instant:
    """A moment of a take, as it is or as in a mirror."""

    seconds: float
    mirrored: bool = False


class MoveGraph:
    """Prices of cuts between moments of a take, in body heights of mean joint distance."""

    def __init__(self, footage: Footage) -> None:
        self._footage = footage
        self._known: dict[Instant, np.ndarray] = {}

    def price(self, end: Instant, start: Instant) -> float:
        """Return how far a body would jump from `end` to `start`: 0 where the footage goes on."""
        return float(self.prices(end, [start])[0])

    def prices(self, end: Instant, starts: list[Instant]) -> np.ndarray:
        """Return the prices (starts,) of cuts from one moment to several."""
        away = np.stack([self._state(start) for start in starts]) - self._state(end)
        distance = np.linalg.norm(away, axis=-1)  # (starts, 2, joints)
        return (distance[:, 0] + distance[:, 1]) @ _WEIGHTS

    def _state(self, instant: Instant) -> np.ndarray:
        """Return (2, joints, 2): places, and the way made in a short time, in body heights."""
        if instant not in self._known:
            at = np.array([instant.seconds])
            place = self._footage.joints_at(at, instant.mirrored)[0, :, :2]
            way = self._footage.velocity_at(at, instant.mirrored)[0, :, :2] * _SECONDS
            self._known[instant] = np.stack([place, way]) / self._footage.body.height
        return self._known[instant]
