import errno
import json
from pathlib import Path

import pytest

from stickdance.checkpoints.errors import BadInput, OutputFailed, saying_why
from stickdance.checkpoints.files import sha256, whole_file
from stickdance.checkpoints.manifest import MANIFEST, add_to_result, read_manifest, result_folder
from stickdance.checkpoints.reading import refusing


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def take(path: Path, content: str = "one") -> Path:
    with result_folder(path, "take", {"seed": 7}) as folder:
        (folder / "a.txt").write_text(content)
        (folder / "part").mkdir()
        (folder / "part" / "b.bin").write_bytes(b"12345")
    return path


def test_a_file_takes_its_name_when_the_block_ends_well(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.json"
    with whole_file(path) as temporary:
        assert temporary.suffix == ".json"
        temporary.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert names(path.parent) == ["a.json"]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_failed_block_leaves_the_older_file_and_no_other(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("older")
    with pytest.raises(failure), whole_file(path) as temporary:
        temporary.write_text("half")
        raise failure
    assert names(tmp_path) == ["a.txt"]
    assert path.read_text() == "older"


def test_a_folder_or_a_file_in_the_way_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match="is a folder"), whole_file(tmp_path):
        pass
    (tmp_path / "file").touch()
    with (
        pytest.raises(OutputFailed, match="cannot be written"),
        whole_file(tmp_path / "file" / "a"),
    ):
        pass


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "no space left"),
        (errno.EACCES, "cannot be written"),
        (errno.EIO, "the disk fails"),
        (errno.EROFS, "cannot"),
        (errno.EFBIG, "cannot be written"),
    ],
)
def test_the_systems_refusals_become_one_line(tmp_path: Path, number: int, reason: str) -> None:
    with pytest.raises(OutputFailed, match=reason), saying_why(tmp_path / "a"):
        raise OSError(number, "refused")


def test_other_system_errors_pass_through(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), saying_why(tmp_path / "a"):
        (tmp_path / "absent").read_text()


def test_a_finished_folder_lists_its_files(tmp_path: Path) -> None:
    path = take(tmp_path / "takes" / "anna")
    manifest = read_manifest(path, "take")
    assert manifest["seed"] == 7
    assert manifest["files"]["part/b.bin"] == {
        "bytes": 5,
        "sha256": sha256(path / "part" / "b.bin"),
    }
    assert sha256(path / "part" / "b.bin").startswith("5994471abb01112a")  # sha256 of 12345
    assert names(path.parent) == ["anna"]


def test_a_folder_is_replaced_whole_by_a_newer_one_of_its_kind(tmp_path: Path) -> None:
    path = take(take(tmp_path / "anna"), "two")
    assert (path / "a.txt").read_text() == "two"
    assert names(tmp_path) == ["anna"]


def test_a_failed_block_keeps_the_older_folder(tmp_path: Path) -> None:
    path = take(tmp_path / "anna")
    with pytest.raises(RuntimeError), result_folder(path, "take", {}) as folder:
        (folder / "a.txt").write_text("half")
        raise RuntimeError
    assert (path / "a.txt").read_text() == "one"
    assert names(tmp_path) == ["anna"]


def test_folders_that_are_not_ours_are_never_replaced(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "wedding.jpg").touch()
    with (
        pytest.raises(OutputFailed, match="holds other files"),
        result_folder(photos, "take", {}),
    ):
        pass
    with (
        pytest.raises(OutputFailed, match="not a dance"),
        result_folder(take(tmp_path / "anna"), "dance", {}),
    ):
        pass
    with (
        pytest.raises(OutputFailed, match="is a file"),
        result_folder(photos / "wedding.jpg", "take", {}),
    ):
        pass
    assert names(photos) == ["wedding.jpg"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "anna").mkdir()
    assert read_manifest(take(tmp_path / "anna"), "take")["kind"] == "take"


