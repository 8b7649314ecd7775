from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.conditions.pose_coverage import pose_coverage
from stickdance.capture.pose.body_profile import BodyProfile, normalised
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18

HEIGHT = 100.0


def pose(arm: float = 0.0) -> np.ndarray:
    """Return (18, 2) pixels of a figure, its left arm lifted by so many body heights."""
    points = np.random.default_rng(0).uniform(20, 180, (18, 2))
    for joint in ("left_elbow", "left_wrist"):
        points[OPENPOSE_18.index[joint], 1] -= arm * HEIGHT
    return points


def danced(*points: np.ndarray) -> PoseSequence:
    return PoseSequence(np.stack(points), np.ones((len(points), 18)), 10.0, (200, 200))


def body(*seen: np.ndarray) -> BodyProfile:
    poses = np.stack(seen) if seen else np.zeros((0, 18, 2))
    return BodyProfile(
        OPENPOSE_18, (200, 200), {}, 20.0, 12.0, HEIGHT, 180.0, 100.0, (90.0, 110.0), {},
        normalised(poses, OPENPOSE_18, HEIGHT),
    )  # fmt: skip


def test_pose_coverage_is_the_share_of_needed_poses_that_are_held():
    dance = danced(pose(), pose(0.1), pose(0.6), pose())
    found = pose_coverage(dance, body(pose()))
    # Two of 18 joints are moved: by 2 / 18 of the lift in the mean.
    assert found.distance == pytest.approx([0, 0.1 * 2 / 18, 0.6 * 2 / 18, 0], abs=1e-5)
    assert found.far_distance == 0.06
    assert found.far.tolist() == [False, False, True, False]
    assert found.share == 0.75
    assert found.as_json() == {"share": 0.75, "far_distance": 0.06}


def test_a_pose_without_a_joint_is_not_needed():
    nobody = np.full((18, 2), np.nan)
    found = pose_coverage(danced(pose(), nobody, pose(0.6)), body(pose()))
    assert found.needed.tolist() == [True, False, True]
    assert found.share == 0.5
    assert pose_coverage(danced(nobody), body(pose())).share == 1


def test_a_missing_joint_is_left_out_of_the_mean():
    points = pose(0.6)
    points[OPENPOSE_18.index["left_wrist"]] = np.nan
    (distance,) = pose_coverage(danced(points), body(pose())).distance
    assert distance == pytest.approx(0.6 / 17, abs=1e-5)


def test_where_no_pose_is_known_there_is_no_pose_coverage():
    assert pose_coverage(danced(pose()), body()) is None


def test_it_does_not_depend_on_the_size_of_the_pictures():
    dance, person = danced(pose(), pose(0.3), pose(0.6)), body(pose())
    doubled = replace(person, size=(400, 400), height=2 * HEIGHT)
    large = dance.scaled((400, 400))
    assert pose_coverage(large, doubled).share == pose_coverage(dance, person).share
