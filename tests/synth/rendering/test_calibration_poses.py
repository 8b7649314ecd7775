import numpy as np
import pytest

from stickdance.synth.rendering.calibration_poses import standing_poses


def test_known_poses_stand_on_the_ground(tiny_take):
    poses, body = standing_poses(tiny_take.body, 5), tiny_take.body
    ankles = [body.skeleton.index[name] for name in ("left_ankle", "right_ankle")]
    assert poses.points.shape == (5, 18, 2)
    assert np.abs(poses.points[:, ankles, 1].max(1) - body.ground).max() < 0.01
    assert np.nanmin(body.distance(poses.points)) == pytest.approx(0, abs=1e-5)
