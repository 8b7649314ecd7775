import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from stickdance.capture.cleaning.jump_filter import filtered, find_misdetections, jump_threshold
from stickdance.capture.pose.sequence import PoseSequence


def path(*columns: float) -> np.ndarray:
    return np.array([[[x, 0.0]] for x in columns])


@pytest.mark.parametrize(
    ("columns", "wrong"),
    [
        ((0, 10, 20, 30), []),
        ((0, 50, 100), []),  # fifty is not more than fifty
        ((0, 51, 0), [1]),  # back at the trusted frame: prev = i - 2
        ((0, 90, 10, 20), [1]),
        ((0, 90, 95, 100), [1, 2]),  # the third is compared with its wrong neighbour
        ((0, 90, 95, 0, 5), [1, 2, 3]),  # the way back is a jump against the wrong neighbour
        ((0, 90, 200, 10, 12), [1, 2, 3]),
        ((0, -51, 0, 0), [1]),
    ],
)
def test_misdetections_follow_equations_1_and_2(columns: tuple, wrong: list[int]) -> None:
    assert np.flatnonzero(find_misdetections(path(*columns), 50)).tolist() == wrong


def test_the_equations_agree_with_a_literal_transcription() -> None:
    random = np.random.default_rng(3)
    points = np.cumsum(random.normal(0, 18, (400, 5, 2)), axis=0)
    points[random.random(400) < 0.1] += 150
    flags: list[bool] = [False]
    for i in range(1, len(points)):
        previous = i - 2 if flags[i - 1] and i >= 2 and not flags[i - 2] else i - 1
        flags.append(bool(np.max(np.abs(points[i] - points[previous])) > 50))
    assert find_misdetections(points, 50).tolist() == flags
    assert 10 < sum(flags) < 390


def test_a_gap_gives_the_body_time_to_move() -> None:
    assert not find_misdetections(path(0, np.nan, 90), 50).any()
    assert find_misdetections(path(0, np.nan, 110), 50).tolist() == [False, False, True]


def test_the_threshold_is_the_papers_at_its_size_and_rate_and_scales_with_both() -> None:
    assert jump_threshold((640, 320), 30) == 50
    assert jump_threshold((1280, 640), 30) == pytest.approx(100)
    assert jump_threshold((320, 640), 30) == pytest.approx(50)
    assert jump_threshold((640, 320), 15) == pytest.approx(100)


def test_wrong_and_missing_frames_are_filled_by_a_cubic_spline() -> None:
    at = np.arange(60) / 30
    points = np.repeat(300 + 40 * np.sin(2 * np.pi * at)[:, None, None], 18, axis=1)
    points = np.concatenate([points, np.full_like(points, 100.0)], axis=-1)
    broken = points.copy()
    broken[20] += 90
    broken[40:43] = np.nan
    poses = PoseSequence(broken, np.ones((60, 18)), 30.0, (640, 320))
    known = np.setdiff1d(np.arange(60), [20, 40, 41, 42])
    expected = CubicSpline(known, points[known, 3])(np.arange(60))
    assert np.abs(filtered(poses).points[:, 3] - expected).max() < 1e-3
