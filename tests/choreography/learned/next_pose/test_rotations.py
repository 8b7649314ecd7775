import numpy as np
import pytest
import torch

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.learned.next_pose.free_run import Mover
from stickdance.choreography.learned.next_pose.rows import columns
from stickdance.choreography.movement.movement import Movement

MOVER = Mover.of(OPENPOSE_18, 3, rotations=True)


def turned(points, degrees):
    """Return joints turned about the vertical, by an angle each frame."""
    angle = np.radians(degrees)[:, None]
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    return np.stack(
        [x * np.cos(angle) + z * np.sin(angle), y, z * np.cos(angle) - x * np.sin(angle)], axis=-1
    )


def moved_by(mover, points):
    rows, lengths = mover.seen([points])
    return rows[0], mover.poses(rows, lengths)[1][0].numpy()


def test_forward_kinematics_lead_back_to_the_joints_however_a_dancer_turns(swinging):
    points = turned(swinging(60, 25.0), np.linspace(0, 700, 60))
    rows, back = moved_by(MOVER, points)
    assert rows.shape == (60, columns(18, 3))
    np.testing.assert_allclose(back, points, atol=1e-5)


def test_a_bending_spine_comes_back_too(swinging):
    points = swinging(30, 25.0)
    legs = ("hip", "knee", "ankle")
    upper = [n for n, j in enumerate(OPENPOSE_18.joints) if not j.endswith(legs)]
    points[:, upper, 1] -= np.linspace(0, 0.05, 30)[:, None]  # the neck comes nearer to the hips
    np.testing.assert_allclose(moved_by(MOVER, points)[1], points, atol=1e-5)


def test_quaternions_do_not_jump_when_somebody_turns_round_and_round(swinging):
    points = turned(swinging(100, 25.0), np.linspace(0, 1000, 100))
    rows = MOVER.rows(points)
    assert np.abs(np.diff(rows[:, :-3], axis=0)).max() < 0.4


def test_where_somebody_faces_is_in_the_pelvis_alone(swinging):
    points = swinging(10, 25.0)
    ours, theirs = (MOVER.rows(each) for each in (points, turned(points, np.full(10, 90.0))))
    slots = (each[:, :-3].reshape(10, 17, 4) for each in (ours, theirs))
    apart = np.abs(np.subtract(*slots)).max(axis=(0, 2))
    pelvis = [j for j in OPENPOSE_18.joints if j != "left_hip"].index("right_hip")
    assert apart[pelvis] == pytest.approx(np.sqrt(0.5), abs=1e-5)  # the sine of half of it
    assert np.delete(apart, pelvis).max() < 1e-5


def test_what_a_network_adds_is_brought_back_to_a_body_and_gradients_pass(swinging):
    rows, lengths = MOVER.seen([swinging(5, 25.0)])
    told = (rows[:, -1] + 0.3).requires_grad_()
    settled, joints = MOVER.pose(told, lengths)
    again, same = MOVER.pose(settled, lengths)
    torch.testing.assert_close(again, settled, atol=1e-5, rtol=0)
    torch.testing.assert_close(same, joints, atol=1e-5, rtol=0)
    knee, ankle = (joints[0, OPENPOSE_18.index[f"left_{j}"]] for j in ("knee", "ankle"))
    assert float((knee - ankle).norm().detach()) == pytest.approx(
        np.hypot(0.25, np.hypot(0.01, 0.02)), 1e-4
    )
    joints.sum().backward()
    assert torch.isfinite(told.grad).all()
    assert told.grad.abs().max() > 0


def test_a_body_without_a_face_turns_too(swinging):
    body = Movement("x", swinging(6, 25.0), 25.0, OPENPOSE_18).without_face()
    mover = Mover.of(body.skeleton, 3, rotations=True)
    np.testing.assert_allclose(moved_by(mover, body.points)[1], body.points, atol=1e-5)
