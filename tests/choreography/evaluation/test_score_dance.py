import json

import numpy as np
import pytest
import soundfile

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.evaluation.score_dance import score_dance
from stickdance.choreography.music.structure import Section
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step


@pytest.fixture(scope="module")
def dance(tmp_path_factory):
    place = tmp_path_factory.mktemp("dance")
    time = np.arange(round(16.5 * 44_100)) / 44_100
    soundfile.write(place / "song.wav", 0.5 * np.sin(2 * np.pi * 220 * time), 44_100)
    beats = tuple(0.25 + 0.5 * np.arange(32))
    names = ("step_touch", "disco_point", "mambo", "vogue", "step_touch", "disco_point")
    steps = tuple(Step(name, 4 * n, 4) for n, name in enumerate(names))
    sections = (Section("A", 0, 4.25, True), Section("B", 4.25, 8.25, False),
                Section("A", 8.25, 16.5, True))  # fmt: skip
    plan = Choreography("song.wav", "0" * 64, 16.5, 120, 4, beats, (0,), sections, steps)
    options = ChoreographyOptions(plan=plan.save(place / "plan.json"), preview=False)
    return music_to_poses(place / "song.wav", place / "dance", options)


def test_a_rule_dance_scores_as_it_was_made(dance):
    scores = score_dance(dance)
    assert scores["movement"]["footfalls_on_beats"] > 0.8
    assert scores["movement"]["different_steps_in_6_s"] == pytest.approx(6 * 4 / 16.5, rel=0.01)
    assert scores["repetition"]["agreement"] > 0.8
    assert scores["body"]["bone_drift"] < 1e-6 and scores["body"]["foot_slide"] < 0.01
    assert scores["variety"]["diversity"] > 0 and "frechet_distance" not in scores["variety"]
    assert json.loads(json.dumps(scores)) == scores
    assert set(scores["as_ban"]) == {"motion_beats", "music_beats", "beat_coverage", "hit_rate"}


def test_a_dance_is_no_distance_from_itself_as_reference(dance, tmp_path):
    alike = score_dance(dance, [dance.path])["variety"]
    assert alike["frechet_distance"] == pytest.approx(0, abs=1e-3)
    assert score_dance(dance, [dance.path])["as_ban"]["fid"] == pytest.approx(0, abs=1e-3)
    assert alike["diversity"] == pytest.approx(alike["diversity_of_references"])


def test_beats_from_a_file_take_the_place_of_the_plans(dance, tmp_path):
    file = tmp_path / "off.beats"
    file.write_text("".join(f"{0.5 + 0.5 * n:.3f} {n % 4 + 1}\n" for n in range(31)))
    off = score_dance(dance, beats=file)["movement"]
    assert off["footfalls_on_beats"] < 0.3


def test_whose_beats_they_are_is_told_and_an_unknown_ear_refused(dance):
    assert score_dance(dance)["beats_from"] == "plan"
    with pytest.raises(BadInput, match="no tracker; trackers are own, librosa, beat_this"):
        score_dance(dance, beats="an.ear")
