from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import DANCED
from stickdance.choreography.actions.from_poses import channels_from_poses, reprojection_error
from stickdance.choreography.body.proportions import body_from_profile, default_profile

PROFILE = default_profile((512, 512))
BODY = body_from_profile(PROFILE)
SOME = ["raise_the_roof", "hip_bump", "side_lunge", "body_roll", "knee_to_elbow", "squat_drop"]


def seen(name, frames=40):
    values = DANCED[name].poses(np.linspace(0, 1, frames))
    points, depth = BODY.project(BODY.joints(values))
    return PoseSequence(points, np.ones(points.shape[:2]), 25.0, (512, 512), depth=depth)


def away_in_space(values, name):
    own = BODY.joints(DANCED[name].poses(np.linspace(0, 1, len(values))))
    return np.linalg.norm(BODY.joints(values) - own, axis=-1).mean()


@pytest.mark.parametrize("name", SOME)
def test_joints_come_back_to_where_they_were_seen(name):
    poses = seen(name)
    values = channels_from_poses(poses, PROFILE)
    assert reprojection_error(values, poses, BODY) < 0.006
    assert away_in_space(values, name) < 0.012


@pytest.mark.parametrize("name", SOME)
def test_a_flat_picture_is_enough_for_the_picture(name):
    poses = replace(seen(name), depth=None)
    values = channels_from_poses(poses, PROFILE)
    assert reprojection_error(values, poses, BODY) < 0.006
    assert away_in_space(values, name) < 0.05


def test_a_full_turn_is_followed_all_the_way_round():
    values = channels_from_poses(seen("paddle_turn", 90), PROFILE)
    assert away_in_space(values, "paddle_turn") < 0.02


def test_gaps_are_bridged_and_a_joint_never_seen_is_named():
    poses = seen("raise_the_roof")
    confidence, points = poses.confidence.copy(), poses.points.copy()
    confidence[10:13, 4] = 0
    points[10:13, 4] = np.nan
    values = channels_from_poses(replace(poses, points=points, confidence=confidence), PROFILE)
    assert reprojection_error(values, poses, BODY) < 0.01
    confidence[:, 4] = 0
    with pytest.raises(BadInput, match="right_wrist is never seen"):
        channels_from_poses(replace(poses, confidence=confidence), PROFILE)
    with pytest.raises(BadInput, match="at least 5 frames"):
        channels_from_poses(poses.part(0, 3), PROFILE)
