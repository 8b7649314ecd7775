from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.motion_graph import move_choreographer
from stickdance.choreography.motion_graph.accents import find_accents
from stickdance.choreography.motion_graph.clip import movement_on
from stickdance.choreography.motion_graph.segmentation import MoveLibrary, cut_moves
from stickdance.choreography.music.structure import Section
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.moves import Moves
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.framing import staged
from stickdance.choreography.plan_to_poses.transitions import plan_values
from stickdance.tools.benchmarks.dances import _flow_table, real_flow, same_steps, score_dance
from stickdance.tools.benchmarks.own_moves import own_moves
from stickdance.tools.demo.song.compose import compose, write_song

STEPS = [Step("mambo", 0, 4, section="A"), Step("skater", 4, 4, section="A")]
PLAN = Choreography(
    "s", "", 12.0, 120, 4, tuple(0.5 * k for k in range(24)), (0,),
    tuple(Section(label, 4.0 * k, 4.0 * (k + 1), label == "A") for k, label in enumerate("ABA")),
    (*STEPS, Step("vogue", 8, 8, section="B"),
     *(replace(step, start_beat=step.start_beat + 16) for step in STEPS)),
)  # fmt: skip


def test_sections_that_return_with_the_same_steps_agree_fully():
    assert same_steps(PLAN) == (1, 1.0)


def test_another_step_in_a_return_is_found():
    steps = (*PLAN.steps[:3], replace(PLAN.steps[3], action="robot"), PLAN.steps[4])
    assert same_steps(replace(PLAN, steps=steps)) == (1, 0.0)


def test_where_nothing_returns_there_is_nothing_to_agree():
    assert same_steps(replace(PLAN, sections=PLAN.sections[:2], steps=PLAN.steps[:3])) == (0, None)


def test_how_strongly_a_return_is_danced_does_not_count():
    steps = (*PLAN.steps[:3], *(replace(step, energy=0.9) for step in PLAN.steps[3:]))
    assert same_steps(replace(PLAN, steps=steps)) == (1, 1.0)


@pytest.mark.slow  # a quality run
def test_a_composed_song_is_danced_with_flow(tmp_path):
    song = write_song(compose(3, seconds=24, tempo=118), tmp_path / "song.wav")
    scores = score_dance(Path(song), "pop")
    assert scores.flow.footfalls_on_beats >= 0.8 and scores.flow.near_still < 0.15
    assert 0.3 < scores.flow.joint_speed < 0.7 and scores.flow.minima_alignment < 0.5
    assert scores.different_steps_in_6_s >= 1
    assert scores.bone_drift < 1e-9 and scores.foot_slide < 0.001


def test_a_real_movement_is_measured_on_the_beats_beside_it(tmp_path):
    joints = np.zeros((240, 17, 3))
    joints[..., 1] = np.linspace(160, 0, 17)
    joints[:, 5:17:2, 0], joints[:, 6:17:2, 0] = 20, -20
    joints[:, :, 0] += 8 * np.cos(np.pi * np.arange(240) / 30)[:, None]  # stops every half second
    np.savez(tmp_path / "swing.npz", keypoints3d=joints)
    rows = "start_seconds,end_seconds,beats,movement\n0.5,2.5,4,a\n2.5,3.5,2,b\n"
    (tmp_path / "swing.csv").write_text(rows)
    name, flow = real_flow(tmp_path / "swing.npz")
    assert name == "swing" and flow.speed_minima_a_beat == pytest.approx(7 / 6)
    assert flow.minima_alignment > 0.95


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["lets_go_fishin.ogg", "vibe_ace.ogg", "sugar_plum_fairy.ogg", "hungarian_dance_5.ogg",
     "ballroom_waltz.wav", "electro.mp3"],
)  # fmt: skip
def test_real_songs_are_danced_with_flow(shared_data, name):
    scores = score_dance(shared_data / "songs" / name, "pop")
    assert scores.flow.footfalls_on_beats >= 0.8 and scores.flow.near_still < 0.15
    assert 0.33 < scores.flow.joint_speed < 0.65 and scores.flow.minima_alignment < 0.5
    assert scores.flow.hip_tilt >= 4 and scores.flow.shoulder_tilt >= 6
    assert scores.different_steps_in_6_s >= 0.9
    assert scores.same_steps in (None, 1.0)
    assert scores.bone_drift < 1e-9 and scores.foot_slide < 0.01


def test_a_return_that_begins_before_its_first_bar_is_the_same_all_the_same():
    first = tuple(replace(step, start_beat=step.start_beat + 1) for step in PLAN.steps[:2])
    assert same_steps(replace(PLAN, steps=(*first, *PLAN.steps[2:]))) == (1, 1.0)


def test_dances_of_own_moves_stand_in_the_same_table(tmp_path, monkeypatch):
    song = write_song(compose(3, seconds=20, tempo=118), tmp_path / "song.wav")
    body = default_profile((256, 256))
    dancer = body_from_profile(body)
    beats = tuple(0.25 + 0.5 * np.arange(20))
    steps = tuple(Step(name, 4 * n, 4) for n, name in enumerate(["mambo", "skater", "mambo"]))
    filmed = Choreography("s", "", 8.0, 120, 4, beats, (0,), (), steps)
    poses = staged(plan_values(filmed, np.arange(200) / 25, dancer)[0], dancer, 25.0)
    footage = movement_on(poses, body, body)
    cuts = cut_moves(find_accents(footage.poses, body.height), footage.seconds)
    library = MoveLibrary(Moves("anna", "a" * 64, footage.seconds, cuts), footage)
    monkeypatch.setattr(move_choreographer, "cut_moves_of", lambda *_: library)
    (one,) = own_moves(tmp_path / "anna", [Path(song)])
    assert one.take == "anna" and one.flow.joint_speed > 0.1 and one.flow.minima_alignment < 0.6
    assert "song.wav by anna" in _flow_table({"songs": [], "own_moves": [asdict(one)], "real": []})
