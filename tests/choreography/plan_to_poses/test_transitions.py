from dataclasses import replace

import numpy as np
import pytest

from stickdance.choreography.actions.catalog import DANCED, find_action
from stickdance.choreography.body.pose_channels import DIRECTIONS, FEET, INDEX, mirrored
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.evaluation.flow import measure_flow
from stickdance.choreography.evaluation.metrics import bone_drift, evaluate, foot_slide
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.framing import staged
from stickdance.choreography.plan_to_poses.transitions import (
    beat_positions,
    linear_poses,
    pose_values,
)

BODY = body_from_profile(default_profile((256, 256)))
FPS = 25.0


def plan(steps, beats):
    return Choreography("s", "", float(beats[-1]) + 2, 120, 4, tuple(beats), (0,), (), tuple(steps))


def danced(steps, beats, seconds=None):
    seconds = beats[-1] + 2 if seconds is None else seconds
    times = np.arange(round(seconds * FPS)) / FPS
    return times, pose_values(plan(steps, beats), times, BODY)


def every_action(beats_each=4, pace=1):
    return [
        Step(name, beats_each * k, beats_each, bool(k % 2), pace) for k, name in enumerate(DANCED)
    ]


def even(count, tempo=120.0, start=1.0):
    return np.arange(count) * 60 / tempo + start


def test_beats_are_counted_between_and_beyond_them():
    beats = np.array([1.0, 2.0, 4.0, 5.0])
    positions = beat_positions(beats, np.array([0.0, 1.0, 1.5, 3.0, 5.0, 6.0]))
    assert positions == pytest.approx([-1, 0, 0.5, 1.5, 3, 4])


def test_every_count_lands_on_its_beat():
    step = Step("step_touch", 2, 4, energy=0.5)
    beats = even(12)
    poses = pose_values(plan([step], beats), beats, BODY)
    counts = find_action("step_touch").poses(np.arange(1, 5) / 4)
    assert poses[2:6] == pytest.approx(counts, abs=0.01)


def test_a_mirrored_step_is_the_mirror_image():
    beats = even(12)
    plain = pose_values(plan([Step("scoop", 2, 4)], beats), beats, BODY)[2:6]
    other = pose_values(plan([Step("scoop", 2, 4, True)], beats), beats, BODY)[2:6]
    assert other == pytest.approx(mirrored(plain), abs=1e-6)


def test_at_pace_two_counts_land_on_every_second_beat():
    beats = even(16)
    poses = pose_values(plan([Step("step_touch", 2, 8, pace=2)], beats), beats, BODY)
    counts = find_action("step_touch").poses(np.arange(1, 5) / 4)
    assert poses[[2, 4, 6, 8]] == pytest.approx(counts, abs=1e-6)


@pytest.mark.parametrize("beats_each", [1, 2, 3, 4, 8])
def test_nothing_jumps_and_bones_and_feet_keep_still(beats_each):
    steps = every_action(beats_each)
    _, values = danced(steps, even(beats_each * len(steps) + 2))
    joints = BODY.joints(values)
    assert bone_drift(joints) < 1e-9
    speed = np.linalg.norm(np.diff(joints, axis=0), axis=-1) * FPS
    assert speed.max() < 9, "body heights a second at 120 counts a minute"
    assert foot_slide(joints, planted=0.001) < 0.002


def flow_of(steps, beats, **plan_fields):
    times = np.arange(round(beats[-1] * FPS)) / FPS
    values = pose_values(replace(plan(steps, beats), **plan_fields), times, BODY)
    return measure_flow(BODY.joints(values), FPS, beats)


def test_a_dance_flows_and_its_feet_fall_on_the_beats():
    steps = every_action()
    flow = flow_of(steps, even(4 * len(steps) + 2, tempo=117), groove="bounce")
    assert flow.footfalls_on_beats > 0.85
    assert flow.minima_alignment < 0.5 and flow.near_still < 0.1
    assert 0.35 < flow.joint_speed < 0.65
    assert flow.hip_tilt > 4 and flow.shoulder_tilt > 6
    assert flow.foot_skating < 0.02 and flow.jerk < 200


