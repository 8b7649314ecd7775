import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from stickdance.capture.media.video import probe, read_frames
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.errors import BadInput as BadFile
from stickdance.checkpoints.files import sha256
from stickdance.choreography import song_to_plan as path
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.evaluation.flow import measure_flow
from stickdance.choreography.listening import Heard
from stickdance.choreography.music.beat_features import BeatFeatures
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Section, Structure
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.joints_3d import dance_in_space

SECONDS = 12.34
RATE = 44_100


@pytest.fixture
def song(tmp_path):
    """Clicks at 120 beats a minute, from 0.5 s on."""
    samples = np.zeros(round(SECONDS * RATE), np.float32)
    for beat in np.arange(0.5, SECONDS - 0.2, 0.5):
        at = round(beat * RATE)
        samples[at : at + 2000] = 0.6 * np.sin(np.arange(2000) * 0.2)
    file = tmp_path / "clicks.wav"
    soundfile.write(file, samples, RATE)
    return file


@pytest.fixture
def known_beats(monkeypatch):
    """The song's beats as known, so that this tests the road and not the listening."""

    def beats(sound):
        times = np.arange(0.5, sound.seconds - 0.2, 0.5)
        return Beats(times, np.arange(0, len(times), 4), 120.0, 4, np.ones(len(times)), 1.0)

    def structure(sound, beats):
        middle = float(beats.times[len(beats) // 2])
        halves = Section("A", 0.0, middle, True), Section("A", middle, sound.seconds, True)
        return Structure(halves, (), "A")

    def features(sound, beats):
        count = len(beats)
        third = np.full((count, 3), 1 / 3, np.float32)
        return BeatFeatures(np.full(count, 0.5), beats.intervals, third, np.zeros(count, bool))

    def heard(sound, options):
        return Heard(None, beats(sound), structure(sound, beats(sound)))

    monkeypatch.setattr(path, "listen", heard)
    monkeypatch.setattr(path, "beat_features", features)


def test_a_song_becomes_a_dance_folder(song, tmp_path, known_beats):
    dance = music_to_poses(song, tmp_path / "dance", ChoreographyOptions())
    assert dance.sound.seconds == pytest.approx(SECONDS, abs=0.001)
    assert dance.poses.seconds == pytest.approx(SECONDS, abs=1 / 25)
    assert dance.poses.size == (256, 256) and dance.poses.depth is not None
    assert (dance.poses.confidence == 1).all()
    assert dance.choreography.sha256 == sha256(song)
    assert dance.choreography.song == "clicks.wav"
    assert dance.warnings == ()
    shown = probe(dance.preview)
    assert shown.has_sound and shown.seconds == pytest.approx(SECONDS, abs=1.1 / 25)
    frame = next(iter(read_frames(dance.preview)))
    assert frame.max() > 200, "a figure is on the stage"


def test_the_same_song_and_seed_give_the_same_dance(song, tmp_path, known_beats):
    options = ChoreographyOptions(preview=False)
    one = music_to_poses(song, tmp_path / "one", options)
    two = music_to_poses(song, tmp_path / "two", options)
    assert (one.poses.points == two.poses.points).all()
    other = music_to_poses(song, tmp_path / "other", replace(options, seed=1))
    assert other.choreography.steps != one.choreography.steps


def test_feet_fall_on_the_beats_and_the_dance_flows(song, tmp_path, known_beats):
    dance = music_to_poses(song, tmp_path / "dance", ChoreographyOptions(preview=False))
    flow = measure_flow(dance_in_space(dance).joints, dance.poses.fps, dance.beat_times)
    assert flow.footfalls_on_beats >= 0.75
    assert flow.near_still < 0.15 and flow.minima_alignment < 0.5


def test_an_edited_plan_is_danced_exactly(song, tmp_path, known_beats):
    first = music_to_poses(song, tmp_path / "dance", ChoreographyOptions(preview=False))
    steps = (Step("jumping_jack", 2, 6), Step("mambo", 8, 4, True))
    plan = replace(first.choreography, steps=steps).save(tmp_path / "edited.json")
    options = ChoreographyOptions(plan=plan, preview=False)
    second = music_to_poses(song, tmp_path / "edited", options)
    assert second.choreography.steps == steps
    assert second.choreography == Choreography.load(plan)
    assert not np.allclose(first.poses.points, second.poses.points)


def test_a_plan_made_for_another_song_is_danced_with_a_warning(song, tmp_path, known_beats):
    first = music_to_poses(song, tmp_path / "dance", ChoreographyOptions(preview=False))
    plan = replace(first.choreography, song="other.ogg", sha256="0" * 64)
    options = ChoreographyOptions(plan=plan.save(tmp_path / "plan.json"), preview=False)
    dance = music_to_poses(song, tmp_path / "again", options)
    assert any("other.ogg" in line for line in dance.warnings)


def test_a_part_of_a_song_is_danced_as_in_the_whole(song, tmp_path, known_beats):
    options = ChoreographyOptions(preview=False)
    whole = music_to_poses(song, tmp_path / "whole", options)
    part = music_to_poses(
        song, tmp_path / "part", replace(options, start_seconds=4.0, end_seconds=9.0)
    )
    assert part.sound.seconds == pytest.approx(5.0, abs=0.001)
    assert len(part.poses) == 125
    assert part.poses.points == pytest.approx(whole.poses.points[100:225], abs=0.01)
    samples = soundfile.read(part.sound.path)[0]
    assert (samples == soundfile.read(whole.sound.path)[0][4 * RATE : 9 * RATE]).all()
    assert part.beat_times[0] == pytest.approx(0.0) and len(part.beat_times) == 10


def test_a_targets_body_and_place_are_danced_in(song, tmp_path, known_beats):
    body = replace(default_profile((160, 256)), centre=70.0, reach=(60.0, 80.0))
    options = ChoreographyOptions(preview=False)
    dance = music_to_poses(song, tmp_path / "dance", options, body=body)
    assert dance.poses.size == (160, 256)
    assert dance.body.centre == 70.0
    hips = (dance.poses.joint("left_hip") + dance.poses.joint("right_hip")) / 2
    assert abs(np.median(hips[:, 0]) - 70) < 8


def test_a_dance_folder_is_readable_by_people(song, tmp_path, known_beats):
    dance = music_to_poses(song, tmp_path / "dance", ChoreographyOptions())
    names = {file.name for file in dance.path.iterdir()}
    assert names == {
        "manifest.json", "choreography.json", "poses.npz", "song.wav", "body.json", "preview.mp4",
    }  # fmt: skip
    manifest = json.loads((dance.path / "manifest.json").read_text())
    assert manifest["options"]["fps"] == 25.0 and manifest["kind"] == "dance"
    assert len(Dance.load(dance.path).beat_times) == 24


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ChoreographyOptions(fps=0), "--fps: expected 1 to 240, found 0"),
        (ChoreographyOptions(energy=1.5), "--energy: expected 0 to 1"),
        (ChoreographyOptions(beats_per_step=3), "--beats-per-step: expected 1, 2, 4 or 8"),
        (ChoreographyOptions(start_seconds=-1), "--from: expected 0 s or more"),
        (ChoreographyOptions(start_seconds=40), "--from 40 --to 12.34: leaves less than 0.5 s"),
        (ChoreographyOptions(start_seconds=5, end_seconds=4), "--from 5 --to 4"),
    ],
)
def test_bad_options_are_named_and_nothing_is_left(
    song, tmp_path, known_beats, options, message
):  # fmt: skip
    with pytest.raises(BadInput, match=message):
        music_to_poses(song, tmp_path / "dance", options)
    assert not (tmp_path / "dance").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clicks.wav"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ChoreographyOptions(dance_with="own"), "--dance-with own: needs moves"),
        (
            ChoreographyOptions(dance_with="library", moves=Path("t")),
            "--dance-with library: dances",
        ),
        (ChoreographyOptions(moves_consent="yes"), "--moves-consent: goes with --moves VIDEO"),
    ],
)
def test_options_that_do_not_fit_together_are_a_usage_error(song, tmp_path, options, message):
    with pytest.raises(UsageError, match=message):
        music_to_poses(song, tmp_path / "dance", options)


def test_what_is_no_song_is_refused_and_nothing_is_left(tmp_path):
    text = tmp_path / "song.mp3"
    text.write_text("la la la")
    with pytest.raises(BadFile, match=r"song\.mp3"):
        music_to_poses(text, tmp_path / "dance")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["song.mp3"]


def test_a_damaged_dance_folder_says_what_is_wrong(song, tmp_path, known_beats):
    dance = music_to_poses(song, tmp_path / "dance", ChoreographyOptions(preview=False))
    manifest = dance.path / "manifest.json"
    told = manifest.read_text()
    manifest.write_text(told.replace('"start_seconds": 0.0', '"start_seconds": 1e308'))
    with pytest.raises(BadFile, match="start_seconds in the manifest is 1e"):
        Dance.load(dance.path)
    manifest.write_text(told)
    (dance.path / "poses.npz").unlink()
    with pytest.raises(BadFile, match=r"poses\.npz"):
        Dance.load(dance.path)
    with pytest.raises(BadFile, match="expected the folder of a dance"):
        Dance.load(tmp_path / "absent")
