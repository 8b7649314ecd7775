"""The files that a manifest lists: inside its folder, there, and of the size that was written."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import CheckpointError
from stickdance.checkpoints.reading import refusing


def check_listed(
    folder: Path,
    files: Any,
    manifest: str,
    refusal: type[Exception] = CheckpointError,
    content: bool = False,
) -> None:
    """Check the files of a folder against what its manifest lists.

    Args:
        folder: where they lie.
        files: the manifest's list: {name: {"bytes": size, "sha256": digits}}.
        manifest: the manifest's file name, for errors.
        refusal: the class of error to raise.
        content: compare contents too, by SHA-256 (about 1 ms a megabyte).

    Raises:
        refusal: a file is missing, of another size or content, or lies outside the folder.
    """
    where = folder / manifest
    if not isinstance(files, Mapping) or not all(isinstance(each, dict) for each in files.values()):
        raise refusal(f"{where}: its list of files is damaged; make the folder again")
    for name, facts in files.items():
        with refusing(where, "a manifest of files", refusal):  # names that no file can have
            file = _inside(folder, name, where, refusal)
            _check(file, facts, where, content, refusal)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inside(folder: Path, name: str, where: Path, refusal: type[Exception]) -> Path:
    file = folder / name
    if not file.resolve().is_relative_to(folder.resolve()):
        raise refusal(f"{where}: names {name!r:.60}, which lies outside the folder")
    if not file.is_file():
        raise refusal(f"{file}: is missing, though {where.name} lists it; make the folder again")
    return file


def _check(
    file: Path, facts: Mapping[str, Any], where: Path, content: bool, refusal: type[Exception]
) -> None:
    size = file.stat().st_size
    if size != facts.get("bytes"):
        raise refusal(
            f"{file}: has {size} bytes where {where.name} says {facts.get('bytes')!s:.20}; "
            "it was cut short or changed, make the folder again"
        )
    if content and sha256(file) != facts.get("sha256"):
        raise refusal(
            f"{file}: was changed since it was written (its SHA-256 is another); make or copy the "
            "folder again"
        )