def test_feet_follow_a_changing_tempo():
    intervals = np.concatenate([np.full(60, 0.4), np.linspace(0.4, 0.8, 60), np.full(60, 0.5)])
    flow = flow_of(every_action()[:40], 0.5 + np.cumsum(intervals))
    assert flow.footfalls_on_beats > 0.8


def test_speed_does_not_jump_from_step_to_step():
    beats = even(20)
    times = np.linspace(beats[5] - 0.2, beats[6] + 0.2, 1801)
    steps = [Step("mambo", 2, 4), Step("disco_point", 6, 4)]
    values = pose_values(replace(plan(steps, beats), groove="hips"), times, BODY)
    slopes = np.diff(values[:, [INDEX["lean"], INDEX["hip_roll"], INDEX["head_nod"]]], axis=0)
    assert np.abs(np.diff(slopes, axis=0)).max() < 0.05 * np.abs(slopes).max()


def test_a_hit_is_struck_and_held():
    beats = even(12)
    times = np.linspace(beats[3], beats[4], 101)
    calm, struck = (
        pose_values(plan([Step("vogue", 2, 4, hit=hit)], beats), times, BODY)
        for hit in (False, True)
    )
    arms = DIRECTIONS["left", "fore"]
    rest = np.abs(np.diff(struck[-15:, arms], axis=0)).max()
    assert rest < 0.2 * np.abs(np.diff(calm[-15:, arms], axis=0)).max()
    assert struck[:, FEET["left"]] == pytest.approx(calm[:, FEET["left"]])


def test_a_step_may_begin_between_beats():
    beats = even(16)
    half = (beats[4:8] + beats[5:9]) / 2
    shifted = pose_values(plan([Step("step_touch", 4.5, 4)], beats), half, BODY)
    on = pose_values(plan([Step("step_touch", 4, 4)], beats), beats[4:8], BODY)
    assert shifted == pytest.approx(on, abs=1e-9)


def test_a_step_that_faces_aside_turns_and_looks_back():
    beats = even(12)
    front, aside = (
        pose_values(plan([Step("offer", 2, 4, facing=angle)], beats), beats[2:6], BODY)
        for angle in (0, 20)
    )
    # Its own turns are smaller there.
    assert (aside - front)[:, INDEX["turn"]] == pytest.approx(np.full(4, 20), abs=4)
    assert ((aside - front)[:, INDEX["head_turn"]] < 0).all()


def test_without_a_groove_there_is_none_and_a_groove_moves_no_foot():
    beats = even(12)
    steps = [Step("offer", 2, 8)]
    times = np.linspace(beats[3], beats[8], 200)
    still, grooving = (
        pose_values(replace(plan(steps, beats), groove=name), times, BODY)
        for name in ("none", "bounce")
    )
    for place in FEET.values():
        assert grooving[:, place] == pytest.approx(still[:, place])
    assert np.ptp((grooving - still)[:, INDEX["sway_x"]]) > 0.05


def test_where_no_step_is_the_body_idles_but_breathes():
    _, values = danced([Step("mambo", 20, 4)], even(60))
    idle = BODY.joints(values)[: round(8 * FPS)]
    speed = np.linalg.norm(np.diff(idle, axis=0), axis=-1) * FPS
    assert 0.001 < speed.max() < 0.12
    for place in FEET.values():
        assert np.abs(values[: round(8 * FPS), place]).max() == 0


def test_a_short_break_is_frozen():
    times, values = danced([Step("mambo", 4, 4), Step("mambo", 10, 4)], even(20))
    frozen = BODY.joints(values[(times >= even(20)[7]) & (times <= even(20)[9])])
    assert np.ptp(frozen, axis=0).max() < 0.02


def test_an_idle_step_is_a_rest():
    beats = even(40)
    rest = danced([Step("mambo", 4, 4), Step("idle", 8, 16), Step("mambo", 24, 4)], beats)[1]
    gap = danced([Step("mambo", 4, 4), Step("mambo", 24, 4)], beats)[1]
    assert rest == pytest.approx(gap)


