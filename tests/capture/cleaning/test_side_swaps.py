import numpy as np
import pytest

from stickdance.capture.cleaning.side_swaps import doubtful_sides, exchanged
from stickdance.capture.pose.skeleton import OPENPOSE_18

MIRRORED = list(OPENPOSE_18.mirrored)
LEGS = [OPENPOSE_18.index[f"{s}_{p}"] for s in ("left", "right") for p in ("hip", "knee", "ankle")]
PAIRED = [place for place, other in enumerate(MIRRORED) if place != other]


def dancer(frames: int = 60, fps: float = 25.0, width: float = 0.12) -> np.ndarray:
    """A body of height 1 that sways and swings its arms; `width` is half of its shoulders'."""
    rows = {"shoulder": 0.18, "elbow": 0.36, "wrist": 0.52, "hip": 0.5, "knee": 0.74, "ankle": 1}
    rows |= {"eye": -0.02, "ear": -0.01}
    at = np.arange(frames) / fps
    points = np.zeros((frames, 18, 2))
    for place, name in enumerate(OPENPOSE_18.joints):
        side, _, part = name.partition("_")
        points[:, place, 1] = rows.get(part, 0.0 if name == "nose" else 0.17)
        sign = {"left": 1, "right": -1}.get(side, 0)
        reach = width * (2.2 if part == "wrist" else 0.25 if part in ("eye", "ear") else 1)
        points[:, place, 0] = sign * reach
        if part in ("elbow", "wrist"):
            points[:, place, 1] -= 0.15 * np.sin(2 * np.pi * at + sign)
    points[..., 0] += 0.1 * np.sin(np.pi * at)[:, None]
    return points


@pytest.mark.parametrize("fps", [5.0, 12.0, 30.0])
def test_a_run_of_exchanged_frames_is_found_at_any_rate(fps: float) -> None:
    points = dancer(fps=fps)
    spoiled = points.copy()
    spoiled[20:26] = spoiled[20:26, MIRRORED]
    found = exchanged(spoiled, OPENPOSE_18, fps)
    assert np.flatnonzero(found.any(axis=1)).tolist() == list(range(20, 26))
    assert found[22].nonzero()[0].tolist() == PAIRED
    righted = np.where(found[..., None], spoiled[:, MIRRORED], spoiled)
    assert (righted == points).all()


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
def test_half_a_second_of_exchange_with_jumbled_ends_is_found_at_high_rates(fps: float) -> None:
    points = dancer(round(3 * fps), fps)
    chance = np.random.default_rng(4)
    spoiled = points + chance.normal(0, 0.003, points.shape)
    first, last = round(fps), round(1.5 * fps)
    spoiled[first:last] = spoiled[first:last, MIRRORED]
    # Between two readings an estimator wavers: half of the joints, and from frame to frame.
    for edge in (first, last):
        spoiled[edge - 1, PAIRED[::2]] = points[edge - 1].mean(axis=0)
        spoiled[edge, PAIRED[1::2]] = points[edge].mean(axis=0)
    spoiled[first + 2] = spoiled[first + 2, MIRRORED]
    found = exchanged(spoiled, OPENPOSE_18, fps)
    righted = np.where(found[..., None], spoiled[:, MIRRORED], spoiled)
    whole = np.delete(np.arange(len(points)), [first - 1, first, last - 1, last])
    assert np.abs(righted - points)[whole].max() < 0.03


@pytest.mark.parametrize("fps", [16.0, 60.0])
def test_an_exchange_too_long_to_be_sure_of_is_told_and_left(fps: float) -> None:
    spoiled = dancer(round(6 * fps), fps)
    first, last = round(2 * fps), round(4 * fps)
    spoiled[first:last] = spoiled[first:last, MIRRORED]
    assert not exchanged(spoiled, OPENPOSE_18, fps).any()
    assert doubtful_sides(spoiled, OPENPOSE_18, fps) == ((first, last),)
    assert doubtful_sides(dancer(round(6 * fps), fps), OPENPOSE_18, fps) == ()


def test_turning_away_and_back_is_no_doubt() -> None:
    points = dancer(180, 30.0)
    turn = np.interp(np.arange(180), [60, 72, 120, 132], [1, -1, -1, 1])  # half round in 0.4 s
    points[..., 0] = 0.1 + points[..., 0] * turn[:, None]
    assert not exchanged(points, OPENPOSE_18, 30.0).any()
    assert doubtful_sides(points, OPENPOSE_18, 30.0) == ()


def test_exchanged_legs_alone_are_found() -> None:
    spoiled = dancer()
    spoiled[30:34, LEGS] = spoiled[30:34][:, [MIRRORED[leg] for leg in LEGS]]
    found = exchanged(spoiled, OPENPOSE_18, 25.0)
    assert np.flatnonzero(found.any(axis=1)).tolist() == [30, 31, 32, 33]
    assert found[31].nonzero()[0].tolist() == sorted(LEGS)


def test_a_turn_of_the_body_is_no_exchange() -> None:
    points = dancer(60)
    turn = np.cos(np.linspace(0, 2 * np.pi, 60))  # round once in 2.4 seconds
    centre = points[..., 0].mean(axis=1, keepdims=True)
    points[..., 0] = centre + (points[..., 0] - centre) * turn[:, None]
    assert not exchanged(points, OPENPOSE_18, 25.0).any()


def test_a_whirl_through_few_frames_is_no_exchange() -> None:
    points = dancer(60, fps=30.0)
    turn = np.ones(60)
    turn[25:34] = np.cos(np.linspace(0, 2 * np.pi, 9))  # round once in a quarter of a second
    centre = points[..., 0].mean(axis=1, keepdims=True)
    points[..., 0] = centre + (points[..., 0] - centre) * turn[:, None]
    assert not exchanged(points, OPENPOSE_18, 30.0).any()


def test_a_person_in_profile_stays_as_they_are() -> None:
    spoiled = dancer(width=0.004)
    spoiled[20:24, :5] += 0.001
    assert not exchanged(spoiled, OPENPOSE_18, 25.0).any()


def test_gaps_and_absent_joints_are_passed_over() -> None:
    spoiled = dancer()
    spoiled[:, OPENPOSE_18.index["left_ear"]] = np.nan
    spoiled[18:20] = np.nan
    spoiled[20:24] = spoiled[20:24, MIRRORED]
    found = exchanged(spoiled, OPENPOSE_18, 25.0)
    assert np.flatnonzero(found.any(axis=1)).tolist() == [20, 21, 22, 23]
    assert not exchanged(np.full((9, 18, 2), np.nan), OPENPOSE_18, 25.0).any()
