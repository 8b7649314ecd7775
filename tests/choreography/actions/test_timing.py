import numpy as np
import pytest

from stickdance.choreography.actions.timing import DELAYS, pulse, sweep_arms, through
from stickdance.choreography.body.pose_channels import DIRECTIONS, INDEX, blend, pose

REACH = ((1.0, 0.2, 0.1), (1.0, 0.3, 0.1))


def test_feet_and_hips_are_at_each_key_on_its_count_and_hands_a_little_later():
    keys = [pose(left=REACH, hip_roll=10), pose(hip_roll=-10, turn=20), pose(right=REACH), pose()]
    values = through(np.arange(1, 5) / 4, *keys, groove=0.0)
    for name in ("hip_roll", "turn", "weight"):
        assert values[:, INDEX[name]] == pytest.approx(np.stack(keys)[:, INDEX[name]], abs=1e-9)
    late = DELAYS[DIRECTIONS["left", "fore"].start]
    hands = through((np.arange(1, 4) + late) / 4, *keys, groove=0.0)
    for value, key in zip(hands, keys, strict=False):
        assert angle(value, key, "fore") < 1e-5


def test_a_movement_that_goes_on_passes_its_key_at_speed_and_one_that_turns_back_rests_there():
    keys = [pose(hip_roll=5), pose(hip_roll=10), pose(hip_roll=5), pose(hip_roll=0)]
    moment = 1e-4
    values = through(np.array([0.25, 0.25 + moment, 0.5, 0.5 + moment]), *keys, groove=0.0)
    roll = values[:, INDEX["hip_roll"]]
    assert (roll[1] - roll[0]) / moment / 4 == pytest.approx(4, abs=0.1)  # 0.8 of 10 in 2 counts
    assert abs(roll[3] - roll[2]) / moment / 4 < 0.1


def test_the_spine_is_smooth_over_a_whole_circle():
    keys = [pose(lean=12, left=REACH), pose(lean=-7, turn=30), pose(right=REACH, lean=3), pose()]
    fine = np.linspace(0, 1, 1601)[:-1]
    values = through(np.concatenate([fine, fine]), *keys, groove=0.0)
    slopes = np.diff(values[:, [INDEX["lean"], DIRECTIONS["left", "upper"].start]], axis=0)
    assert np.abs(np.diff(slopes, axis=0)).max() < 0.02 * np.abs(slopes).max()


def test_hands_leave_after_the_hips():
    keys = [pose(left=REACH, sway_x=0.1), pose()]
    early = through(np.array([0.15]), *keys, groove=0.0)[0]
    hips = early[INDEX["sway_x"]] / 0.1
    whole = angle(keys[1], keys[0], "fore")
    hand = angle(keys[1], early, "fore") / whole
    assert 0 <= hand < 0.5 * hips


def test_sweeping_arms_have_keys_of_their_own():
    keys = (((0, 1, 0), (0, 1, 0)), REACH), (REACH, ((0, -1, 0), (0, -1, 0)))
    phase = np.array([0.5, 1.0])
    out = sweep_arms(through(phase, pose(lean=9), pose(), pose(), pose()), phase, *keys, late=0.0)
    for value, (left, _) in zip(out, keys, strict=True):
        upper = np.array(left[0]) / np.linalg.norm(left[0])
        assert value[DIRECTIONS["left", "upper"]] == pytest.approx(upper)


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
