import numpy as np
import pytest
import torch

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.body.kinematics import BONES
from stickdance.choreography.learned.next_pose.bones import bone_lengths, rings, with_lengths
from stickdance.choreography.movement.movement import Movement

AROUND = rings(OPENPOSE_18)


def lengths_by_hand(joints):
    ends = [(OPENPOSE_18.index[a], OPENPOSE_18.index[b]) for a, b in BONES]
    return np.stack(
        [np.linalg.norm(joints[..., a, :] - joints[..., b, :], axis=-1) for a, b in ends]
    )


def test_every_joint_hangs_on_the_left_hip_once():
    outer = [joint for ring in AROUND for joint in ring.outer]
    assert sorted([*outer, OPENPOSE_18.index["left_hip"]]) == list(range(18))


def test_a_distorted_pose_gets_its_bone_lengths_back(swinging):
    real = torch.from_numpy(swinging(9, 25.0)).float()
    wanted = bone_lengths(real[None], AROUND)
    random = torch.Generator().manual_seed(0)
    told = real[:1] + 0.05 * torch.randn(1, 18, 3, generator=random)
    kept = with_lengths(told, AROUND, wanted).numpy()[0]
    assert np.abs(lengths_by_hand(told.numpy()[0]) - lengths_by_hand(real[0].numpy())).max() > 0.02
    np.testing.assert_allclose(lengths_by_hand(kept), lengths_by_hand(real[0].numpy()), atol=1e-5)
    hip = OPENPOSE_18.index["left_hip"]
    np.testing.assert_allclose(kept[hip], told.numpy()[0, hip], atol=1e-6)


def test_a_pose_that_fits_stays_as_it_is(swinging):
    real = torch.from_numpy(swinging(5, 25.0)).float()
    kept = with_lengths(real, AROUND, [w.expand(5, -1) for w in bone_lengths(real[None], AROUND)])
    torch.testing.assert_close(kept, real, atol=1e-6, rtol=0)


def test_a_body_without_a_face_is_held_together_too(swinging):
    body = Movement("x", swinging(4, 25.0), 25.0, OPENPOSE_18).without_face()
    joints = torch.from_numpy(body.points).float()
    around = rings(body.skeleton)
    kept = with_lengths(
        joints, around, [w.expand(4, -1) for w in bone_lengths(joints[None], around)]
    )
    torch.testing.assert_close(kept, joints, atol=1e-6, rtol=0)


def test_the_neck_moves_freely_but_stays_with_the_hips(swinging):
    real = torch.from_numpy(swinging(9, 25.0)).float()
    lengths = bone_lengths(real[None], AROUND)
    hip, neck = OPENPOSE_18.index["left_hip"], OPENPOSE_18.index["neck"]
    usual = float((real[0, neck] - real[0, hip]).norm())
    for share, kept in ((0.9, 0.9), (1.5, 1.1), (0.2, 0.7)):
        told = real[:1].clone()
        told[0, neck] = told[0, hip] + share * (real[0, neck] - real[0, hip])
        moved = with_lengths(told, AROUND, lengths)[0]
        assert float((moved[neck] - moved[hip]).norm()) == pytest.approx(kept * usual, rel=1e-4)
