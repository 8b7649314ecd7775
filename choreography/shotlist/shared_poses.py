"""The two poses that every move of a shot list begins and ends in, so that any two can be joined.

Both look alike in a mirror, so that a mirrored move joins as well.
"""

import numpy as np

from stickdance.choreography.actions.action import Action, action
from stickdance.choreography.actions.catalog import STANDARD, Repertoire
from stickdance.choreography.actions.shapes import GUARD
from stickdance.choreography.actions.timing import held
from stickdance.choreography.body.pose_channels import HANGING, pose

_APART = (0.05, 0.0, 0.0)  # body heights of each foot beside its place


@action(counts=1, energy=0.2, source="whole", tempo=(20, 400))
def rest(phase: np.ndarray) -> np.ndarray:
    """Feet under the hips, arms hanging loosely."""
    return held(phase, pose(left=HANGING, right=HANGING, lower=0.01))


@action(counts=1, energy=0.5, source="whole", tempo=(20, 400))
def ready(phase: np.ndarray) -> np.ndarray:
    """Feet a little apart, knees soft, both fists before the chest."""
    stance = pose(left=GUARD, right=GUARD, left_foot=_APART, right_foot=_APART, lower=0.03)
    return held(phase, stance)


REST, READY = rest.name, ready.name
SHARED: dict[str, Action] = {REST: rest, READY: ready}
"""By name: `REST` for all music but the chorus, `READY` for the chorus."""
WITH_POSES = Repertoire({**STANDARD.actions, **SHARED}, STANDARD.danced)
"""What comes with this package, and the shared poses as actions of one count."""
