from dataclasses import replace

import numpy as np
import pytest

from stickdance.choreography.learned.genre.learner import in_a_mirror, of_another_build
from stickdance.choreography.learned.genre.pose_columns import COLUMNS, moments, pose_columns


def test_a_dance_in_a_mirror_has_the_mirrored_columns(swinging_dancer):
    poses = swinging_dancer("slow", 0)
    expected = pose_columns(poses.mirrored(), 25.0)
    assert in_a_mirror(pose_columns(poses, 25.0)) == pytest.approx(expected, abs=1e-4)


def test_somebody_of_another_build_is_as_much_larger_in_all_that_a_joint_does(swinging_dancer):
    poses = pose_columns(swinging_dancer("slow", 0), 25.0)
    other = of_another_build(poses, np.random.default_rng(0))
    moved = np.abs(poses) > 1e-3
    factors = np.where(moved, other / np.where(moved, poses, 1), np.nan)
    assert np.nanstd(factors, axis=0)[moved.any(axis=0)].max() < 1e-5
    of_column = np.nanmedian(factors, axis=0)
    places, velocity, pace = of_column[:36], of_column[36:74], of_column[74:]
    assert np.nanmax(np.abs(velocity[:36] - places)) < 1e-5
    assert np.nanmax(np.abs(pace[:36] - places)) < 1e-5
    assert np.nanmax(np.abs(of_column[[72, 73, 110, 111]] - 1)) < 1e-6  # the hips' own way
    assert 0.04 < np.nanstd(places) < 0.16
    pictures = np.full((5, 7), 3.0, np.float32)
    assert (of_another_build(pictures, np.random.default_rng(0)) == 3).all()


def test_features_of_pictures_stay_where_poses_are_mirrored(swinging_dancer):
    poses = pose_columns(swinging_dancer("slow", 0), 25.0)
    both = np.concatenate([poses, np.full((len(poses), 2048), 3, np.float32)], axis=1)
    assert (in_a_mirror(both)[:, COLUMNS:] == 3).all()
    assert (in_a_mirror(both[:, COLUMNS:]) == 3).all()


def test_travel_is_told_in_body_heights_a_second(swinging_dancer):
    poses = swinging_dancer("slow", 0)
    drift = np.arange(len(poses))[:, None] / poses.fps * np.array([16.0, 0.0])
    moved = pose_columns(replace(poses, points=poses.points + drift[:, None]), 25.0)
    still = pose_columns(poses, 25.0)
    travel = (moved - still)[:, 72:74]
    assert travel[:, 0] == pytest.approx(16 / 160, rel=0.02)  # nose to ankles: 160 pixels
    assert travel[:, 1] == pytest.approx(0, abs=1e-3)
    assert moved[:, :72] == pytest.approx(still[:, :72], abs=1e-3)


def test_between_moments_velocity_is_averaged_and_pace_kept(swinging_dancer):
    poses = swinging_dancer("fast", 0, seconds=4.0)
    whole, fewer = pose_columns(poses, 25.0), pose_columns(poses, 5.0)
    assert whole.shape == (100, COLUMNS)
    assert whole[:, 74:] == pytest.approx(np.abs(whole[:, 36:74]), abs=1e-5)
    assert (fewer[:, :36] == whole[::5, :36]).all()
    five = whole[:, 36:74].reshape(20, 5, 38)
    assert fewer[:, 36:74] == pytest.approx(five.mean(axis=1), abs=1e-5)
    assert fewer[:, 74:] == pytest.approx(np.sqrt((five**2).mean(axis=1)), abs=1e-4)


def test_moments_lie_evenly():
    assert list(moments(10, 25.0, 10.0)) == [0, 2, 5, 8]
    assert list(moments(4, 25.0, 25.0)) == [0, 1, 2, 3]
