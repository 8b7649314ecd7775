"""Moves of a take: cutting, laying on beats, choosing, joining. The take is a rule dance."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from stickdance.capture.pose.body_profile import normalised
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import DANCED
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.evaluation.flow import measure_flow
from stickdance.choreography.motion_graph.accents import Accents, find_accents
from stickdance.choreography.motion_graph.clip import footage_of
from stickdance.choreography.motion_graph.crossfade import faded
from stickdance.choreography.motion_graph.graph import Instant, MoveGraph
from stickdance.choreography.motion_graph.moves_to_poses import check_moves, moves_to_poses
from stickdance.choreography.motion_graph.report import report_moves
from stickdance.choreography.motion_graph.search import choose_moves
from stickdance.choreography.motion_graph.segmentation import MoveLibrary, cut_moves
from stickdance.choreography.motion_graph.time_warp import LIMIT, Laying, footage_times, lay
from stickdance.choreography.music.beat_features import BeatFeatures
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Section, Structure
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.choreography import Choreography, from_json
from stickdance.choreography.plan.moves import FilmedMove, Moves, moves_from_json, moves_to_json
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan.styles import Taste
from stickdance.choreography.plan_to_poses.framing import staged
from stickdance.choreography.plan_to_poses.transitions import pose_values
from stickdance.choreography.rules.rule_choreographer import rule_choreographer

FPS = 25.0
PROFILE = default_profile((160, 256))


@pytest.fixture(scope="module")
def take():
    """Twelve seconds of a dancer at 110 beats a minute, captured at 20 frames a second."""
    beats = tuple(0.5 + np.arange(24) * 60 / 110)
    steps = tuple(Step(name, 4 * n, 4) for n, name in enumerate(list(DANCED)[:5]))
    plan = Choreography("s", "", 14.0, 110, 4, beats, (0,), (), steps)
    body = body_from_profile(PROFILE)
    poses = staged(pose_values(plan, np.arange(240) / 20, body), body, 20.0)
    seen = normalised(poses.points, poses.skeleton, PROFILE.height)[::5]
    return SimpleNamespace(poses=poses, training_frames=200, body=replace(PROFILE, poses=seen))


@pytest.fixture(scope="module")
def material(take):
    footage = footage_of(take, take.body)
    cuts = cut_moves(find_accents(footage.poses, PROFILE.height), footage.seconds)
    return MoveLibrary(Moves("filmed", "a" * 64, footage.seconds, cuts), footage)


def song(count=48, tempo=120.0, labels="ABA"):
    times = np.round(0.4 + np.arange(count) * 60 / tempo, 4)
    beats = Beats(times, np.arange(0, count, 4), tempo, 4, np.ones(count), 1.0)
    edges = [times[0], *times[[count // 3, 2 * count // 3]], times[-1] + 0.5]
    sections = tuple(
        Section(label, float(a), float(b), label == "A")
        for label, a, b in zip(labels, edges[:-1], edges[1:], strict=True)
    )
    third = np.full((count, 3), 1 / 3, np.float32)
    features = BeatFeatures(np.full(count, 0.5), beats.intervals, third, np.zeros(count, bool))
    return beats, Structure(sections, (), "A"), features


def planned(material, steps, beats):
    return Choreography(
        "s", "", float(beats.times[-1]) + 2, beats.tempo, 4, tuple(map(float, beats.times)), (0,),
        (), tuple(steps), moves=material.moves,
    )  # fmt: skip


def danced(material, steps, beats, seconds=None):
    plan = planned(material, steps, beats)
    times = np.arange(round((seconds or plan.seconds) * FPS)) / FPS
    return moves_to_poses(plan, material, times, FPS)


def test_a_move_begins_at_each_accent_that_enough_footage_follows():
    arrivals = Accents(np.array([0.5, 1.0, 1.6, 2.9]), np.array([0.5, 1.0, 0.2, 0.7]))
    cuts = cut_moves(arrivals, 3.0)
    assert [cut.name for cut in cuts] == ["move_001", "move_002", "move_003"]
    assert cuts[1].start == 1.0 and cuts[1].arrivals == pytest.approx((0.6, 1.9))
    assert cuts[1].strengths == (0.2, 0.7)


def test_only_the_training_part_of_a_take_is_danced(material):
    assert material.footage.seconds == pytest.approx(199 / 20)
    last = max(cut.start + cut.arrivals[-1] for cut in material.moves.cuts)
    assert last <= material.footage.seconds


def test_moves_survive_json_and_wrong_fields_are_named(material):
    values = json.loads(json.dumps(moves_to_json(material.moves)))
    assert moves_from_json(values) == material.moves
    values["cuts"][2]["start"] = "soon"
    with pytest.raises(BadInput, match="moves: cut 3: start: expected a number, found 'soon'"):
        moves_from_json(values)
    values["cuts"][2]["start"] = 1e6
    with pytest.raises(BadInput, match="moves: cut 3: start: expected 0 to"):
        moves_from_json(values)


def test_accents_as_far_apart_as_beats_are_laid_one_on_each():
    move = FilmedMove("move_001", 3.0, (0.5, 1.0, 1.5, 2.0), (1.0, 1.0, 1.0, 1.0))
    laying = lay(move, np.arange(4) * 0.5)
    assert laying.price < 0.05 and laying.pace == pytest.approx(1.0)
    assert laying.beats.tolist() == [0, 1, 2, 3]
    assert laying.footage == pytest.approx([3.0, 3.5, 4.0, 4.5])


def test_weak_accents_between_beats_are_passed_over():
    move = FilmedMove("move_001", 0.0, (0.25, 0.5, 0.75, 1.0), (0.2, 1.0, 0.2, 1.0))
    laying = lay(move, np.array([0.0, 0.5, 1.0]))
    assert laying.footage == pytest.approx([0.0, 0.5, 1.0])


def test_footfalls_twice_a_beat_fall_on_half_beats_where_those_are_long():
    move = FilmedMove("move_001", 0.0, (0.5, 1.0, 1.5, 2.0), (1.0, 1.0, 1.0, 1.0))
    assert lay(move, np.array([0.0, 1.0, 2.0])).beats.tolist() == [0, 0.5, 1, 1.5, 2]
    hasty = FilmedMove("move_001", 0.0, (0.2, 0.4, 0.6, 0.8), (1.0, 1.0, 1.0, 1.0))
    assert lay(hasty, np.array([0.0, 0.4, 0.8])).beats.tolist() == [0, 1, 2]


def test_footage_plays_on_through_the_beats_instead_of_stopping():
    laying = Laying(np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.5, 2.0]), 0.0, 1.0)
    even = footage_times(laying, np.linspace(0, 2, 81), lambda times: np.ones_like(times))
    assert np.gradient(even) == pytest.approx(1 / 80)


def test_a_pace_beyond_the_limit_is_told():
    hurried = lay(FilmedMove("move_001", 0.0, (2.0,), (1.0,)), np.array([0.0, 0.5]))
    assert hurried.pace == pytest.approx(4.0) and not hurried.within_limit
    fitting = lay(FilmedMove("move_001", 0.0, (0.6,), (1.0,)), np.array([0.0, 0.5]))
    assert fitting.pace == pytest.approx(1.2) and fitting.within_limit


def test_footage_never_runs_backwards_and_meets_its_anchors(material):
    laying = lay(material.moves.cuts[2], 0.5 * np.arange(5))
    positions = np.linspace(0, 4, 401)
    times = footage_times(laying, positions, material.footage.speed_at)
    assert (np.diff(times) >= 0).all()
    at_anchors = np.interp(laying.beats, positions, times)
    assert at_anchors == pytest.approx(laying.footage, abs=1e-6)


def test_going_on_costs_nothing_and_the_mirror_of_a_mirror_is_the_same(material):
    graph = MoveGraph(material.footage)
    here, there = Instant(2.0), Instant(5.0)
    assert graph.price(here, here) == 0.0
    assert graph.price(here, there) > 0.0
    assert graph.price(here, there) == pytest.approx(graph.price(there, here))
    mirrored = graph.price(replace(here, mirrored=True), replace(there, mirrored=True))
    assert mirrored == pytest.approx(graph.price(here, there))


def test_the_same_music_gets_the_same_moves_in_variety(material):
    beats, structure, features = song()
    steps = choose_moves(beats, structure, features, Taste(), material)
    assert steps == choose_moves(beats, structure, features, Taste(), material)
    one = [(s.action, s.beats, s.mirrored) for s in steps if s.start_beat < 16]
    again = [(s.action, s.beats, s.mirrored) for s in steps if s.start_beat >= 32]
    assert one == again
    assert len({step.action for step in steps}) >= 4  # of five that are not danced again
    assert all(a.end_beat <= b.start_beat for a, b in pairwise(steps))
    assert steps[0].start_beat == 0 and steps[-1].end_beat == len(beats)


def test_a_dance_of_moves_is_on_the_beat_near_the_poses_filmed_and_does_not_jump(material):
    beats, structure, features = song()
    steps = choose_moves(beats, structure, features, Taste(), material)
    poses = danced(material, steps, beats)
    joints = poses.points * [1, -1] / PROFILE.height
    flow = measure_flow(joints, FPS, beats.times)
    assert flow.minima_alignment < 0.5 and flow.near_still < 0.15
    far = material.footage.body.distance(poses.points)
    assert far.mean() < 0.03 and np.percentile(far, 99) < 0.08
    step = np.linalg.norm(np.diff(poses.points, axis=0), axis=-1).max() / PROFILE.height
    filmed = material.footage.poses.resampled(FPS)
    usual = np.linalg.norm(np.diff(filmed.points, axis=0), axis=-1).max() / PROFILE.height
    assert step < 2 * usual


def test_moves_of_fast_music_take_more_beats(material):
    beats, structure, features = song(tempo=190)
    steps = choose_moves(beats, structure, features, Taste(), material)
    assert {step.beats for step in steps[:-1]} <= {8, 16}


def test_a_cut_starts_where_the_move_before_ended(material):
    beats, _, _ = song()
    cuts = material.moves.cuts
    steps = [Step(cuts[0].name, 0, 4), Step(cuts[-6].name, 4, 4)]
    plan = planned(material, steps, beats)
    edge = beats.times[3]
    around = moves_to_poses(plan, material, edge + np.array([-1e-4, 1e-4]), FPS)
    gap = np.linalg.norm(np.diff(around.points, axis=0), axis=-1).max()
    assert gap < 0.05  # pixels


def test_bones_keep_their_length_across_a_cut_that_turns_them(material):
    from stickdance.choreography.motion_graph.crossfade import _swung

    bones = np.tile([0.0, 10.0, 0.0], (5, 1))
    out = _swung(
        bones, np.array([10.0, 0.0, 0.0]), np.array([0.0, 10.0, 0.0]), np.linspace(1, 0, 5)
    )
    assert np.linalg.norm(out, axis=-1) == pytest.approx(np.full(5, 10.0))
    assert out[0] == pytest.approx([10.0, 0.0, 0.0]) and out[-1] == pytest.approx([0.0, 10.0, 0.0])
    assert out[2] == pytest.approx([10 / np.sqrt(2), 10 / np.sqrt(2), 0.0])


def test_a_bone_is_never_drawn_longer_than_it_was_seen():
    """A hanging and a raised forearm whose depth was guessed too large."""
    joints = np.zeros((2, 18, 3))
    elbow, wrist = (PROFILE.skeleton.index[f"left_{name}"] for name in ("elbow", "wrist"))
    length = PROFILE.bones["left_elbow-left_wrist"]
    joints[0, wrist] = joints[0, elbow] + [0, 0.9 * length, 2 * length]
    joints[1, wrist] = joints[1, elbow] + [0, -0.9 * length, -2 * length]
    shares = np.linspace(0, 1, 21)
    out = faded(np.repeat(joints[1:], 21, 0), joints[0], joints[1], shares, PROFILE)
    drawn = np.linalg.norm((out[:, wrist] - out[:, elbow])[:, :2], axis=-1)
    assert drawn.max() <= 1.06 * length
    assert out[0, wrist] == pytest.approx(joints[0, wrist], abs=1e-6)
    assert out[-1, wrist] == pytest.approx(joints[1, wrist], abs=1e-6)


def test_a_plan_of_moves_comes_back_from_json_and_dances_the_same(material):
    beats, structure, features = song()
    steps = choose_moves(beats, structure, features, Taste(), material)
    plan = planned(material, steps, beats)
    again = from_json(json.loads(plan.to_json()))
    assert again == plan
    times = np.arange(200) / FPS
    one, two = (moves_to_poses(p, material, times, FPS) for p in (plan, again))
    assert (one.points == two.points).all()


def test_an_unknown_move_names_its_step(material):
    beats, _, _ = song()
    values = json.loads(planned(material, [Step("move_001", 0, 4)], beats).to_json())
    values["steps"][0]["action"] = "move_999"
    with pytest.raises(BadInput, match=r"step 1: .*unknown move 'move_999'"):
        from_json(values)


def test_a_plan_of_moves_needs_the_take_that_they_were_cut_from(material, tmp_path):
    beats, _, _ = song()
    plan = planned(material, [Step("move_001", 0, 4)], beats)
    options = ChoreographyOptions(plan=plan.save(tmp_path / "plan.json"))
    with pytest.raises(BadInput, match="moves of the take 'filmed': name that take with --moves"):
        rule_choreographer(options, default_profile((256, 256)))
    other = replace(material, moves=replace(material.moves, sha256="b" * 64))
    with pytest.raises(BadInput, match="--moves other: its poses are not those"):
        check_moves(plan, other, Path("other"))


def test_the_report_tells_what_was_used_and_what_is_stretched_too_far(material):
    beats, _, _ = song()
    last = material.moves.cuts[-1].name
    report = report_moves(planned(material, [Step(last, 0, 16)], beats), material)
    assert report.moves_used == 1 and 0 < report.used_seconds < report.seconds
    assert report.slowest < 1 / LIMIT
    assert len(report.warnings) == 1 and report.warnings[0].startswith(f"step 1: {last}")


def test_where_nothing_is_planned_the_dancer_stands_at_ease(material):
    beats, _, _ = song()
    poses = danced(material, [], beats)
    speed = np.linalg.norm(np.diff(poses.points, axis=0), axis=-1).mean()
    filmed = material.footage.poses.resampled(FPS).points
    assert 0 < speed < 0.5 * np.linalg.norm(np.diff(filmed, axis=0), axis=-1).mean()


def test_moves_are_put_onto_another_body_and_place(take):
    other = replace(default_profile((256, 256)), centre=100.0, poses=take.body.poses)
    scale = other.height / take.body.height
    footage = footage_of(take, other)
    hips = [footage.poses.joint(f"{side}_hip").mean() for side in ("left", "right")]
    before = [take.poses.part(0, 200).joint(f"{side}_hip").mean() for side in ("left", "right")]
    assert footage.poses.size == (256, 256) and scale != 1
    knee = footage.poses.points[:, 9] - footage.poses.points[:, 8]
    assert knee == pytest.approx(
        (take.poses.points[:200, 9] - take.poses.points[:200, 8]) * scale, abs=1e-3
    )
    assert hips != pytest.approx(before)
