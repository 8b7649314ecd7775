import numpy as np
import pytest

from stickdance.capture.cleaning import kalman


def moving(frames: int = 200, joints: int = 12, seed: int = 0) -> np.ndarray:
    """Poses that differ in three ways, which swing slowly, about a middle that wanders."""
    random = np.random.default_rng(seed)
    mean = random.uniform(0, 200, (joints, 2))
    ways = random.normal(0, 20, (3, joints, 2))
    at = np.arange(frames) / 25
    amounts = np.stack([np.sin(2 * np.pi * at * rate + rate) for rate in (0.31, 0.53, 0.77)], 1)
    middle = np.stack([30 * np.sin(at), 10 * np.cos(1.3 * at)], 1)
    return mean + np.einsum("fw,wjc->fjc", amounts, ways) + middle[:, None]


def hidden(truth: np.ndarray, joints: list[int], start: int, stop: int) -> np.ndarray:
    wanted = np.zeros(truth.shape[:2], bool)
    wanted[start:stop, joints] = True
    return wanted


def test_joints_missing_for_two_seconds_are_found_from_the_others() -> None:
    truth = moving()
    wanted = hidden(truth, [2, 5], 60, 110)
    filled = kalman.fill(np.where(wanted[..., None], np.nan, truth), wanted)
    assert np.abs(filled - truth).max() < 2.0  # they move over 100
    assert (filled[~wanted] == truth[~wanted]).all()


def test_a_gap_of_all_joints_is_bridged_by_how_they_move() -> None:
    truth = moving()
    wanted = hidden(truth, list(range(12)), 100, 105)
    filled = kalman.fill(np.where(wanted[..., None], np.nan, truth), wanted)
    straight = np.linspace(truth[99], truth[105], 7)[1:-1]
    assert np.abs(filled - truth)[100:105].mean() < np.abs(straight - truth[100:105]).mean()
    assert np.abs(filled - truth).max() < 3.0


def test_what_is_filled_joins_what_is_known_without_a_step() -> None:
    truth = moving() + np.random.default_rng(1).normal(0, 2.0, (200, 12, 2))
    wanted = hidden(truth, [3], 80, 100)
    filled = kalman.fill(np.where(wanted[..., None], np.nan, truth), wanted)
    steps = np.abs(np.diff(filled[78:103, 3], axis=0)).max()
    assert steps < 3 * np.abs(np.diff(truth[:, 3], axis=0)).max()


def test_the_leading_ways_are_those_of_the_poses() -> None:
    model = kalman.learned(moving())
    assert model is not None
    assert model.ways.shape == (24, 3)
    np.testing.assert_allclose(model.ways.T @ model.ways, np.eye(3), atol=1e-9)


def test_smoothing_agrees_with_a_batch_solution_of_the_same_model() -> None:
    """The most likely states of a linear Gaussian model are one weighted least-squares problem."""
    truth = moving(40, joints=4)
    model = kalman.learned(truth)
    assert model is not None
    points = truth.copy()
    points[10:20, 1] = np.nan
    points[15] = np.nan
    size, frames = len(model.spread), len(points)
    looks = np.concatenate([np.tile(np.eye(2), (4, 1)), model.ways], axis=1)
    step = np.block([[np.eye(size), np.eye(size)], [np.zeros((size, size)), np.eye(size)]])
    restless = np.concatenate([0.25 * model.restlessness, model.restlessness])
    rows, values = [], []

    def add(blocks: dict[int, np.ndarray], value: np.ndarray, variance: np.ndarray) -> None:
        row = np.zeros((len(value), frames * 2 * size))
        for frame, block in blocks.items():
            row[:, frame * 2 * size : frame * 2 * size + block.shape[1]] = block
        rows.append(row / np.sqrt(variance)[:, None])
        values.append(value / np.sqrt(variance))

    start = np.zeros(2 * size)
    start[:2] = points[0].mean(axis=0)
    add({0: np.eye(2 * size)}, start, np.concatenate([model.spread, model.spread]))
    for frame in range(frames):
        seen = (points[frame] - model.mean).ravel()
        known = np.isfinite(seen)
        add({frame: looks[known]}, seen[known], model.noise[known])
        if frame:
            add({frame - 1: -step, frame: np.eye(2 * size)}, np.zeros(2 * size), restless)
    states = np.linalg.lstsq(np.concatenate(rows), np.concatenate(values), rcond=None)[0]
    states = states.reshape(frames, 2 * size)[:, :size]
    expected = (states @ looks.T).reshape(frames, 4, 2) + model.mean
    np.testing.assert_allclose(kalman.smoothed(points, model), expected, atol=0.05)


@pytest.mark.parametrize("complete", [0, 20])
def test_too_few_complete_frames_leave_the_gap_open(complete: int) -> None:
    points = moving(60)
    points[complete:, 0] = np.nan
    points[complete:, 1:] += 0.0
    assert kalman.learned(points) is None
    wanted = hidden(points, [0], complete, 60)
    assert np.isnan(kalman.fill(points, wanted)[complete:, 0]).all()
