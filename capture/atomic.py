"""Results appear whole or not at all: temporary name, flush, fsync, rename.

A folder result is built beside its place as `.NAME.partial/`, its `manifest.json` (kind, sizes,
SHA-256, versions, options) written last, then renamed; readers refuse a folder without one.
"""

import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from capture.errors import BadInput, OutputFailed
from checkpoints.json_reader import read_json_object
from checkpoints.listed_files import check_listed

MANIFEST = "manifest.json"

_REFUSALS = {
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.EDQUOT, errno.ENAMETOOLONG),
    *(errno.ENOTDIR, errno.EEXIST),  # a file where a folder would have to be
}


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder that takes the name `path` when the block ends well.

    The temporary name keeps the suffix, so that programs which look at it still write their format.

    Raises:
        OutputFailed: there is no space, no permission, or `path` is a folder.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.partial{path.suffix}")
    with reporting_output_errors(path):
        if path.is_dir():
            raise OutputFailed(f"{path}: is a folder, expected a file name; name a file in it")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            _sync(temporary)
            os.replace(temporary, path)
            _sync(path.parent)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path, kind: str, about: Mapping[str, Any]) -> Iterator[Path]:
    """Give a temporary folder that becomes `path` when the block ends well.

    Args:
        path: the folder to be; an older result of the same kind there is replaced.
        kind: what it is, e.g. "take" or "dance".
        about: JSON values to keep in the manifest: options, hashes of inputs, seed.

    Raises:
        OutputFailed: no space, no permission, or `path` exists and is not a result of this kind.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with reporting_output_errors(path):
        _refuse_foreign(path, kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        try:
            yield temporary
            write_manifest(temporary, kind, about)
            _swap(temporary, path)
        except OutputFailed as error:  # people know the folder by its own name
            raise OutputFailed(str(error).replace(str(temporary), str(path))) from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def write_manifest(folder: Path, kind: str, about: Mapping[str, Any]) -> None:
    """Write `manifest.json` over the files that lie in `folder`, each synced to the disk."""
    files = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != MANIFEST:
            _sync(file)
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
    target.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    _sync(target)


def read_manifest(folder: Path, kind: str) -> dict[str, Any]:
    """Return the manifest of a finished result folder after checking kind and file sizes.

    Raises:
        BadInput: no such folder, not finished, another kind, or a file is missing or cut short.
    """
    folder = Path(folder)
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
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise OutputFailed(
                f"{path}: no space left on the disk; free some and repeat"
            ) from error
        if error.errno in _REFUSALS:
            raise OutputFailed(f"{path}: cannot be written ({error.strerror})") from error
        raise


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


def _swap(temporary: Path, path: Path) -> None:
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    if path.exists():
        os.replace(path, old)
    os.replace(temporary, path)
    _sync(path.parent)
    shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:  # some file systems cannot sync a folder
        if error.errno not in (errno.EINVAL, errno.EBADF):
            raise
    finally:
        os.close(handle)


def _version() -> str:
    try:
        return metadata.version("stickdance")
    except metadata.PackageNotFoundError:
        return "unknown"