def test_the_end_pose_is_held():
    beats = even(20)
    times, values = danced([Step("mambo", 4, 4), Step("end_pose", 8, 2)], beats, 20.0)
    after = BODY.joints(values[times > beats[9]])
    assert np.ptp(after, axis=0).max() < 0.03
    assert np.ptp(after, axis=0).max() > 0.0005


def test_energy_makes_a_movement_larger_not_different():
    beats = even(12)
    calm = pose_values(plan([Step("hip_bump", 2, 4, energy=0.0)], beats), beats, BODY)
    wild = pose_values(plan([Step("hip_bump", 2, 4, energy=1.0)], beats), beats, BODY)
    lean = INDEX["lean"]
    assert abs(wild[3, lean]) == pytest.approx(abs(calm[3, lean]) * 1.35 / 0.65)


def test_strong_steps_are_wider_and_open_arms_reach_higher_but_hands_stay_on_hips():
    beats = even(12)
    some, wild = (
        pose_values(plan([Step("waltz_box", 2, 6, energy=energy)], beats), beats, BODY)
        for energy in (0.5, 1.0)
    )
    foot, arm = INDEX["right_foot_out"], DIRECTIONS["left", "fore"]
    assert wild[3, foot] == pytest.approx(1.25 * some[3, foot])
    assert wild[3:7, arm][:, 1].mean() > some[3:7, arm][:, 1].mean() + 0.1
    some, wild = (
        pose_values(plan([Step("landler_stamp", 2, 6, energy=energy)], beats), beats, BODY)
        for energy in (0.5, 1.0)
    )
    assert wild[2:5, arm] == pytest.approx(some[2:5, arm], abs=0.02)


def test_a_full_turn_does_not_unwind():
    beats = even(24)
    times, values = danced([Step("paddle_turn", 2, 8), Step("mambo", 10, 4)], beats)
    late = values[(times > beats[9]) & (times < beats[11]), INDEX["turn"]]
    late = (late + 180) % 360 - 180
    assert np.abs(np.diff(late)).max() < 20


def test_a_step_may_begin_with_another_count():
    beats = even(12)
    poses = pose_values(plan([Step("step_touch", 2, 2, first_count=2)], beats), beats, BODY)
    counts = find_action("step_touch").poses(np.array([3, 4]) / 4)
    assert poses[2:4] == pytest.approx(counts, abs=1e-6)


def test_linear_transitions_move_joints_on_straight_lines_at_even_speed():
    beats = even(16)
    steps = [Step("mambo", 2, 4), Step("raise_the_roof", 6, 4)]
    begin, end = 0.06, 0.31  # seconds after the beat: 0.12 and 0.62 of it at 120 a minute
    times = beats[5] + np.concatenate([[0], np.linspace(begin, end, 9)])
    values, fade = linear_poses(plan(steps, beats), times, BODY)
    poses = staged(values, BODY, FPS, fade)
    last = BODY.project(BODY.joints(fade.before[1:2]))[0][0]
    own = BODY.project(BODY.joints(values))[0]
    expected = last + (own - last) * fade.share[:, None, None]
    assert fade.share[1:] == pytest.approx(np.linspace(0, 1, 9), abs=1e-6)
    assert poses.points == pytest.approx(expected, abs=1.5)  # perspective bends lines a little
    assert poses.points[-1] == pytest.approx(own[-1], abs=1e-3)


@pytest.mark.parametrize("beats_each", [1, 4])
def test_linear_transitions_land_counts_on_beats_and_do_not_jump(beats_each):
    steps = every_action(beats_each)
    beats = even(beats_each * len(steps) + 8)
    times = np.arange(round((beats[-1] + 2) * FPS)) / FPS
    values, fade = linear_poses(plan(steps, beats), times, BODY)
    poses = staged(values, BODY, FPS, fade)
    speed = np.linalg.norm(np.diff(poses.points, axis=0), axis=-1) * FPS / BODY.pixels
    assert speed.max() < 11
    part = beats[: beats_each * len(steps)]
    scores = evaluate(poses.part(0, round(part[-1] * FPS)), part)
    assert scores["hit_rate"] > 0.9
