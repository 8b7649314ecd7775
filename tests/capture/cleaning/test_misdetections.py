"""The demo dancer's movements, whose joints are known, with faults planted in them."""

from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.cleaning.clean import CleaningOptions, clean
from stickdance.capture.cleaning.jump_filter import find_misdetections, jump_threshold
from stickdance.capture.cleaning.misdetections import find
from stickdance.capture.cleaning.upended import upended
from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.tools.benchmarks.faulty_poses import (
    FAULTS,
    Faulty,
    all_together,
    other_people,
    shifted_runs,
    swapped_sides,
)
from stickdance.tools.demo.filming import filming_poses

RUNS = ("shifted_runs", "other_people", "swapped_sides", "jumping_poses", "jumping_joints")


@pytest.fixture(scope="module")
def dance() -> PoseSequence:
    poses = filming_poses(16.0, (512, 512), 25.0, seed=3)
    noise = np.random.default_rng(0).normal(0, 1.5, poses.points.shape)
    return replace(poses, points=poses.points + noise)


def present(poses: PoseSequence) -> np.ndarray:
    return np.isfinite(poses.points).all(-1) & (poses.confidence > 0)


def test_hardly_anything_is_refused_where_nothing_is_wrong(dance: PoseSequence) -> None:
    found = find(dance, present(dance))
    assert found.joints.any(axis=1).mean() < 0.01
    assert not found.frames.any()
    assert not found.exchanged.any()


@pytest.mark.parametrize("kind", RUNS)
def test_planted_faults_are_found_without_alarm(dance: PoseSequence, kind: str) -> None:
    faulty = FAULTS[kind](dance, np.random.default_rng(11))
    cleaned = clean(faulty.poses, CleaningOptions(smoothing=0))
    wrong = faulty.wrong.any(axis=1)
    assert wrong.sum() > 8
    assert (cleaned.refused & faulty.wrong).any(axis=1)[wrong].mean() > 0.99
    assert cleaned.refused.any(axis=1)[~wrong].mean() < 0.01
    assert _error(cleaned.poses, dance, faulty) < 0.02


@pytest.mark.parametrize("plant", [shifted_runs, other_people, swapped_sides])
def test_runs_that_agree_escape_the_papers_filter(dance: PoseSequence, plant) -> None:
    faulty = plant(dance, np.random.default_rng(11))
    threshold = jump_threshold(dance.size, dance.fps)
    found = find_misdetections(faulty.poses.points, threshold)
    assert found[faulty.wrong.any(axis=1)].mean() < 0.7


def test_exchanged_sides_are_put_right_and_not_guessed(dance: PoseSequence) -> None:
    faulty = swapped_sides(dance, np.random.default_rng(5))
    cleaned = clean(faulty.poses, CleaningOptions(smoothing=0))
    assert set(cleaned.exchanged_frames) >= set(np.flatnonzero(faulty.wrong.any(axis=1)))
    assert cleaned.wrong_frames == ()
    assert (cleaned.poses.points == dance.points).mean() > 0.999


def test_all_faults_at_once_leave_a_dance_that_can_be_used(dance: PoseSequence) -> None:
    faulty = all_together(dance, np.random.default_rng(7))
    cleaned = clean(faulty.poses, CleaningOptions(smoothing=0))
    away = np.linalg.norm(cleaned.poses.points - dance.points, axis=-1)
    assert np.isfinite(away).all()
    assert away.mean() / body_height(dance.points, dance.skeleton) < 0.01


def test_a_joint_that_jumps_alone_is_refused_alone(dance: PoseSequence) -> None:
    points = dance.points.copy()
    wrist = dance.skeleton.index["left_wrist"]
    points[50, wrist] += 90
    before, after = (find(replace(dance, points=p), present(dance)) for p in (dance.points, points))
    assert np.argwhere(after.joints & ~before.joints).tolist() == [[50, wrist]]
    assert not after.frames.any()


def test_very_short_and_empty_sequences_are_no_trouble(dance: PoseSequence) -> None:
    for frames in (0, 1, 2, 5):
        part = dance.part(0, frames)
        assert find(part, present(part)).joints.shape == (frames, 18)


def test_poses_set_on_their_head_at_once_are_refused_however_long(dance: PoseSequence) -> None:
    points = dance.points.copy()
    hips = points[100:160, [8, 11]].mean(axis=1, keepdims=True)
    points[100:160] = 2 * hips - points[100:160]
    found = find(replace(dance, points=points), present(dance))
    assert found.frames[100:160].all()
    assert set(np.flatnonzero(found.frames)) <= set(range(98, 162))  # two at each change, no others


def test_a_cartwheel_is_no_misdetection(dance: PoseSequence) -> None:
    points = dance.points.copy()
    for number, angle in enumerate(np.linspace(0, 2 * np.pi, 30)):  # in 1.2 s
        middle = points[100 + number, [8, 11]].mean(axis=0)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        points[100 + number] = (points[100 + number] - middle) @ turn.T + middle
    whole = points / body_height(points, dance.skeleton)
    assert not upended(whole, dance.skeleton, dance.fps).any()


def _error(poses: PoseSequence, truth: PoseSequence, faulty: Faulty) -> float:
    away = np.linalg.norm(poses.points - truth.points, axis=-1)[faulty.wrong]
    return float(away.mean()) / body_height(truth.points, truth.skeleton)
