from itertools import combinations

import numpy as np
import pytest

from stickdance.capture.cleaning.trusted_path import Limits, left_out, poses_left_out

PRICE = 2.0


def limits(bend: float = 0.1, reach: float = 0.15, joints: int = 1, longest: int = 13) -> Limits:
    """Return limits that grow with time as for a joint that may speed up for a while."""
    gaps = np.arange(longest + 1)
    bends = np.where(gaps == 0, 1.0, bend * gaps * (gaps + 1) / 2)
    reaches = np.where(gaps == 0, 1.0, reach * np.minimum(gaps, 2))
    return Limits(np.repeat(bends[:, None], joints, 1), np.repeat(reaches[:, None], joints, 1))


def sway(frames: int = 60) -> np.ndarray:
    at = np.arange(frames) / 25
    return np.stack([0.2 * np.sin(3 * at), 0.05 * np.cos(5 * at)], axis=1)[:, None]


def refused(points: np.ndarray) -> list[int]:
    price = np.full(points.shape[:2], PRICE)
    return np.flatnonzero(left_out(points, price, limits())[:, 0]).tolist()


def test_a_steady_movement_is_all_kept() -> None:
    assert refused(sway()) == []


@pytest.mark.parametrize("length", [1, 2, 3, 6, 9])
def test_a_run_of_wrong_positions_that_agree_is_left_out_and_nothing_else(length: int) -> None:
    points = sway()
    points[20 : 20 + length] += (0.4, 0.3)
    assert refused(points) == list(range(20, 20 + length))


def test_wrong_runs_at_both_ends_are_left_out() -> None:
    points = sway()
    points[:3] += 0.6
    points[-2:] -= 0.6
    assert refused(points) == [0, 1, 2, 58, 59]


def test_a_cut_after_which_everything_is_elsewhere_is_believed() -> None:
    points = sway(120)
    points[60:] += 0.8
    assert refused(points) == []


def test_gaps_are_stepped_over() -> None:
    points = sway()
    points[10:14] = np.nan
    points[14:16] += 0.5
    assert refused(points) == [14, 15]


def test_the_path_is_the_cheapest_of_all() -> None:
    """Every subset of frames is priced by hand; no path without a cut may be cheaper."""
    random = np.random.default_rng(0)
    for _ in range(6):
        points = np.cumsum(random.normal(0, 0.05, (9, 1, 2)), axis=0)
        points[random.integers(0, 9, 3)] += random.normal(0, 0.3, (3, 1, 2))
        kept = ~left_out(points, np.full((9, 1), PRICE), limits())[:, 0]
        best = min(
            (_price(points[:, 0], chosen), chosen)
            for count in range(1, 10)
            for chosen in combinations(range(9), count)
        )
        assert _price(points[:, 0], tuple(np.flatnonzero(kept))) == pytest.approx(best[0])


def _price(points: np.ndarray, chosen: tuple[int, ...]) -> float:
    """Return what a path costs by its definition."""
    bound, total = limits(), PRICE * (len(points) - len(chosen))
    for place in range(1, len(chosen)):
        j, k = chosen[place - 1], chosen[place]
        move = points[k] - points[j]
        cost = (move @ move) / bound.reach[k - j, 0] ** 2
        if place > 1:
            i = chosen[place - 2]
            off = move - (points[j] - points[i]) * (k - j) / (j - i)
            cost = max(cost, (off @ off) / bound.bend[k - j, 0] ** 2)
        total += min(cost, 9.0)
    return float(total)


def test_many_joints_that_each_move_a_little_too_far_weigh_as_much_as_one_that_jumps() -> None:
    points = np.repeat(sway(), 10, axis=1)
    points[30:33] += 0.11 * np.sign(np.random.default_rng(1).normal(size=(1, 10, 2)))
    price = np.full(60, 0.8)
    out = poses_left_out(points, price, limits(joints=10))
    assert np.flatnonzero(out).tolist() == [30, 31, 32]


def test_too_little_to_tell_is_all_kept() -> None:
    assert not left_out(np.full((9, 2, 2), np.nan), np.ones((9, 2)), limits(joints=2)).any()
    assert refused(sway(2)) == []
