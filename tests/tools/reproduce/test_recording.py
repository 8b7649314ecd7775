import errno
import json
import os

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import content_digest, sha256
from stickdance.checkpoints.made_by import machine, made_by, making, without_paths
from stickdance.checkpoints.manifest import MANIFEST, result_folder
from stickdance.tools.cli import function_of
from stickdance.tools.command_line import parsed
from stickdance.tools.reproduce.inputs import find_file, find_input, missing
from stickdance.tools.reproduce.recording import recorded


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "songs/song.wav"
    path.parent.mkdir()
    path.write_bytes(b"sound")
    return path


def record(command, words):
    arguments, _ = parsed(function_of(command), words, command)
    with recorded(command, words, arguments):
        return made_by()["made_by"]


def test_a_result_is_told_its_command_and_the_hashes_of_what_it_read(song, tmp_path):
    (tmp_path / "beats.txt").write_text("0.5\n")
    words = [str(song), f"--beats={tmp_path / 'beats.txt'}", "--style", "groove", "--quiet"]
    told = record("choreograph", [*words, "-o", "dance", "--json", "told.json"])
    assert told["words"] == [
        {"before": "", "input": 0}, {"before": "--beats=", "input": 1}, "--style", "groove",
    ]  # fmt: skip
    assert [each["name"] for each in told["inputs"]] == ["song.wav", "beats.txt"]
    assert told["inputs"][0]["sha256"] == sha256(song)
    assert told["machine"] == machine()
    assert "torch" in told["versions"]
    assert made_by() == {}


def test_consent_and_paths_are_not_given_away(song, tmp_path):
    words = [str(song), "--demo", "--consent", "Anna, 3 May"]
    assert "Anna" not in json.dumps(record("make", words))
    with making("make", [], [{"name": "a", "sha256": "b", "path": "/home/anna"}]):
        assert made_by(paths=False)["made_by"]["inputs"] == [{"name": "a", "sha256": "b"}]
    with without_paths(), making("make", [], [{"name": "a", "sha256": "b", "path": "/home/anna"}]):
        assert "anna" not in json.dumps(made_by())


def test_a_manifest_keeps_what_first_made_its_result(tmp_path):
    with making("capture", ["a"], []), result_folder(tmp_path / "take", "take", {}):
        pass
    manifest = json.loads((tmp_path / "take" / MANIFEST).read_text())
    assert manifest["made_by"]["command"] == "capture"
    with making("train", [], []), result_folder(tmp_path / "x", "take", manifest):
        pass
    assert json.loads((tmp_path / "x" / MANIFEST).read_text())["made_by"]["command"] == "capture"


def test_an_input_is_found_where_it_was_or_by_its_hash_under_another_name(song, tmp_path):
    about = {"name": "song.wav", "sha256": sha256(song), "path": str(song)}
    assert find_input(about, []) == song
    moved = tmp_path / "elsewhere/deep/renamed.wav"
    moved.parent.mkdir(parents=True)
    song.rename(moved)
    assert find_input(about, []) is None
    assert find_input(about, [tmp_path / "elsewhere"]) == moved
    assert find_file([sha256(moved)], [tmp_path / "elsewhere"]) == moved
    moved.write_bytes(b"changed")
    assert find_input(about, [tmp_path / "elsewhere"]) is None
    told = str(missing(tmp_path / "v.mp4", [about]))
    assert f"song.wav (SHA-256 {about['sha256'][:12]}...), once {song}" in told
    assert "--inputs" in told


def test_a_folder_is_known_by_its_manifest_and_any_other_by_all_it_holds(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.png").write_bytes(b"one")
        (tmp_path / name / ".hidden").write_bytes(name.encode())
    digest = content_digest(tmp_path / "a")
    assert digest == content_digest(tmp_path / "b")
    assert find_input({"name": "gone", "sha256": digest}, [tmp_path]) is None
    assert find_input({"name": "b", "sha256": digest}, [tmp_path]) == tmp_path / "b"
    (tmp_path / "b" / MANIFEST).write_text("{}")
    with_manifest = content_digest(tmp_path / "b")
    (tmp_path / "b/1.png").write_bytes(b"two")
    assert content_digest(tmp_path / "b") == with_manifest
    assert find_input({"name": "gone", "sha256": with_manifest}, [tmp_path]) == tmp_path / "b"


def test_missing_is_bad_input():
    assert isinstance(missing("v.mp4", []), BadInput)


def test_nothing_of_the_key_that_signs_is_told(song, tmp_path):
    (tmp_path / "key.pem").write_text("secret")
    (tmp_path / "mine.pem").write_text("certificate")
    words = [str(song), "--performer", str(song.parent), f"--key={tmp_path / 'key.pem'}"]
    told = record("make", [*words, "--certificate", str(tmp_path / "mine.pem"), "-o", "x.mp4"])
    assert ".pem" not in json.dumps(told)
    assert len(told["inputs"]) == 2


@pytest.mark.parametrize("command", ["choreograph", "listen"])
@pytest.mark.parametrize("refused", ["access", "stat"], ids=["the file", "its folder"])
def test_what_may_not_be_read_is_bad_input_of_every_command(song, monkeypatch, command, refused):
    real = getattr(os, refused)

    def closed(path, *more, **named):
        if path != song:
            return real(path, *more, **named)
        if refused == "access":
            return False
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, refused, closed)
    with pytest.raises(BadInput, match=r"song\.wav: cannot be read \(Permission denied\)"):
        record(command, [str(song), "-o", "made"])
