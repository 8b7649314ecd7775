"""Which named actions a person was filmed in, near enough that filmed frames can show them.

An action counts as filmed where nearly all of its poses pass for poses of the footage, by the joint
distance that playback chooses its frames by (`stickdance.capture.pose.pose_distance`). Somebody who
stands passes for a small movement all along; so the poses must be nearer than the action moves.
"""

from collections.abc import Mapping

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.pose_distance import NEAR, about_torso, distances
from stickdance.choreography.actions.action import Action
from stickdance.choreography.body.pose_channels import mirrored
from stickdance.choreography.body.proportions import body_from_profile
from stickdance.choreography.plan_to_poses.framing import staged

ActionSide = tuple[str, bool]
"""An action's name, and whether it is danced in the mirror."""
_PHASES = 24  # moments of an action that are looked at
_NEARLY_ALL = 0.9  # share of them that must be near
_OF_MOVEMENT = 0.5  # share of an action's own movement that its poses may be away, where it is less


def filmed_actions(
    actions: Mapping[str, Action], points: np.ndarray, profile: BodyProfile, mirrors: bool = False
) -> frozenset[ActionSide]:
    """Return the actions, as they are or in the mirror, whose poses were filmed.

    Args:
        actions: by name.
        points: (frames, joints, 2) poses of the footage, in pixels of the profile's frame.
        profile: of the person filmed.
        mirrors: whether what was filmed may be shown mirrored.
    """
    body, skeleton, height = body_from_profile(profile), profile.skeleton, profile.height
    film = about_torso(points, skeleton, height)
    out = set()
    for name, action in actions.items():
        values = action.poses(np.linspace(0, 1, _PHASES))
        for side, danced in ((False, values), (True, mirrored(values))):
            poses = about_torso(staged(danced, body, 25.0).points, skeleton, height)
            limit = min(NEAR, _OF_MOVEMENT * _movement(poses))
            if np.quantile(distances(poses, film).min(axis=1), _NEARLY_ALL) <= limit:
                out |= {(name, side), (name, not side)} if mirrors else {(name, side)}
    return frozenset(out)


def _movement(poses: np.ndarray) -> float:
    """Return how far poses (N, joints, 2) lie about their mean, as distances are measured."""
    about = poses - poses.mean(axis=0)
    return float(np.sqrt((about**2).sum(axis=-1).mean()))
