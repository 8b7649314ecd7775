"""Where on the stage a step is danced: the body turned aside, and carried along by its feet.

A step keeps its counts wherever it is danced. On its way to another place each foot goes ahead
while it is on the move, most where it is fastest, so that a foot that stands stays where it stands;
under a step whose feet rest the dancer strolls, one foot and then the other. A step on one foot
stays in its place, and the way to the next step makes up for it.

Conventions: places are (across, ahead) in body heights: to the picture's right, to the camera.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from stickdance.choreography.actions.action import Action
from stickdance.choreography.actions.timing import lifted
from stickdance.choreography.body.kinematics import (
    CAMERA_DISTANCE,
    CAMERA_HEIGHT,
    SIDES,
    DancerBody,
)
from stickdance.choreography.body.pose_channels import FEET, INDEX
from stickdance.choreography.plan.steps import Step

Values = NDArray[np.float64]

_LOOKS_BACK = 0.5  # of the way that a step faces aside, the head looks back to the front
_ALL = 75.0  # degrees aside at which nothing is left of an action's own turns
_DEEP = 0.2  # body heights to the camera and away from it, at most
_BELOW = 0.05  # body heights of a foot below its ankle
_LEAST_WAY = 0.1  # body heights that each foot goes in a step that carries
_RESTING = 0.03  # body heights that neither foot goes in a step that may be strolled under
_WALK = 3  # counts that a stroll takes at least
_STANCE = 0.1  # body heights of a foot from the middle that it turns around
_LEAVES, _LIFT, _SHORT = 0.5, 0.035, 0.06  # of a stroll's steps: a share of a count; heights
_STEPPING, _STROLLING = 0.3, 0.2  # of the room, a beat
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
    """Share (moments,) of its own way that each foot has gone."""
    lift: dict[str, Values]
    """Body heights (moments,) by which each foot is lifted beyond what the step itself does."""

    def carried(self, values: Values, counts: Values) -> Values:
        """Return poses (frames, channels) at counts (frames,), carried along."""
        if not self.start.any() and not self.stop.any():
            return values
        out = values.copy()
        for side, place in FEET.items():
            share = np.interp(counts, self.counts, self.done[side])[:, None]
            along = self.start + (self.stop - self.start) * share
            out[:, place.start] += SIDES[side] * along[:, 0]
            out[:, place.start + 1] += np.interp(counts, self.counts, self.lift[side])
            out[:, place.start + 2] += along[:, 1]
        return out


def way_of(values: Values, counts: Values, start: Values, stop: Values) -> Way:
    """Return how a step is carried from one place to another.

    Args:
        values: (moments, channels) of the step on the spot.
        counts: (moments,) rising, from 0 to the last one.
        start: (2,) where it begins.
        stop: (2,) where it ends.
    """
    swings = _swings(values)
    ways = [path[-1] for path in swings.values()]
    still = {side: np.zeros(len(counts)) for side in FEET}
    far = float(np.linalg.norm(stop - start))
    if min(ways) > _LEAST_WAY:
        return Way(start, stop, counts, {s: _fastest(path) for s, path in swings.items()}, still)
    if max(ways) > _RESTING or counts[-1] < _WALK or far == 0:
        return Way(start, stop, counts, still, still)
    return _walk(counts, start, stop, far)


def _walk(counts: Values, start: Values, stop: Values, far: float) -> Way:
    """Return a walk under a step whose feet rest: one foot lands on a count, then the other."""
    first = "left" if stop[0] >= start[0] else "right"
    high = _LIFT * min(1.0, far / _SHORT)
    done, lift = {}, {}
    for side in FEET:
        lands = _WALK - 1 + (side != first)
        share = np.clip((counts - lands + 1 - _LEAVES) / (1 - _LEAVES), 0, 1)
        done[side] = share**3 * (4 - 3 * share)
        lift[side] = high * lifted(share)
    return Way(start, stop, counts, done, lift)


@cache
def room_a_beat(action: Action) -> float:
    """Return how much of its room an action is carried through in a beat, at most.

    Footwork goes far; who dances with other things than the feet strolls; one foot that works
    alone, the other standing, goes nowhere.
    """
    values = action.poses(np.linspace(0, 1, _MOMENTS * action.counts + 1))
    ways = [path[-1] for path in _swings(values).values()]
    if min(ways) > _LEAST_WAY:
        return _STEPPING
    return _STROLLING if max(ways) <= _RESTING else 0.0


def _swings(values: Values) -> dict[str, Values]:
    """Return how far (moments,) each foot has gone in poses (moments, channels), turns included."""
    out = {}
    for side, place in FEET.items():
        turned_by = _STANCE * np.radians(np.diff(values[:, INDEX[f"{side}_facing"]]))
        ways = np.linalg.norm(np.diff(values[:, place], axis=0), axis=-1) + np.abs(turned_by)
        out[side] = np.concatenate([[0.0], np.cumsum(ways)])
    return out


def _fastest(path: Values) -> Values:
    """Return a way (moments,) from 0 to 1 that is gone most where a foot is fastest."""
    quick = np.concatenate([[0.0], np.cumsum(np.diff(path) ** 2)])
    return quick / quick[-1]
