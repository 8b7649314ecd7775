import errno
import json
from pathlib import Path

import pytest

from stickdance.capture.atomic import (
    MANIFEST,
    read_manifest,
    replacing,
    replacing_folder,
    reporting_output_errors,
    sha256,
)
from stickdance.capture.errors import BadInput, OutputFailed


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def take(path: Path, content: str = "one") -> Path:
    with replacing_folder(path, "take", {"seed": 7}) as folder:
        (folder / "a.txt").write_text(content)
        (folder / "part").mkdir()
        (folder / "part" / "b.bin").write_bytes(b"12345")
    return path


def test_a_file_takes_its_name_when_the_block_ends_well(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.json"
    with replacing(path) as temporary:
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
    with pytest.raises(failure), replacing(path) as temporary:
        temporary.write_text("half")
        raise failure
    assert names(tmp_path) == ["a.txt"]
    assert path.read_text() == "older"


def test_a_folder_or_a_file_in_the_way_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match="is a folder"), replacing(tmp_path):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(OutputFailed, match="cannot be written"), replacing(tmp_path / "file" / "a"):
        pass


@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.ENOSPC, "no space left"), (errno.EACCES, "cannot be written"), (errno.EROFS, "cannot")],
)
def test_the_systems_refusals_become_one_line(tmp_path: Path, number: int, reason: str) -> None:
    with pytest.raises(OutputFailed, match=reason), reporting_output_errors(tmp_path / "a"):
        raise OSError(number, "refused")


def test_other_system_errors_pass_through(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), reporting_output_errors(tmp_path / "a"):
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
    with pytest.raises(RuntimeError), replacing_folder(path, "take", {}) as folder:
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
        replacing_folder(photos, "take", {}),
    ):
        pass
    with (
        pytest.raises(OutputFailed, match="not a dance"),
        replacing_folder(take(tmp_path / "anna"), "dance", {}),
    ):
        pass
    with (
        pytest.raises(OutputFailed, match="is a file"),
        replacing_folder(photos / "wedding.jpg", "take", {}),
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
        replacing_folder(tmp_path / "take", "take", {}) as folder,
        reporting_output_errors(folder / "a.txt"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
