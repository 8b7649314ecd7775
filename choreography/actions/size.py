"""How large a picture an action makes: the box around the body, as the camera sees it."""

from functools import cache

import numpy as np

from stickdance.choreography.actions.action import Action
from stickdance.choreography.body.kinematics import DancerBody
from stickdance.choreography.body.proportions import body_from_profile, default_profile

_MOMENTS = 4  # of a count, that are looked at
_MIDDLE, _SPREAD = 0.55, 0.12  # body heights squared, of the catalog's actions


@cache
def picture_size(action: Action) -> float:
    """Return how large an action is: 0 as most are, 1 and -1 for the largest and smallest ones."""
    phases = np.arange(_MOMENTS * action.counts) / (_MOMENTS * action.counts)
    box = np.ptp(_usual_body().joints(action.poses(phases))[..., :2], axis=1)
    return float(np.clip((box.prod(axis=-1).mean() - _MIDDLE) / _SPREAD, -1, 1))


@cache
def _usual_body() -> DancerBody:
    return body_from_profile(default_profile((256, 256)))
