"""Results appear whole or not at all, and a folder tells what it holds.

A folder result's `manifest.json` (kind, sizes, SHA-256, versions, options) is written last; readers
refuse a folder without one. How files and folders replace older ones:
`stickdance.checkpoints.files`.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from stickdance.capture.errors import BadInput, OutputFailed
from stickdance.checkpoints.errors import NotWritten, saying_why
from stickdance.checkpoints.files import recover, sync, whole_file, whole_folder
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.listed_files import check_listed

MANIFEST = "manifest.json"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path that takes the name `path` when the block ends well.

    Its suffix is the same, so that programs which look at it write their format.

    Raises:
        OutputFailed: there is no space, no permission, or `path` is a folder.
        InUse: another process is writing it.
    """
    with reporting_output_errors(path), whole_file(path) as temporary:
        yield temporary


@contextmanager
def replacing_folder(path: Path, kind: str, about: Mapping[str, Any]) -> Iterator[Path]:
    """Give a temporary folder that becomes `path` when the block ends well.

    Args:
        path: the folder to be; an older result of the same kind there is replaced.
        kind: what it is, e.g. "take" or "dance".
        about: JSON values to keep in the manifest: options, hashes of inputs, seed.

    Raises:
        OutputFailed: no space, no permission, or `path` exists and is not a result of this kind.
        InUse: another process is writing it.
    """
    path = Path(path)
    with reporting_output_errors(path):
        _refuse_foreign(path, kind)
        with whole_folder(path) as temporary:
            try:
                yield temporary
                write_manifest(temporary, kind, about)
            except OutputFailed as error:  # people know the folder by its own name
                raise OutputFailed(str(error).replace(str(temporary), str(path))) from error


def write_manifest(folder: Path, kind: str, about: Mapping[str, Any]) -> None:
    """Write `manifest.json` over the files that lie in `folder`, each synced to the disk."""
    files = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != MANIFEST:
            sync(file)
            name = file.relative_to(folder).as_posix()
            files[name] = {"bytes": file.stat().st_size, "sha256": sha256(file)}
    manifest = {
        "kind": kind,
        "stickdance": _version(),
        "command": " ".join(Path(part).name for part in sys.argv),
        **about,
        "files": files,
    }
    target = folder / MANIFEST
    # No reader takes a manifest with NaN: better that the older folder stays.
    text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
    target.write_text(text + "\n", encoding="utf-8")
    sync(target)


def read_manifest(folder: Path, kind: str) -> dict[str, Any]:
    """Return the manifest of a finished result folder after checking kind and file sizes.

    Raises:
        BadInput: no such folder, not finished, another kind, or a file is missing or cut short.
    """
    folder = Path(folder)
    recover(folder)
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise BadInput(f"{folder}: expected the folder of a {kind}, found {found} there")
    if not (folder / MANIFEST).exists():
        raise BadInput(f"{folder}: has no {MANIFEST}, so it is not a finished {kind}")
    manifest = read_json_object(folder / MANIFEST, f"the manifest of a {kind}", BadInput)
    if manifest.get("kind") != kind:
        raise BadInput(f"{folder}: expected a {kind}, found a {manifest.get('kind')!s:.40}")
    check_listed(folder, manifest.get("files", {}), MANIFEST, BadInput)
    return manifest


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def reporting_output_errors(path: Path) -> Iterator[None]:
    """Turn the system's refusals to write `path` into one `OutputFailed` line."""
    try:
        with saying_why(path):
            yield
    except NotWritten as error:
        raise OutputFailed(str(error)) from error


def _refuse_foreign(path: Path, kind: str) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise OutputFailed(f"{path}: is a file, expected the name of a folder for the {kind}")
    if not any(path.iterdir()):
        return
    try:
        found = read_json_object(path / MANIFEST, f"the manifest of a {kind}", BadInput).get("kind")
    except BadInput:
        found = None
    if found != kind:
        raise OutputFailed(f"{path}: holds other files, not a {kind}; name another folder")


def _version() -> str:
    try:
        return metadata.version("stickdance")
    except metadata.PackageNotFoundError:
        return "unknown"
