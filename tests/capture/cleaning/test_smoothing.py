import numpy as np
import pytest
from scipy.signal import lfilter

from stickdance.capture.cleaning.smoothing import noise_variance, smoothed


def arm(fps: float, strokes: int = 40, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return a wrist that strikes to and fro (minimum jerk, 0.16-0.26 s) and rests, and its beats.

    A beat is the middle of a rest: (beats, 3) of seconds and place. Strokes go over 0.3 to 0.6 of
    the body height.
    """
    random = np.random.default_rng(seed)
    times, places = [0.0], [0.0]
    for number in range(strokes):
        times += [times[-1] + random.uniform(0.16, 0.26)]
        times += [times[-1] + random.uniform(0.1, 0.2)]
        place = (-1) ** number * random.uniform(0.15, 0.3)
        places += [place, place]
    at = np.arange(int(times[-1] * fps)) / fps
    share = np.zeros(len(at))
    x = np.zeros(len(at))
    for start, stop, a, b in zip(times[:-1], times[1:], places[:-1], places[1:], strict=True):
        inside = (at >= start) & (at < stop)
        share = (at[inside] - start) / (stop - start)
        x[inside] = a + (b - a) * (10 * share**3 - 15 * share**4 + 6 * share**5)
    rests = np.array(times[1:]).reshape(-1, 2).mean(axis=1)
    beats = np.stack([rests, np.array(places[1:])[::2], 0.4 * np.array(places[1:])[::2]], axis=1)
    return np.stack([x, 0.4 * x], axis=1), beats[:-1]


def crossings(path: np.ndarray, fps: float) -> np.ndarray:
    """Return the seconds at which the first coordinate passes through zero."""
    x = path[:, 0]
    before = np.flatnonzero(np.sign(x[:-1]) * np.sign(x[1:]) < 0)
    return (before + x[before] / (x[before] - x[before + 1])) / fps


@pytest.mark.parametrize("fps", [25.0, 30.0, 60.0])
@pytest.mark.parametrize("noise", [0.0, 0.005])
def test_beats_of_a_fast_arm_keep_their_times_and_their_depths(fps: float, noise: float) -> None:
    truth, beats = arm(fps)
    noisy = truth + np.random.default_rng(0).normal(0, noise, truth.shape)
    path = smoothed(noisy, fps, 10.0)
    at = np.arange(len(path)) / fps
    depth = np.interp(beats[:, 0], at, path[:, 0])
    assert np.abs(depth - beats[:, 1]).max() < 0.02 + 2 * noise  # of strokes over 0.3 to 0.6
    assert np.median(np.abs(depth / beats[:, 1])) == pytest.approx(1, abs=0.02)
    shift = crossings(path, fps) - crossings(truth, fps)
    assert np.abs(shift).max() < 0.35 / fps
    assert np.abs(np.mean(shift)) < 0.05 / fps


def test_a_filter_that_looks_back_only_would_fail_that_test() -> None:
    truth, _ = arm(30.0)
    delayed = lfilter([0.35], [1, -0.65], truth, axis=0)
    assert np.mean(crossings(delayed, 30.0)[:20] - crossings(truth, 30.0)[:20]) > 1 / 30


@pytest.mark.parametrize("fps", [16.0, 25.0, 30.0, 60.0])
def test_a_resting_joint_becomes_calm(fps: float) -> None:
    path = np.random.default_rng(1).normal(0, 0.01, (int(8 * fps), 2))
    calm = smoothed(path, fps, 10.0)
    restless = [np.abs(np.diff(p, n=2, axis=0)).mean() for p in (calm, path)]
    assert restless[0] < 0.35 * restless[1]
    assert np.abs(calm).mean() < 0.75 * np.abs(path).mean()


def test_without_noise_almost_nothing_changes() -> None:
    truth, _ = arm(30.0)
    assert np.abs(smoothed(truth, 30.0, 10.0) - truth).max() < 0.01


def test_noise_is_nearer_to_the_truth_after_than_before() -> None:
    truth, _ = arm(30.0)
    noisy = truth + np.random.default_rng(2).normal(0, 0.01, truth.shape)
    after = np.sqrt(((smoothed(noisy, 30.0, 10.0) - truth) ** 2).mean())
    assert after < 0.85 * np.sqrt(((noisy - truth) ** 2).mean())


def test_the_noise_of_a_moving_joint_is_measured() -> None:
    truth, _ = arm(60.0)
    noisy = truth + np.random.default_rng(3).normal(0, 0.01, truth.shape)
    assert noise_variance(noisy) == pytest.approx(1e-4, rel=0.3)
    assert noise_variance(noisy[:3]) == 0.0


def test_short_paths_low_rates_and_no_smoothing_leave_a_path_alone() -> None:
    path = np.random.default_rng(4).normal(size=(40, 2))
    assert smoothed(path[:10], 30.0, 10.0) is not None
    assert (smoothed(path[:10], 30.0, 10.0) == path[:10]).all()
    assert (smoothed(path, 5.0, 10.0) == path).all()
    assert (smoothed(path, 30.0, 0.0) == path).all()
