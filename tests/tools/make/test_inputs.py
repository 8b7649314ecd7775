"""What is wrong with any input of the main job is said before the footage is captured."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from stickdance.capture import video_to_take
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.checkpoints.errors import BadInput, InUse, OutputFailed
from stickdance.checkpoints.errors import BadInput as BadFootageOrSong
from stickdance.checkpoints.locks import only_one
from stickdance.tools.make.options import DanceOptions, MakeOptions, PerformerOptions
from stickdance.tools.make.song_to_video import song_to_video
from stickdance.tools.make.usual_times import usual_times

RATE = 22_050


@pytest.fixture(autouse=True)
def captured(monkeypatch):
    """Return what tells whether a capture was begun."""
    begun = []

    def capture(*arguments):
        begun.append(arguments)
        raise RuntimeError("the capture begins")

    monkeypatch.setattr(video_to_take, "video_to_take", capture)
    return begun


def film(path, seconds=3):
    with VideoWriter(path, (64, 64), 10) as video:
        for shade in range(10 * seconds):
            video.write(np.full((64, 64, 3), shade, np.uint8))
    return path


def clicks(path, seconds=6.0, every=0.5, loud=0.8):
    samples = np.zeros(round(seconds * RATE))
    click = loud * np.sin(np.arange(600) / 3) * np.hanning(600)
    for start in np.arange(0.1, seconds - 0.1, every):
        first = round(start * RATE)
        samples[first : first + 600] = click
    soundfile.write(path, samples, RATE, subtype="PCM_16")
    return path


@pytest.fixture
def footage(tmp_path):
    (tmp_path / "in").mkdir()
    return film(tmp_path / "in" / "anna.mp4")


@pytest.fixture
def song(tmp_path, footage):
    return clicks(tmp_path / "in" / "song.wav")


def refused(captured, error, match, song, footage, **options):
    to = footage.parent.parent / "out" / "dance.mp4"
    with pytest.raises(error, match=match) as told:
        song_to_video(song, to, MakeOptions(footage=(footage,), dance=DanceOptions(**options)))
    assert "\n" not in str(told.value)
    assert not captured
    assert not to.parent.exists()


def test_good_inputs_go_on_to_the_capture(captured, song, footage, tmp_path):
    with pytest.raises(RuntimeError, match="the capture begins"):
        song_to_video(song, tmp_path / "out" / "dance.mp4", MakeOptions(footage=(footage,)))
    assert not (tmp_path / "out").exists()


def test_a_video_without_sound_is_no_song(captured, footage):
    refused(captured, BadFootageOrSong, "anna.mp4: holds no sound", footage, footage)


def test_a_silent_song(captured, footage, tmp_path):
    silent = clicks(tmp_path / "in" / "silent.wav", loud=0.0)
    refused(captured, BadFootageOrSong, "silent.wav: is silent", silent, footage)


def test_a_song_without_a_beat(captured, footage, tmp_path):
    held = tmp_path / "in" / "held.wav"
    soundfile.write(held, 0.5 * np.sin(np.arange(8 * RATE) / 8), RATE, subtype="PCM_16")
    refused(captured, BadInput, r"held\.wav: .*beat", held, footage)


def test_a_part_that_lies_behind_the_end_of_the_song(captured, song, footage):
    refused(captured, BadInput, "--from 90", song, footage, start_seconds=90.0)


def test_footage_that_is_too_short(captured, song, tmp_path):
    short = film(tmp_path / "in" / "short.mp4", seconds=1)
    refused(captured, BadFootageOrSong, "short.mp4: 1.0 s of footage", song, short)


def test_a_value_out_of_range(captured, song, footage):
    refused(captured, BadInput, "--energy: expected 0 to 1", song, footage, energy=3.0)


def test_a_plan_that_is_none(captured, song, footage, tmp_path):
    plan = tmp_path / "in" / "plan.json"
    plan.write_text("{}")
    refused(captured, BadInput, "plan.json", song, footage, plan=plan)


def test_actions_that_are_not_there(captured, song, footage):
    refused(
        captured, BadInput, "--actions absent.npz", song, footage, actions=(Path("absent.npz"),)
    )


def test_a_choreographer_of_another_kind(captured, song, footage, tmp_path):
    folder = tmp_path / "in" / "anna"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"kind": "performer"}))
    refused(captured, BadInput, "found a performer", song, footage, choreographer=folder)


@pytest.mark.parametrize("name", ["dance.mp4", "dance.html"])
def test_a_folder_where_the_result_should_lie(captured, song, footage, tmp_path, name):
    (tmp_path / "out" / name).mkdir(parents=True)
    with pytest.raises(OutputFailed, match=f"{name}: is a folder"):
        song_to_video(song, tmp_path / "out" / "dance.mp4", MakeOptions(footage=(footage,)))
    assert not captured


def test_a_video_that_another_process_is_making(captured, song, footage, tmp_path):
    with (
        only_one(tmp_path / "out" / "dance.stages"),
        pytest.raises(InUse, match=r"dance\.mp4: process \d+ .* works there"),
    ):
        song_to_video(song, tmp_path / "out" / "dance.mp4", MakeOptions(footage=(footage,)))
    assert not captured


def test_headers_tell_how_long_the_stages_usually_take(song, footage):
    options = MakeOptions(footage=(footage,), preview=3, training=PerformerOptions(minutes=2))
    usual = usual_times(song, 48, options)
    assert usual["train"].fixed == 120
    longer = usual_times(song, 48, replace(options, preview=None))
    assert longer["render"].seconds > usual["render"].seconds  # 6 s of song
    assert longer["capture"] == usual["capture"]
    twice = usual_times(song, 48, replace(options, footage=(footage, footage)))
    assert twice["capture"].seconds > usual["capture"].seconds
    beyond = replace(options.dance, start_seconds=500)
    assert all(
        each.seconds > 0 for each in usual_times(song, 48, replace(options, dance=beyond)).values()
    )
