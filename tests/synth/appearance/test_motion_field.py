import numpy as np
import pytest

from stickdance.synth.appearance.body_parts import torso_length
from stickdance.synth.appearance.motion_field import body_motion

SIZE = (64, 64)


@pytest.fixture(scope="module")
def pose(tiny_take):
    return tiny_take.poses.points[0].astype(np.float32)


def motion(before, now, length=16.0):
    return body_motion(before, now, SIZE, length)


def at(field, point):
    x, y = point.round().astype(int)
    return field[y, x]


def test_a_still_pose_moves_nothing(pose):
    assert np.abs(motion(pose, pose)).max() < 1e-3


def test_a_body_that_moves_sideways_is_found_where_it_was_and_the_room_stays(pose):
    field = motion(pose, pose + np.float32([3, 0]), torso_length(pose[None]))
    for joint in (1, 2, 5, 9, 12):
        assert at(field, pose[joint] + (3, 0)) == pytest.approx((-3, 0), abs=0.3)
    assert np.abs(field[:4, :4]).max() < 1e-3


def test_a_raised_arm_moves_alone(pose, tiny_take):
    skeleton, now = tiny_take.poses.skeleton, pose.copy()
    hand = skeleton.index["left_wrist"]
    now[hand] += (4, -6)
    field = motion(pose, now, torso_length(pose[None]))
    assert np.linalg.norm(at(field, now[hand]) - (pose[hand] - now[hand])) < 2
    assert np.abs(at(field, pose[skeleton.index["right_ankle"]])).max() < 0.3


def test_a_missing_joint_stills_its_parts_and_no_number_is_lost(pose):
    now = pose + np.float32([3, 0])
    now[4] = np.nan
    assert np.isfinite(motion(pose, now)).all()
    assert (motion(np.full_like(pose, np.nan), now) == 0).all()
