import numpy as np
import pytest
import torch

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.learned.next_pose.rows import (
    columns,
    joints_of,
    mirrored,
    rows_of,
    rows_of_joints,
    settled,
)
from stickdance.choreography.movement.transform import MovementParts, together


@pytest.mark.parametrize("axes", [2, 3])
def test_rows_lead_back_to_the_joints(axes):
    points = np.random.default_rng(0).normal(size=(6, 18, axes))
    rows = torch.from_numpy(rows_of(points, OPENPOSE_18))
    assert rows.shape == (6, columns(18, axes))
    joints = joints_of(rows, OPENPOSE_18, axes)
    np.testing.assert_allclose(joints.numpy(), points, atol=1e-5)
    np.testing.assert_allclose(rows_of_joints(joints, OPENPOSE_18), rows, atol=1e-4)


def test_rows_mean_the_same_as_in_the_table_of_movements():
    rows = np.random.default_rng(1).normal(size=(4, columns(18, 3))).astype(np.float32)
    parts = MovementParts(rows[:, :-3].reshape(4, 17, 4).astype(float), rows[:, -3:].astype(float))
    ours = joints_of(torch.from_numpy(rows), OPENPOSE_18, 3)
    np.testing.assert_allclose(ours, together(parts, OPENPOSE_18), atol=1e-5)


def test_settled_rows_have_sines_and_cosines_of_one_angle_and_true_ones_stay():
    random = np.random.default_rng(2)
    told = torch.from_numpy(random.normal(size=(5, columns(18, 3)))).float()
    intra = settled(told, 3)[:, :-3].unflatten(1, (17, 4))
    torch.testing.assert_close(intra[..., 1] ** 2 + intra[..., 2] ** 2, torch.ones(5, 17))
    true = torch.from_numpy(rows_of(random.normal(size=(5, 18, 3)), OPENPOSE_18))
    torch.testing.assert_close(settled(true, 3), true, atol=1e-5, rtol=0)


def test_gradients_pass_where_a_joint_lies_on_the_hip():
    joints = torch.zeros(1, 18, 3, requires_grad=True)
    rows_of_joints(joints, OPENPOSE_18).sum().backward()
    assert torch.isfinite(joints.grad).all()


def test_mirroring_twice_gives_the_same_movement(swinging):
    points = swinging(10, 25.0)
    once = mirrored(points, OPENPOSE_18)
    left, right = OPENPOSE_18.index["left_wrist"], OPENPOSE_18.index["right_wrist"]
    np.testing.assert_allclose(once[:, left], points[:, right] * [-1, 1, 1])
    np.testing.assert_array_equal(mirrored(once, OPENPOSE_18), points)
