from pathlib import Path

import pytest

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.tools.make.options import MakeOptions
from stickdance.tools.make.song_to_video import song_to_video


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "song.mp3"
    path.write_bytes(b"not looked at yet")
    return path


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (MakeOptions(), "name one of --footage"),
        (MakeOptions(demo=True, performer=Path("p")), "name one of --footage"),
        (MakeOptions(performer=Path("p"), from_scratch=True), "--from-scratch"),
        (MakeOptions(performer=Path("p"), size="256x256"), "--size"),
        (MakeOptions(performer=Path("p"), own_moves=True), "--own-moves"),
        (MakeOptions(demo=True, choreographer=Path("c"), plan=Path("p.json")), "--choreographer"),
        (MakeOptions(demo=True, minutes=-1), "--minutes"),
        (MakeOptions(demo=True, fps=0), "--fps"),
        (MakeOptions(demo=True, background="transparent"), "--background"),
        (MakeOptions(demo=True, preview=-1.0), "--preview"),
        (MakeOptions(demo=True, start=5, end=3), "--to"),
    ],
)
def test_options_that_do_not_fit_together_are_a_usage_error(tmp_path, song, options, words):
    with pytest.raises(UsageError, match=words):
        song_to_video(song, tmp_path / "dance.mp4", options)
    assert list(tmp_path.iterdir()) == [song]


def test_without_a_song_only_the_demo_goes_on(tmp_path):
    with pytest.raises(UsageError, match="SONG"):
        song_to_video(None, tmp_path / "dance.mp4", MakeOptions(performer=Path("p")))


def test_the_output_must_be_an_mp4(tmp_path, song):
    with pytest.raises(UsageError, match=r"\.mp4"):
        song_to_video(song, tmp_path / "dance.avi", MakeOptions(demo=True))


@pytest.mark.parametrize("name", ["absent.mp3", "."])
def test_a_song_that_is_no_file_is_bad_input_and_leaves_nothing(tmp_path, name):
    with pytest.raises(BadInput, match="expected a song"):
        song_to_video(tmp_path / name, tmp_path / "out" / "dance.mp4", MakeOptions(demo=True))
    assert list(tmp_path.iterdir()) == []


def test_a_background_that_is_none_is_said_before_any_work(tmp_path, song):
    with pytest.raises(UsageError, match="neither a file nor a colour"):
        song_to_video(song, tmp_path / "dance.mp4", MakeOptions(demo=True, background="beach"))
    assert list(tmp_path.iterdir()) == [song]


def test_footage_that_is_no_file_is_bad_input_and_leaves_nothing(tmp_path, song):
    options = MakeOptions(footage=(tmp_path / "absent.mp4",))
    with pytest.raises(BadInput, match="expected a video of the person"):
        song_to_video(song, tmp_path / "out" / "dance.mp4", options)
    assert list(tmp_path.iterdir()) == [song]


def test_a_choreographer_that_is_none_is_said_before_any_work(tmp_path, song):
    with pytest.raises(BadInput, match="learn music-to-dance"):
        song_to_video(song, tmp_path / "dance.mp4", MakeOptions(demo=True, choreographer=tmp_path))
    assert list(tmp_path.iterdir()) == [song]
