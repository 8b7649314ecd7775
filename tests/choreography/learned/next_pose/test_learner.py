from dataclasses import replace

import numpy as np
import pytest
import torch

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.choreography.learned.next_pose.learner import NextPoseLearner
from stickdance.choreography.learned.next_pose.options import NextPoseOptions, check_options

SMALL = NextPoseOptions(
    network="gru", hidden=24, seen_seconds=0.4, told_seconds=0.4, batch=8, rate=1e-2
)
WINDOW = replace(SMALL, network="window", rate=3e-3)
KINDS = [SMALL, WINDOW, replace(SMALL, rows="rotations"), replace(WINDOW, rows="rotations")]


def learner(swinging, part_of, seed=0, options=SMALL):
    torch.manual_seed(seed)
    return NextPoseLearner([part_of(swinging(150, 25.0))], options, seed)


@pytest.mark.slow  # a quality run, of the default alone: the others learn more slowly
def test_the_error_on_its_own_poses_falls_far_below_standing_still(swinging, part_of):
    one = learner(swinging, part_of)
    losses = [one.step(number, number / 120)["own_poses"] for number in range(120)]
    points = swinging(150, 25.0)
    still = np.mean(
        [np.linalg.norm(points[k:] - points[:-k], axis=-1).mean() for k in range(1, 11)]
    )
    assert np.mean(losses[-10:]) < 0.5 * still


@pytest.mark.parametrize("options", KINDS[:2])
def test_the_same_step_draws_the_same_pieces_and_carries_on_alike(swinging, part_of, options):
    whole, broken, other = (learner(swinging, part_of, options=options) for _ in range(3))
    for number in range(4):
        whole.step(number, number / 4)
    for number in range(2):
        broken.step(number, number / 4)
    other.load(broken.tensors())
    for number in range(2, 4):
        other.step(number, number / 4)
    ours, theirs = whole.weights(), other.weights()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_held_out_frames_are_never_drawn(swinging, part_of):
    points = swinging(150, 25.0)
    points[100:] += 50  # far outside: the loss would tell
    one = NextPoseLearner([part_of(points, split=100)], SMALL, 0)
    assert all(one.step(number, 0.5)["own_poses"] < 1 for number in range(10))


def test_a_window_begins_by_holding_the_last_pose(swinging, part_of):
    first = learner(swinging, part_of, options=replace(WINDOW, batch=64)).step(0, 0.0)
    points = swinging(150, 25.0)
    still = np.mean(
        [np.linalg.norm(points[k:] - points[:-k], axis=-1).mean() for k in range(1, 11)]
    )
    steps = np.linalg.norm(np.diff(points, axis=0), axis=-1).mean()
    assert first["first"] == pytest.approx(still + steps, rel=0.15)


@pytest.mark.parametrize("options", KINDS[1:])
def test_every_kind_of_network_and_rows_learns(swinging, part_of, options):
    one = learner(swinging, part_of, options=options)
    before, after = (
        np.mean([one.step(number, 0.0)["first"] for number in some])
        for some in (range(4), range(4, 24))
    )
    assert after < before


def test_rotations_need_space():
    with pytest.raises(UsageError, match="--rows rotations"):
        check_options(NextPoseOptions(rows="rotations", axes=2))


def test_seconds_beside_hours_are_drawn_too(swinging, part_of):
    long = part_of(swinging(2500, 25.0), source="hours")
    short = part_of(swinging(100, 25.0), source="seconds")
    chances = NextPoseLearner([long, short], SMALL, 0).chances
    np.testing.assert_allclose(chances.reshape(2, 2).sum(axis=0), [50 / 60, 10 / 60])


def test_movements_that_are_too_short_are_refused(swinging, part_of):
    with pytest.raises(BadInput, match=r"no movement has 0\.8 s to learn from"):
        NextPoseLearner([part_of(swinging(18, 25.0))], SMALL, 0)


@pytest.mark.parametrize(
    ("options", "flag"),
    [({"fps": 0.0}, "--fps"), ({"axes": 4}, "--axes"), ({"held_out": 1.0}, "--held-out")],
)
def test_options_out_of_range_are_refused_by_their_flag(options, flag):
    with pytest.raises(BadInput, match=f"^{flag} "):
        check_options(NextPoseOptions(**options))
