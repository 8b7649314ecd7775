import json

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.annotations.files import read_beats, read_sections
from stickdance.choreography.listening_files import song_to_listening
from stickdance.choreography.options import ListeningOptions


@pytest.fixture(scope="module")
def listened(tmp_path_factory, sound_maker):
    folder = tmp_path_factory.mktemp("listened")
    sounds = sound_maker(folder)
    times = 0.4 + np.arange(40) * 0.5
    shapes = [sounds.drum() if k % 4 == 0 else sounds.click(2500, 0.3) for k in range(40)]
    song = sounds.write(sounds.hits(times, shapes, 21)).path
    return times, song, song_to_listening(song, folder / "heard", fps=25)


def test_every_file_of_a_listening_holds_the_same_beats(listened):
    times, _, result = listened
    for name in ("beats.beats", "beats.txt", "song.jams", "listening.json"):
        marks = read_beats(result.folder / name)
        assert marks.times == pytest.approx(times, abs=0.02)
        assert marks.metre == 4
        assert marks.downbeat_times == pytest.approx(times[::4], abs=0.02)


def test_sections_of_a_listening_cover_the_song(listened):
    _, _, result = listened
    for name in ("sections.txt", "song.jams", "listening.json"):
        marks = read_sections(result.folder / name)
        assert marks[0].start == 0
        assert marks[-1].end == pytest.approx(21, abs=1e-3)


def test_a_listening_has_a_picture_a_manifest_and_the_sound_of_every_frame(listened):
    _, _, result = listened
    assert (result.folder / "lag_matrix.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((result.folder / "manifest.json").read_text())["kind"] == "listening"
    with np.load(result.folder / "frames.npz", allow_pickle=False) as frames:
        assert frames["values"].shape == (21 * 25, len(frames["names"]))


def test_a_listening_given_back_changes_nothing(listened, tmp_path):
    _, song, first = listened
    given = ListeningOptions(
        beats=first.folder / "song.jams", sections=first.folder / "listening.json"
    )
    again = song_to_listening(song, tmp_path / "again", given)
    assert again.heard.beats.times == pytest.approx(first.heard.beats.times, abs=1e-5)
    assert again.heard.beats.downbeats.tolist() == first.heard.beats.downbeats.tolist()
    assert [one.label for one in again.heard.structure.sections] == [
        one.label for one in first.heard.structure.sections
    ]


def test_a_rate_of_frames_out_of_range_is_refused(listened, tmp_path):
    with pytest.raises(BadInput, match="--frames"):
        song_to_listening(listened[1], tmp_path / "out", fps=1000)


def test_a_beat_counted_half_or_twice_as_fast_is_named_with_its_option(listened):
    _, _, result = listened
    told = result.described()["also_counted"]
    assert told in {"60 BPM (--tempo 60)", "240 BPM (--tempo 240)"}
    assert json.loads((result.folder / "listening.json").read_text())["also_counted"] == told