def test_unfinished_foreign_and_damaged_folders_are_refused(tmp_path: Path) -> None:
    path = take(tmp_path / "anna")
    with pytest.raises(BadInput, match="found nothing there"):
        read_manifest(tmp_path / "nobody", "take")
    with pytest.raises(BadInput, match="found a file"):
        read_manifest(path / "a.txt", "take")
    with pytest.raises(BadInput, match="expected a dance, found a take"):
        read_manifest(path, "dance")
    with pytest.raises(BadInput, match="not a finished take"):
        read_manifest(path / "part", "take")
    (path / "a.txt").write_text("changed")
    with pytest.raises(BadInput, match="has 7 bytes where"):
        read_manifest(path, "take")
    (path / "a.txt").unlink()
    with pytest.raises(BadInput, match="is missing"):
        read_manifest(path, "take")
    (path / MANIFEST).write_text("{")
    with pytest.raises(BadInput, match="cannot be read as JSON"):
        read_manifest(path, "take")


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/hostname"])
def test_a_manifest_that_names_files_outside_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.txt").write_text("x")
    path = take(tmp_path / "anna")
    manifest = json.loads((path / MANIFEST).read_text())
    manifest["files"][name] = {"bytes": 1}
    (path / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BadInput, match="lies outside"):
        read_manifest(path, "take")


@pytest.mark.parametrize("files", [["a.txt"], {"a.txt": 3}, "a.txt"])
def test_a_manifest_of_another_shape_is_refused(tmp_path: Path, files: object) -> None:
    path = take(tmp_path / "anna")
    manifest = json.loads((path / MANIFEST).read_text())
    (path / MANIFEST).write_text(json.dumps(manifest | {"files": files}))
    with pytest.raises(BadInput):
        read_manifest(path, "take")


def test_a_failure_within_a_folder_names_the_folder_to_be(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputFailed, match=r"take/a\.txt: .*no space"),
        result_folder(tmp_path / "take", "take", {}) as folder,
        saying_why(folder / "a.txt"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")


def listing(tmp_path: Path, files: object) -> Path:
    path = take(tmp_path / "anna")
    manifest = json.loads((path / MANIFEST).read_text())
    (path / MANIFEST).write_text(json.dumps(manifest | {"files": files}))
    return path


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "../a", "/etc/hostname", "none", "."])
def test_names_that_no_file_in_the_folder_has_are_refused_in_one_line(tmp_path, name):
    with pytest.raises(BadInput) as caught:
        read_manifest(listing(tmp_path, {name: {"bytes": 1}}), "take")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 6000


@pytest.mark.parametrize("files", [[], {"a": 1}, None, "a"])
def test_a_damaged_list_is_refused(tmp_path, files):
    with pytest.raises(BadInput, match="its list of files is damaged"):
        read_manifest(listing(tmp_path, files), "take")


def test_content_is_compared_when_asked_for(tmp_path):
    path = take(tmp_path / "anna", "room")
    read_manifest(path, "take", content=True)
    (path / "a.txt").write_text("moor")
    read_manifest(path, "take")
    with pytest.raises(BadInput, match="SHA-256 is another"):
        read_manifest(path, "take", content=True)


def digests(folder: Path) -> dict[str, str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): sha256(file) for file in files}


def test_a_file_is_added_to_a_result_whole_or_not_at_all(tmp_path: Path, monkeypatch) -> None:
    folder = take(tmp_path / "anna")
    (folder / "own notes.txt").write_text("keep me")
    before = digests(folder)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(OutputFailed, match="no space left"):
        patched.setattr("stickdance.checkpoints.manifest.write_manifest", full)
        add_to_result(folder, "take", {"shots.json": "{}"})
    assert digests(folder) == before
    add_to_result(folder, "take", {"shots.json": "{}", "picture.png": b"png"})
    listed = set(read_manifest(folder, "take", content=True)["files"])
    assert listed | {MANIFEST} == digests(folder).keys() == {*before, "shots.json", "picture.png"}
    assert names(tmp_path) == ["anna"]


def test_what_is_written_while_a_file_is_read_is_no_bad_input(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="left"), refusing(tmp_path / "jobs.zip", "an archive"):
        raise OSError(errno.ENOSPC, "No space left")
