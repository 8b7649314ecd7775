from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.evaluation.metrics import (
    evaluate,
    incorrect_frames,
    jitter,
    missing_frames,
    oks,
    pck,
    pck_of_height,
)
from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import COCO_17
from stickdance.checkpoints.errors import BadInput


def moved(poses, by):
    return replace(poses, points=poses.points + np.float32(by))


def test_poses_are_perfect_against_themselves(filmed):
    scores = evaluate(filmed.poses, filmed.poses)
    assert scores["pck_02"] == scores["pck_01"] == scores["oks"] == 1.0
    assert scores["mean_distance"] == 0.0
    assert scores["missing_frames"] == scores["incorrect_frames"] == 0
    assert scores["jitter"] == scores["reference_jitter"]


def test_pck_counts_joints_within_a_share_of_the_torso(filmed):
    torso = np.linalg.norm(
        filmed.poses.joint("left_shoulder")[0] - filmed.poses.joint("right_hip")[0]
    )
    shifted = moved(filmed.poses, (0.15 * torso, 0))
    assert pck(filmed.poses, shifted, 0.2) == 1.0
    assert pck(filmed.poses, shifted, 0.1) == 0.0
    assert evaluate(filmed.poses, shifted)["mean_distance"] == pytest.approx(0.15 * torso, rel=1e-4)


def test_pck_of_height_counts_joints_within_a_share_of_the_body_height(filmed):
    height = body_height(filmed.poses.points, filmed.poses.skeleton)
    shifted = moved(filmed.poses, (0, 0.09 * height))
    scores = evaluate(filmed.poses, shifted)
    assert scores["pck_height_01"] == 1.0
    assert pck_of_height(filmed.poses, shifted, 0.08) == 0.0
    assert scores["mean_distance_heights"] == pytest.approx(0.09, rel=1e-3)


def test_missing_joints_and_confidence_are_told(filmed):
    confidence = np.full_like(filmed.poses.confidence, 0.8)
    confidence[:, :9] = 0
    scores = evaluate(filmed.poses, replace(filmed.poses, confidence=confidence))
    assert scores["missing_joints"] == 0.5
    assert scores["mean_confidence"] == pytest.approx(0.8)


def test_a_joint_not_found_is_not_within_any_distance(filmed):
    confidence = filmed.poses.confidence.copy()
    confidence[:, :9] = 0
    half = replace(filmed.poses, confidence=confidence)
    assert pck(filmed.poses, half) == pytest.approx(0.5)
    assert oks(filmed.poses, half) == pytest.approx(0.5)


def test_oks_is_the_formula_of_coco_by_hand():
    points = np.zeros((1, 17, 2), np.float32)
    points[0, 16] = (30, 100)  # the box is 30 x 100
    reference = PoseSequence(points, np.ones((1, 17)), 25, (200, 200), COCO_17)
    estimated = replace(reference, points=points + np.array([5, 0], np.float32))
    area = 0.53 * 30 * 100
    sigmas = np.array([26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89]) / 1e3
    by_hand = np.exp(-25 / (2 * area * (2 * sigmas) ** 2)).mean()
    assert oks(reference, estimated) == pytest.approx(by_hand, rel=1e-5)


def test_jitter_grows_with_noise_and_not_with_size(filmed):
    chance = np.random.default_rng(0)
    noisy = moved(filmed.poses, chance.normal(size=filmed.poses.points.shape))
    assert jitter(noisy) > 5 * jitter(filmed.poses)
    assert jitter(noisy.scaled((384, 320))) == pytest.approx(jitter(noisy), rel=1e-3)
    still = replace(filmed.poses, points=np.repeat(filmed.poses.points[:1], 60, axis=0))
    assert jitter(still) == 0.0
    assert jitter(filmed.poses.part(0, 2)) is None


def test_missing_and_incorrect_frames_are_counted(filmed):
    confidence = filmed.poses.confidence.copy()
    confidence[[3, 4]] = 0
    points = filmed.poses.points.copy()
    points[20] += 90
    broken = replace(filmed.poses, points=points, confidence=confidence)
    assert missing_frames(broken) == 2
    assert incorrect_frames(broken) == 1


def test_unlike_sequences_are_refused(filmed):
    with pytest.raises(BadInput, match="convert"):
        evaluate(filmed.poses, filmed.poses.converted(COCO_17))
    with pytest.raises(BadInput, match="one for each frame"):
        evaluate(filmed.poses, filmed.poses.part(0, 5))


def test_what_cannot_be_told_is_none(filmed):
    nobody = replace(filmed.poses, confidence=np.zeros_like(filmed.poses.confidence))
    scores = evaluate(nobody, filmed.poses)
    assert scores["pck_02"] is scores["oks"] is scores["mean_distance"] is None
    assert scores["reference_jitter"] is None
