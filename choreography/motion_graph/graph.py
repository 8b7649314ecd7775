"""Where one move may follow another: a motion graph over the accents of a take.

A cut from one accent to another is the less seen the nearer the two poses are and the more alike
they move. Feet count most, since they would have to slide or step.

Source: Kovar, Gleicher and Pighin, Motion Graphs (2002), with joints in the picture plane.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.motion_graph.clip import FilmedMovement

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

    def __init__(self, footage: FilmedMovement) -> None:
        """Take the footage whose moments are compared."""
        self._footage = footage

    def price(self, end: Instant, start: Instant) -> float:
        """Return how far a body would jump from `end` to `start`: 0 where the footage goes on."""
        return float(self.prices(end, self.states([start]))[0])

    def prices(self, end: Instant, starts: np.ndarray) -> np.ndarray:
        """Return the prices (starts,) of cuts from a moment to others, given by their states."""
        distance = np.linalg.norm(starts - self.states([end]), axis=-1)  # (starts, 2, joints)
        return (distance[:, 0] + distance[:, 1]) @ _WEIGHTS

    def states(self, instants: Sequence[Instant]) -> np.ndarray:
        """Return (instants, 2, joints, 2): places, and the way made in a short time.

        Both are in body heights.
        """
        out = np.empty((len(instants), 2, len(OPENPOSE_18), 2))
        mirrored = np.array([instant.mirrored for instant in instants], bool)
        times = np.array([instant.seconds for instant in instants])
        for side in (False, True):
            here = mirrored == side
            if here.any():
                out[here, 0] = self._footage.joints_at(times[here], side)[..., :2]
                out[here, 1] = self._footage.velocity_at(times[here], side)[..., :2] * _SECONDS
        return out / self._footage.body.height
