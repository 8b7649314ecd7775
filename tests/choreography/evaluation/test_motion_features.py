from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from torchmetrics.image.fid import _compute_fid

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.evaluation.motion_features import (
    diversity,
    frame_features,
    frechet_distance,
    gaussian_distance,
)


def dancer(seconds=4.0, fps=25.0, seed=0, scale=1.0):
    random = np.random.default_rng(seed)
    base = random.uniform(20, 80, (18, 2))
    base[0], base[10], base[13] = (50, 10), (45, 90), (55, 90)
    times = np.arange(round(seconds * fps)) / fps
    sway = np.sin(times[:, None, None] * random.uniform(1, 4, (18, 1)) + np.arange(2))
    points = (base + 3 * sway) * scale
    side = round(100 * scale)
    return PoseSequence(points, np.ones(points.shape[:2]), fps, (side, side))


def test_the_distance_of_two_gaussians_on_a_line_is_that_of_means_and_deviations():
    got = gaussian_distance(np.array([1.0]), np.array([[4.0]]), np.array([4.0]), np.array([[9.0]]))
    assert got == pytest.approx((4 - 1) ** 2 + (3 - 2) ** 2)


def test_the_distance_agrees_with_scipy_and_torchmetrics():
    random = np.random.default_rng(1)
    a, b = random.normal(size=(200, 6)), random.normal(size=(150, 6)) @ random.normal(size=(6, 6))
    means, covers = (a.mean(0), b.mean(0) + 1), (np.cov(a.T), np.cov(b.T))
    got = gaussian_distance(means[0], covers[0], means[1], covers[1])
    root = sqrtm(covers[0] @ covers[1]).real
    by_hand = ((means[0] - means[1]) ** 2).sum() + np.trace(covers[0] + covers[1] - 2 * root)
    assert got == pytest.approx(by_hand, rel=1e-6)
    tensors = [torch.tensor(value) for value in (means[0], covers[0], means[1], covers[1])]
    assert got == pytest.approx(float(_compute_fid(*tensors)), rel=1e-6)


def test_a_dance_is_no_distance_from_itself_and_far_from_a_stretched_one():
    one, other = frame_features(dancer()), frame_features(dancer(seed=5))
    assert frechet_distance([one], [one]) == pytest.approx(0, abs=1e-6)
    assert frechet_distance([one], [other]) > 10


def test_frame_size_and_frame_rate_do_not_count():
    one = frame_features(dancer())
    large = frame_features(dancer(scale=4.0))
    assert large == pytest.approx(one, abs=1e-4)
    quick = frame_features(dancer(fps=50.0))
    assert quick[:, :36] == pytest.approx(one[:, :36], abs=1e-4)


def test_velocities_are_in_body_heights_a_second():
    poses = dancer()
    points = np.tile(poses.points[:1], (50, 1, 1))
    points[:, 4, 0] += 2.0 * np.arange(50)  # the right wrist: 2 px a frame, 25 frames a second
    features = frame_features(replace(poses, points=points, confidence=np.ones((50, 18))))
    height = 90 - 10 + 3 * 0  # roughly: from the ankles' row to the nose's
    assert features[10, 36 + 8] == pytest.approx(2 * 25 / height, rel=0.1)
    assert features[10, 36 + 9] == pytest.approx(0, abs=1e-6)


def test_diversity_is_the_mean_distance_of_all_pairs_of_clips():
    real = np.random.default_rng(0).normal(size=(400, 3))
    low, high = np.zeros((50, 3)), np.full((50, 3), 2.0)
    shift = (high - low)[0] / real.std(0)
    assert diversity([low, high], [real]) == pytest.approx(np.linalg.norm(shift))
    assert diversity([low], [real]) is None


def test_gaps_are_filled_and_a_missing_body_is_refused():
    poses = dancer()
    points = poses.points.copy()
    points[10:20, 4] = np.nan
    points[:, 17] = np.nan
    assert np.isfinite(frame_features(replace(poses, points=points))).all()
    points[:, 8] = np.nan
    with pytest.raises(BadInput, match="no frame shows both hips"):
        frame_features(replace(poses, points=points))
