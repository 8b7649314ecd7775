import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.learned.next_pose.feasibility import feasibility


def judged(points):
    return feasibility([points], 25.0, OPENPOSE_18)


def test_a_rigid_body_that_stands_has_nothing_to_fault(swinging):
    found = judged(swinging(50, 25.0))
    assert found["bone_drift"] < 1e-6
    assert found["planted"] == 1.0
    assert found["below_ground"] == pytest.approx(0.0)


def test_a_whole_body_that_glides_is_as_fast_as_its_feet_slide(swinging):
    points = np.repeat(swinging(1, 25.0), 30, axis=0)
    points[..., 0] += 0.02 * np.arange(30)[:, None]
    found = judged(points)
    assert found["joint_speed"] == pytest.approx(0.5)
    assert found["foot_slide"] == pytest.approx(0.5)
    assert found["fastest_joint"] == pytest.approx(0.5)


def test_a_bone_that_grows_by_a_tenth_is_seen(swinging):
    points = swinging(30, 25.0)
    knee, ankle = OPENPOSE_18.index["left_knee"], OPENPOSE_18.index["left_ankle"]
    points[20:, ankle] = points[20:, knee] + 1.1 * (points[20:, ankle] - points[20:, knee])
    assert judged(points)["bone_drift"] == pytest.approx(0.1 / (1 + 0.1 / 3), rel=0.01)


def test_a_body_in_the_air_is_not_planted(swinging):
    points = swinging(100, 25.0)
    points[50:, :, 1] += 0.3
    assert judged(points)["planted"] == pytest.approx(0.5)
