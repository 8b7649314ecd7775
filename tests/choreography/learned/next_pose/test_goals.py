import numpy as np
import torch

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.learned.next_pose.goals import (
    HABITS,
    SECONDS,
    Wanderer,
    drawn_goals,
    habits,
)
from stickdance.choreography.learned.next_pose.network import NextPoseNetwork
from stickdance.choreography.learned.next_pose.rows import columns, rows_of

INTRA = columns(18, 3) - 3


def test_a_drawn_goal_is_the_pose_that_comes_when_its_time_is_over(swinging):
    rows = rows_of(swinging(100, 25.0), OPENPOSE_18)
    given = 0
    for seed in range(6):
        goals = drawn_goals(rows, INTRA, 25.0, np.random.default_rng(seed))
        for frame in np.flatnonzero(goals[:, 0]):
            end = frame + round(goals[frame, 0] * 25)
            np.testing.assert_array_equal(goals[frame, 1:], rows[end, :INTRA])
            given += 1
    assert 0.25 < given / 600 < 0.75


def test_habits_are_pairs_of_a_pose_and_one_that_followed(swinging):
    rows = rows_of(swinging(80, 25.0, period=20.0), OPENPOSE_18)  # no pose comes twice
    known = habits([rows], INTRA, 25.0, seed=1)
    now, later = known["habit_now"].numpy(), known["habit_later"].numpy()
    for place in range(0, HABITS, 100):
        start = int(np.abs(rows[:, :INTRA] - now[place]).sum(1).argmin())
        end = start + round(float(known["habit_seconds"][place]) * 25)
        np.testing.assert_array_equal(rows[end, :INTRA], later[place])
    assert SECONDS[0] - 0.03 < known["habit_seconds"].min() < known["habit_seconds"].max() < 1.25


def wanderer(rows, seed):
    network = NextPoseNetwork(columns(18, 3), 3, 4, HABITS)
    network.take_over(**habits([rows], INTRA, 25.0, seed=1))
    return Wanderer(network, 25.0, seed)


def test_a_wanderer_keeps_a_goal_until_its_time_is_over_then_takes_another(swinging):
    rows = rows_of(swinging(80, 25.0), OPENPOSE_18)
    goals = wanderer(rows, seed=0)
    told = [goals(torch.from_numpy(rows[[5]]))[0] for _ in range(60)]
    seconds = np.array([float(goal[0]) for goal in told])
    changes = np.flatnonzero(np.diff(seconds) > 0)
    assert (seconds > 0).all()
    assert len(changes) >= 2
    np.testing.assert_allclose(np.diff(seconds)[: changes[0]], -1 / 25, atol=1e-5)
    torch.testing.assert_close(told[0][1:], told[changes[0]][1:])


def test_the_same_seed_goes_the_same_way_another_another(swinging):
    rows = rows_of(swinging(80, 25.0), OPENPOSE_18)
    first, same, other = (wanderer(rows, seed)(torch.from_numpy(rows[[5]])) for seed in (0, 0, 1))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)
