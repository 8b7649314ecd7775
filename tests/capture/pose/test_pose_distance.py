import numpy as np
import pytest

from stickdance.capture.pose.pose_distance import UNSEEN, about_torso, distances
from stickdance.capture.pose.skeleton import OPENPOSE_18

RNG = np.random.default_rng(0)


def test_the_distance_is_the_root_of_the_mean_square_over_all_joints():
    one, other = RNG.random((2, 3, 18, 2)).astype(np.float32)
    wanted = [[np.sqrt(((a - b) ** 2).sum(-1).mean()) for b in other] for a in one]
    assert distances(one, other) == pytest.approx(np.array(wanted), abs=1e-3)


def test_the_place_in_the_picture_does_not_count():
    poses = RNG.random((1, 18, 2)) * 100
    here, there = (
        about_torso(each, OPENPOSE_18, 100) for each in (poses, poses + np.array([40, -7]))
    )
    assert distances(here, there)[0, 0] == pytest.approx(0, abs=1e-3)


def test_a_joint_that_one_of_them_lacks_counts_a_little():
    one = RNG.random((1, 18, 2)).astype(np.float32)
    other = one.copy()
    other[0, 4] = np.nan
    assert distances(one, other)[0, 0] == pytest.approx(UNSEEN / np.sqrt(18), rel=0.02)
    assert distances(other, other)[0, 0] == pytest.approx(0, abs=1e-3)


def test_poses_that_share_too_little_are_infinitely_far():
    one = RNG.random((1, 18, 2)).astype(np.float32)
    other = one.copy()
    other[0, :10] = np.nan
    assert distances(one, other)[0, 0] == np.inf
