from dataclasses import replace
from pathlib import Path

import pytest

from stickdance.choreography.music.structure import Section
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.tools.benchmarks.dances import same_steps, score_dance
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


def test_a_composed_song_is_danced_on_its_beats(tmp_path):
    song = write_song(compose(3, seconds=24, tempo=118), tmp_path / "song.wav")
    scores = score_dance(Path(song), "pop")
    assert scores.heard["hit_rate"] >= 0.9
    assert scores.heard["hit_rate"] >= scores.heard["hit_rate_by_chance"] + 0.4
    assert scores.heard["beat_coverage"] >= 0.6
    assert scores.bone_drift < 1e-9 and scores.foot_slide < 0.001


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["lets_go_fishin.ogg", "vibe_ace.ogg", "sugar_plum_fairy.ogg", "hungarian_dance_5.ogg",
     "ballroom_waltz.wav"],
)  # fmt: skip
def test_real_songs_are_danced_on_their_beats(shared_data, name):
    scores = score_dance(shared_data / "songs" / name, "pop")
    for beats in (scores.heard, scores.annotated):
        if beats is not None:
            assert beats["hit_rate"] >= 0.9
            assert beats["hit_rate"] >= beats["hit_rate_by_chance"] + 0.4
            assert beats["beat_coverage"] >= 0.6
    assert scores.same_steps in (None, 1.0)
    assert scores.bone_drift < 1e-9 and scores.foot_slide < 0.01
