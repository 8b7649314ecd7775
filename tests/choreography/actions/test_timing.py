import numpy as np
import pytest

from stickdance.choreography.actions.timing import pulse, through
from stickdance.choreography.body.pose_channels import DIRECTIONS, INDEX, blend, pose

REACH = ((1.0, 0.2, 0.1), (1.0, 0.3, 0.1))


def test_each_key_is_reached_on_its_count():
    keys = [pose(left=REACH, lean=10), pose(lean=-10, turn=20), pose(right=REACH), pose()]
    values = through(np.arange(1, 5) / 4, *keys, groove=0.0)
    assert values == pytest.approx(np.stack(keys), abs=1e-9)


def test_hands_leave_after_the_hips_and_arrive_with_them():
    keys = [pose(left=REACH, sway_x=0.1), pose()]
    early = through(np.array([0.15]), *keys, groove=0.0)[0]
    hips = early[INDEX["sway_x"]] / 0.1
    whole = angle(keys[1], keys[0], "fore")
    hand = angle(keys[1], early, "fore") / whole
    assert 0 < hand < 0.5 * hips


def test_a_joint_springs_back_a_little_after_its_arrival():
    keys = [pose(lean=20), pose(lean=20), pose()]
    values = through(np.linspace(1 / 3, 2 / 3, 40), *keys, groove=0.0)[:, INDEX["lean"]]
    assert values[0] == pytest.approx(20) and values[-1] == pytest.approx(20)
    assert 17 < values.min() < 19.5


def test_a_stepping_foot_rises_and_only_one_foot_steps_at_a_time():
    keys = [pose(left_foot=(0.2, 0, 0), right_foot=(0.2, 0, 0)), pose()]
    values = through(np.linspace(0, 0.5, 200), *keys)
    left, right = values[:, INDEX["left_foot_up"]], values[:, INDEX["right_foot_up"]]
    assert left.max() > 0.02 and right.max() > 0.02
    assert np.minimum(left, right).max() < 0.006


def test_a_hop_takes_both_feet_off_the_ground_and_lands_on_the_count():
    keys = [pose(left_foot=(0.2, 0, 0), right_foot=(0.2, 0, 0), hop=0.05), pose()]
    air = through(np.linspace(0, 0.5, 101), *keys)[:, INDEX["air"]]
    assert air.max() == pytest.approx(0.05, rel=0.01) and air[-1] == pytest.approx(0, abs=1e-9)


def test_blending_keeps_directions_at_unit_length_even_between_opposites():
    up = pose(left=((0, 1, 0), (0, 1, 0)))
    down = pose(left=((0, -1, 0), (0, -1, 0)))
    values = blend(np.repeat(up[None], 11, 0), down, np.linspace(0, 1, 11))
    for place in DIRECTIONS.values():
        assert np.linalg.norm(values[:, place], axis=-1) == pytest.approx(1)


def test_a_pulse_keeps_the_counts_and_lingers_on_them():
    assert pulse(np.arange(5) / 4, 4) == pytest.approx(np.arange(5) / 4)
    assert pulse(np.array([0.26]), 4)[0] < 0.26


def angle(a, b, limb):
    place = DIRECTIONS["left", limb]
    return np.arccos(np.clip((a[place] * b[place]).sum(), -1, 1))
