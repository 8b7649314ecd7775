import json
import shutil
from dataclasses import replace

import pytest
import soundfile

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.errors import BadInput as ChoreographyBadInput
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.tools.corpus.dance_comparison import compare_dances, song_of_dance
from stickdance.tools.demo.song.compose import compose, write_song
from stickdance.tools.options import DanceComparisonOptions

FEW = DanceComparisonOptions(other_songs=1)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Make real dances to three songs, and calm ones to the same under other names."""
    place = tmp_path_factory.mktemp("ways")
    for seed, tempo in enumerate((90, 115, 140)):
        song = compose(500 + seed, seconds=10, tempo=tempo, metre=4)
        mono = replace(song, samples=song.samples.mean(axis=1, keepdims=True))
        wav = write_song(mono, place / f"{tempo}.wav")
        options = ChoreographyOptions(seed=seed, preview=False)
        made = music_to_poses(wav, place / "real" / f"{tempo}", options)
        options = replace(options, style="calm", seed=7)
        music_to_poses(made.sound.path, place / "calm" / f"dance{9 - seed}", options)
    return place


def test_dances_are_matched_by_what_their_songs_sound_like(places, tmp_path):
    result = compare_dances(places / "real", [f"slow={places / 'calm'}"], tmp_path / "out", FEW)
    assert [row["name"] for row in result["rows"]] == ["real dances", "slow"]
    real, calm = result["rows"]
    margin = real["margins"]["hit_rate_150ms"]  # above what other songs' beats give
    assert margin["mean"] > 2 * margin["standard_error"] > 0
    assert calm["frechet_distance"] > 0
    assert calm["as_ban"]["fid"] > 0 and 0 < real["as_ban"]["hit_rate"] <= 1


def test_the_same_table_is_written_and_shown(places, tmp_path):
    out = tmp_path / "out"
    result = compare_dances(places / "real", [str(places / "calm")], out, FEW)
    assert (out / "table.txt").read_text() == result["table"] + "\n"
    told = json.loads((out / "scores.json").read_text())
    assert told["rows"] == result["rows"]
    assert told["ways"] == {"calm": str(places / "calm")}
    shown = [line for line in result["table"].splitlines() if line.startswith("calm")]
    assert f"{result['rows'][1]['frechet_distance']:.2f}" in shown[0]


def test_a_song_is_known_by_its_samples_not_its_header(places, tmp_path):
    original = places / "real" / "90"
    copy = shutil.copytree(original, tmp_path / "copy")
    samples, rate = soundfile.read(copy / "song.wav", dtype="int16")
    soundfile.write(tmp_path / "longer.wav", samples, rate, subtype="PCM_16", format="WAVEX")
    dance = Dance.load(original)
    other = replace(dance, sound=replace(dance.sound, path=tmp_path / "longer.wav"))
    assert song_of_dance(other) == song_of_dance(dance)
    assert song_of_dance(Dance.load(places / "real" / "115")) != song_of_dance(dance)


def test_a_way_without_one_of_the_songs_is_refused_by_the_dances_name(places, tmp_path):
    shutil.copytree(places / "calm" / "dance9", tmp_path / "few" / "dance9")
    with pytest.raises(BadInput, match="--way few: has no dance to the very sound of 2 of 3 songs"):
        compare_dances(places / "real", [str(tmp_path / "few")], tmp_path / "out", FEW)


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        (["a=calm", "a=calm"], "a is named twice"),
        (["../up=calm"], "plain name"),
        (["nowhere"], "expected a folder"),
    ],
)
def test_ways_that_make_no_sense_are_refused(ways, told, places, tmp_path, monkeypatch):
    monkeypatch.chdir(places)
    with pytest.raises(BadInput, match=told):
        compare_dances(places / "real", ways, tmp_path / "out", FEW)


def test_a_folder_without_dances_is_refused(places, tmp_path):
    shutil.copytree(places, tmp_path / "songs", ignore=shutil.ignore_patterns("real", "calm"))
    with pytest.raises(ChoreographyBadInput, match="holds no movements"):
        compare_dances(tmp_path / "songs", [], tmp_path / "out", FEW)


def test_a_choreographer_dances_the_songs_first(places, tmp_path):
    from stickdance.choreography.learned.music_to_dance.options import MusicToDanceOptions
    from stickdance.choreography.learned.music_to_dance.program import learn_music_to_dance
    from stickdance.choreography.learned.options import LearningOptions

    small = MusicToDanceOptions(batch=2, code=2)
    learn_music_to_dance(places / "real", tmp_path / "model", small, LearningOptions(steps=1))
    out = tmp_path / "out"
    result = compare_dances(places / "real", [f"new={tmp_path / 'model'}"], out, FEW)
    made = sorted(path.name for path in (out / "dances" / "new").iterdir())
    assert made == ["115", "140", "90"]
    new = result["rows"][1]
    assert new["frechet_distance"] > 0
    assert new["seams"]["dances"] == 3 and new["seams"]["borders"] >= 3
    assert "new: " in result["table"] and "chunk borders" in result["table"]
