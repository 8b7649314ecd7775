import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.evaluation.flow import (
    chorus_over_rest,
    chorus_size_over_rest,
    measure_flow,
)
from stickdance.choreography.evaluation.footfalls import footfalls, standing_speed
from stickdance.choreography.music.structure import Section

FPS = 60.0
PLACE = OPENPOSE_18.index
TIMES = np.arange(round(20 * FPS)) / FPS
BEATS = np.arange(0.5, 19.6, 0.5)


def standing():
    joints = np.zeros((len(TIMES), 18, 3))
    joints[..., 1] = 1.0
    for side, x in (("left", 0.1), ("right", -0.1)):
        joints[:, PLACE[f"{side}_hip"], 0] = joints[:, PLACE[f"{side}_shoulder"], 0] = x
        joints[:, PLACE[f"{side}_ankle"]] = (x, 0, 0)
    return joints


def stepping(lands):
    """The left ankle goes 0.2 heights to and fro, its way of 0.3 s ending at each of `lands`."""
    joints = standing()
    left = joints[:, PLACE["left_ankle"]]
    for number, land in enumerate(lands):
        share = np.clip((TIMES - land + 0.3) / 0.3, 0, 1)
        way = share**3 * (10 - 15 * share + 6 * share**2)
        left[:, 0] += 0.2 * way * (1 if number % 2 == 0 else -1)
        left[:, 1] += 0.05 * np.sin(np.pi * way)
    return joints


def test_speed_is_that_of_the_mean_joint_and_stillness_the_share_of_slow_time():
    joints = standing()
    moving = TIMES < 10
    joints[:, :, 0] += np.where(moving, 0.4 * TIMES, 4.0)[:, None]
    flow = measure_flow(joints, FPS, BEATS)
    assert flow.joint_speed == pytest.approx(0.2, abs=0.002)
    assert flow.near_still == pytest.approx(0.5, abs=0.01)


def test_tilts_are_standard_deviations_in_degrees():
    joints = standing()
    angle = np.radians(10) * np.sin(2 * np.pi * TIMES / 2)
    for side, sign in (("left", 1), ("right", -1)):
        joints[:, PLACE[f"{side}_hip"], 0] = sign * 0.1 * np.cos(angle)
        joints[:, PLACE[f"{side}_hip"], 1] += sign * 0.1 * np.sin(angle)
    flow = measure_flow(joints, FPS, BEATS)
    assert flow.hip_tilt == pytest.approx(10 / np.sqrt(2), abs=0.1)
    assert flow.shoulder_tilt == pytest.approx(0, abs=1e-6)


def test_feet_are_set_down_where_their_ways_end():
    lands = np.arange(1.0, 19, 1.0)
    found = footfalls(stepping(lands), FPS)
    assert len(found) == len(lands)
    assert np.abs(found - lands).max() < 0.07
    assert standing_speed(stepping(lands), FPS) < 0.01


def test_footfalls_are_counted_by_the_beat_and_on_it():
    on = measure_flow(stepping(np.arange(1.03, 19, 1.0)), FPS, BEATS)
    off = measure_flow(stepping(np.arange(1.28, 19, 1.0)), FPS, BEATS)
    assert on.footfalls_on_beats == 1.0 and off.footfalls_on_beats == 0.0
    assert on.footfalls_a_beat == pytest.approx(18 / len(BEATS))


def test_a_stop_on_every_beat_is_a_minimum_on_every_beat_and_recurs_with_it():
    joints = standing()
    joints[:, :, 0] += 0.1 * np.cos(np.pi * TIMES / 0.5)[:, None]
    flow = measure_flow(joints, FPS, BEATS, metre=4)
    assert flow.speed_minima_a_beat == pytest.approx(1, abs=0.03)
    assert flow.minima_alignment > 0.9
    assert flow.beat_periodicity > 0.95 and flow.bar_periodicity > 0.95
    assert measure_flow(joints, FPS, BEATS, metre=3).bar_periodicity < -0.95


def test_shaking_shows_in_the_jerk():
    smooth = standing()
    smooth[:, :, 0] += 0.1 * np.cos(np.pi * TIMES)[:, None]
    shaken = smooth.copy()
    shaken[:, :, 1] += 0.01 * np.cos(2 * np.pi * 5 * TIMES)[:, None]
    jerks = [measure_flow(one, FPS, BEATS).jerk for one in (smooth, shaken)]
    assert jerks[0] == pytest.approx(np.pi**2, rel=0.05)  # of a sine: the frequency squared
    assert jerks[1] > 20 * jerks[0]


def test_without_beats_what_counts_them_is_unknown():
    flow = measure_flow(standing(), FPS, np.zeros(0))
    assert flow.footfalls_on_beats is None and flow.speed_minima_a_beat is None
    assert flow.beat_periodicity is None and flow.near_still == 1.0


def test_choruses_are_compared_with_the_rest():
    joints = standing()
    joints[:, :, 0] += np.where(TIMES < 10, 0.1 * TIMES, 1 + 0.3 * (TIMES - 10))[:, None]
    sections = (Section("A", 0, 10, False), Section("B", 10, 20, True))
    assert chorus_over_rest(joints, FPS, sections) == pytest.approx(3, abs=0.02)
    assert chorus_over_rest(joints, FPS, sections[:1]) is None


def test_a_chorus_with_arms_twice_as_wide_makes_a_picture_twice_as_large():
    sections = [Section("A", 0, 10, False), Section("B", 10, 20, True)]
    joints = standing()
    joints[:, PLACE["left_wrist"], 0] = np.where(TIMES < 10, 0.3, 0.7)
    assert chorus_size_over_rest(joints, FPS, sections) == pytest.approx(2, abs=0.01)
    assert chorus_size_over_rest(joints, FPS, sections[1:]) is None
