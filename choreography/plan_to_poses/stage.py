"""Where on the stage a step is danced: the body turned aside, and carried along by its feet.

A step keeps its counts wherever it is danced. On its way to another place each foot goes ahead while it is on the
move and by the share of its own way that it has done, so that a foot that stands stays where it
stands; a step without footwork stays in its place, and the way to the next step makes up for it.

Conventions: places are (across, ahead) in body heights: to the picture's right, to the camera.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from stickdance.choreography.actions.action import Action
from stickdance.choreography.body.kinematics import CAMERA_DISTANCE, CAMERA_HEIGHT, SIDES, DancerBody
from stickdance.choreography.body.pose_channels import FEET, INDEX
from stickdance.choreography.plan.steps import Step

Values = NDArray[np.float64]

_LOOKS_BACK = 0.5  # of the way that a step faces aside, the head looks back to the front
_ALL = 75.0  # degrees aside at which nothing is left of an action's own turns
_DEEP = 0.2  # body heights to the camera and away from it, at most
_BELOW = 0.05  # body heights of a foot below its ankle
_LEAST_WAY = 0.1  # body heights that each foot goes in a step that carries
_NOT_SWINGING = 0.02  # share of a foot's fastest below which it stands
_MOMENTS = 16  # of a count that feet are looked at
_OWN = 0.2  # body heights to either side that steps have for themselves wherever they are
_WIDEST = 0.6  # body heights across that are used of a wide room, to either side


def turned(values: Values, degrees: float, whole: bool = False) -> Values:
    """Return poses (frames, channels) whose body is turned to the dancer's left, the head less far.

    The feet stay where they are. Their own turns shrink the farther aside poses are, but for
    `whole` turns.
    """
    out = values.copy()
    out[:, INDEX["turn"]] *= 1.0 if whole else max(0.0, 1 - abs(degrees) / _ALL)
    out[:, INDEX["turn"]] += degrees
    out[:, INDEX["head_turn"]] -= _LOOKS_BACK * degrees
    return out


def place_of(step: Step | None, body: DancerBody) -> Values:
    """Return where (2,) on the stage a step ends; None is in the middle.

    Args:
        step: that says where in its room it ends.
        body: whose room it is; some of it is kept for the steps themselves.
    """
    if step is None:
        return np.zeros(2)
    low, high = ((side - body.centre) / body.pixels for side in body.reach)
    room = max(0.0, (high if step.across > 0 else -low) - _OWN)
    deep = min(_DEEP, _nearest(body)) if step.ahead > 0 else _DEEP
    return np.array([step.across * min(room, _WIDEST), step.ahead * deep])


def _nearest(body: DancerBody) -> float:
    """Return how near the camera (body heights) feet stay in the frame, 0 or more."""
    below = (body.size[1] - body.ground) / body.pixels - _BELOW
    return max(0.0, CAMERA_DISTANCE * below / (CAMERA_HEIGHT + below))


@dataclass(frozen=True)
class Way:
    """How a step is carried from one place to another."""

    start: Values
    """(2,) where it begins."""
    stop: Values
    """(2,) where it ends."""
    counts: Values
    """(moments,) at which its feet were looked at, rising."""
    done: dict[str, Values]
    """Share (moments,) of its own way that each foot has gone; 0 in a step that carries nobody."""

    def carried(self, values: Values, counts: Values) -> Values:
        """Return poses (frames, channels) at counts (frames,), carried along."""
        if not self.start.any() and not self.stop.any():
            return values
        out = values.copy()
        for side, place in FEET.items():
            share = np.interp(counts, self.counts, self.done[side])[:, None]
            along = self.start + (self.stop - self.start) * share
            out[:, place.start] += SIDES[side] * along[:, 0]
            out[:, place.start + 2] += along[:, 1]
        return out


@cache
def carries(action: Action) -> bool:
    """Tell whether both feet of an action step, so that it can be danced from place to place."""
    values = action.poses(np.linspace(0, 1, _MOMENTS * action.counts + 1))
    return min(_swing(values[:, place])[-1] for place in FEET.values()) > _LEAST_WAY


def way_of(values: Values, counts: Values, start: Values, stop: Values) -> Way:
    """Return how a step is carried from one place to another.

    Args:
        values: (moments, channels) of the step on the spot.
        counts: (moments,) rising.
        start: (2,) where it begins.
        stop: (2,) where it ends.
    """
    swings = {side: _swing(values[:, place]) for side, place in FEET.items()}
    carries = min(path[-1] for path in swings.values()) > _LEAST_WAY
    done = {side: path / path[-1] if carries else 0 * path for side, path in swings.items()}
    return Way(start, stop, counts, done)


def _swing(foot: Values) -> Values:
    """Return how far (moments,) a foot (moments, 3) has gone, the moments left out that it rests."""
    ways = np.linalg.norm(np.diff(foot, axis=0), axis=-1)
    ways[ways < _NOT_SWINGING * ways.max(initial=0)] = 0
    return np.concatenate([[0.0], np.cumsum(ways)])
