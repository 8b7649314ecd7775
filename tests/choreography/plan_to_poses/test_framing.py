from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.actions.catalog import DANCED
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.framing import staged, step_width
from stickdance.choreography.plan_to_poses.transitions import pose_values


def dance(profile):
    body = body_from_profile(profile)
    beats = tuple(np.arange(4 * len(DANCED) + 2) * 0.5 + 0.5)
    steps = tuple(Step(name, 4 * k, 4, bool(k % 2)) for k, name in enumerate(DANCED))
    plan = Choreography("s", "", beats[-1] + 1, 120, 4, beats, (0,), (), steps)
    values = pose_values(plan, np.arange(0, beats[-1], 1 / 25), body)
    return staged(values, body, 25.0)


@pytest.mark.parametrize("size", [(256, 256), (160, 256), (512, 288)])
def test_every_joint_stays_inside_the_frame(size):
    poses = dance(default_profile(size))
    assert (poses.points >= 0).all()
    assert (poses.points <= np.array(size)).all()


def test_hips_keep_to_the_columns_that_the_target_was_seen_at():
    profile = default_profile((256, 256))
    profile = replace(profile, reach=(128 - 0.16 * profile.height, 128 + 0.16 * profile.height))
    poses = dance(profile)
    hips = [OPENPOSE_18.index["left_hip"], OPENPOSE_18.index["right_hip"]]
    middle = poses.points[:, hips, 0].mean(axis=1)
    assert middle.min() > profile.reach[0] - 8 and middle.max() < profile.reach[1] + 8


def test_steps_are_as_wide_as_designed_where_there_is_room():
    body = body_from_profile(default_profile((512, 288)))
    assert step_width(DANCED["step_touch"].poses(np.linspace(0, 1, 20)), body) == 1.0
    narrow = replace(body, reach=(body.centre, body.centre))
    assert 0.2 < step_width(DANCED["side_lunge"].poses(np.linspace(0, 1, 20)), narrow) < 1.0


def test_arms_in_a_narrow_frame_are_drawn_in_softly():
    wide, narrow = default_profile((256, 256)), default_profile((256, 256))
    narrow = replace(narrow, centre=85.0, reach=(80.0, 90.0))
    for profile in (wide, narrow):
        poses = dance(profile)
        step = np.linalg.norm(np.diff(poses.points, axis=0), axis=-1) / profile.height * 25
        assert step.max() < 9.5
        assert (poses.points[..., 0] >= 0).all()
