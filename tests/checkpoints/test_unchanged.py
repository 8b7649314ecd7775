import os

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import content_digest, whole_folder, write_text
from stickdance.checkpoints.unchanged import check_inputs, watching


@pytest.fixture
def song(tmp_path):
    (tmp_path / "song.wav").write_text("one")
    return tmp_path / "song.wav"


def swapped(path, text):
    """Another file takes a name, as by a copy that is renamed."""
    path.with_suffix(".new").write_text(text)
    os.replace(path.with_suffix(".new"), path)


def test_nothing_appears_once_an_input_is_another(song, tmp_path):
    with watching([song], content_digest) as digests:
        assert digests == {song: content_digest(song)}
        write_text(tmp_path / "first", "made of one")
        swapped(song, "two")
        with pytest.raises(BadInput, match=r"song\.wav: was changed while it was read"):
            write_text(tmp_path / "second", "made of neither")
        with pytest.raises(BadInput), whole_folder(tmp_path / "third"):
            pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "song.wav"]
    write_text(tmp_path / "second", "outside the block")


def test_the_same_content_under_another_time_is_the_same(song):
    with watching([song], content_digest):
        swapped(song, "one")
        check_inputs()
    with watching([song]) as digests:
        assert digests == {song: ""}
        swapped(song, "one")
        with pytest.raises(BadInput):
            check_inputs()


def test_folders_are_watched_by_their_manifest_or_their_files(tmp_path):
    for name in ("manifest.json", "a.png"):
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / name).write_text("one")
        (folder / "more").mkdir()
        with watching([folder], content_digest):
            swapped(folder / name, "two")
            with pytest.raises(BadInput):
                check_inputs()
            (folder / name).unlink()
            with pytest.raises(BadInput):
                check_inputs()


def test_what_the_program_writes_itself_is_no_change(song, tmp_path):
    folder = tmp_path / "dance"
    with whole_folder(folder) as new:
        (new / "manifest.json").write_text("one")
    with watching([song, folder], content_digest):
        with whole_folder(folder) as new:
            (new / "manifest.json").write_text("two")
        write_text(song, "two")
        write_text(tmp_path / "other", "x")
