from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stickdance.choreography.music.structure import Section
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.tools.benchmarks.dances import real_flow, same_steps, score_dance
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
