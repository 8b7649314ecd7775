"""What a result folder says of itself, and that it is whole.

`manifest.json` holds the kind, what its maker tells of it, and every file's size and SHA-256. It is
written last; readers refuse a folder without one.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput, OutputFailed, saying_why
from stickdance.checkpoints.files import recover, sha256, sync, whole_folder
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.made_by import made_by
from stickdance.checkpoints.reading import refusing

MANIFEST = "manifest.json"
_WRITTEN_ANEW = ("kind", "files")


@contextmanager
def result_folder(path: Path, kind: str, about: Mapping[str, Any]) -> Iterator[Path]:
    """Give a temporary folder that becomes `path`, with a manifest, when the block ends well.

    Args:
        path: the folder to be; an older result of the same kind there is replaced.
        kind: what it is, e.g. "take" or "dance".
        about: JSON values to keep in the manifest: options, hashes of inputs, seed.

    Raises:
        OutputFailed: no space, no permission, or `path` exists and is not a result of this kind.
        InUse: another process is writing it.
    """
    path = Path(path)
    with saying_why(path):
        check_place(path, kind)
        with whole_folder(path) as temporary:
            try:
                yield temporary
                write_manifest(temporary, kind, about)
            except OutputFailed as error:  # people know the folder by its own name
                raise OutputFailed(str(error).replace(str(temporary), str(path))) from error


def check_place(folder: Path, kind: str) -> dict[str, Any]:
    """Check that a result may be written at `folder`; return the manifest of the older one there.

    Raises:
        OutputFailed: something else than an older result of this kind lies there.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return {}
    if not folder.is_dir():
        raise OutputFailed(f"{folder}: is a file, expected the name of a folder for the {kind}")
    try:
        manifest = read_json_object(folder / MANIFEST, f"the manifest of a {kind}")
    except BadInput:
        manifest = {}
    if manifest.get("kind") != kind:
        raise OutputFailed(f"{folder}: holds other files, not a {kind}; name another folder")
    return manifest


def write_manifest(
    folder: Path,
    kind: str,
    about: Mapping[str, Any],
    known: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Write `manifest.json` over the files that lie in `folder`, each synced to the disk.

    Args:
        folder: where they lie.
        kind: what the folder is.
        about: further JSON values of the manifest.
        known: the facts of files that need not be read again, by name.
    """
    files = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != MANIFEST:
            sync(file)
            name = file.relative_to(folder).as_posix()
            files[name] = (known or {}).get(name) or _facts(file)
    manifest = {
        "kind": kind,
        "stickdance": version(),
        "command": " ".join(Path(part).name for part in sys.argv),
        **made_by(),
        **about,
        "files": files,
    }
    target = folder / MANIFEST
    # No reader takes a manifest with NaN: better that the older folder stays.
    text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
    target.write_text(text + "\n", encoding="utf-8")
    sync(target)


def add_to_result(folder: Path, kind: str, texts: Mapping[str, str | bytes]) -> None:
    """Add small files to a finished result, or replace those it has; the others stay unread.

    It is whole at every moment: a new folder, in which the large files are the same ones by another
    name, takes its place.

    Args:
        folder: the result.
        kind: what it is.
        texts: content by file name; bytes for what is no text.

    Raises:
        BadInput: it is no finished result of this kind, or a file is missing.
        OutputFailed: no space or no permission.
        InUse: another process is writing it.
    """
    folder = Path(folder)
    manifest = read_manifest(folder, kind)
    about = {name: value for name, value in manifest.items() if name not in _WRITTEN_ANEW}
    known = {name: facts for name, facts in manifest["files"].items() if name not in texts}
    with whole_folder(folder) as temporary:
        for file in sorted(folder.rglob("*")):  # those that no manifest knows as well
            name = file.relative_to(folder)
            if file.is_dir():
                (temporary / name).mkdir(exist_ok=True)
            elif name.as_posix() not in (*texts, MANIFEST):
                _link_or_copy(file, temporary / name)
        for each, text in texts.items():
            content = text if isinstance(text, bytes) else text.encode()
            (temporary / each).write_bytes(content)
        write_manifest(temporary, kind, about, known)


def read_manifest(folder: Path, kind: str, content: bool = False) -> dict[str, Any]:
    """Return the manifest of a finished result folder after checking its kind and files.

    Args:
        folder: the result.
        kind: what it should be.
        content: compare the files' contents too, by SHA-256 (about 1 ms a megabyte).

    Raises:
        BadInput: no such folder, not finished, another kind, or a file is missing, cut short or,
            where contents are compared, changed.
    """
    manifest = manifest_of(folder, kind)
    check_files(folder, manifest, content)
    return manifest


def manifest_of(folder: Path, kind: str) -> dict[str, Any]:
    """Return the manifest of a finished result folder without a look at its files.

    Raises:
        BadInput: no such folder, not finished, or another kind.
    """
    folder = Path(folder)
    recover(folder)
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise BadInput(f"{folder}: expected the folder of a {kind}, found {found} there")
    if not (folder / MANIFEST).exists():
        raise BadInput(f"{folder}: has no {MANIFEST}, so it is not a finished {kind}")
    manifest = read_json_object(folder / MANIFEST, f"the manifest of a {kind}")
    if manifest.get("kind") != kind:
        raise BadInput(f"{folder}: expected a {kind}, found a {manifest.get('kind')!s:.40}")
    return manifest


def check_files(folder: Path, manifest: Mapping[str, Any], content: bool = False) -> None:
    """Check the files of a folder against its manifest; arguments are those of `read_manifest`.

    Raises:
        BadInput: a file is missing, cut short, outside the folder or, where asked, changed.
    """
    where, files = folder / MANIFEST, manifest.get("files")
    if not isinstance(files, Mapping) or not all(isinstance(each, dict) for each in files.values()):
        raise BadInput(f"{where}: its list of files is damaged; make the folder again")
    for name, facts in files.items():
        with refusing(where, "a manifest of files"):  # names that no file can have
            _check_file(_inside(folder, name), facts, content)


def _inside(folder: Path, name: str) -> Path:
    file = folder / name
    if not file.resolve().is_relative_to(folder.resolve()):
        raise BadInput(f"{folder / MANIFEST}: names {name!r:.60}, which lies outside the folder")
    if not file.is_file():
        raise BadInput(f"{file}: is missing, though {MANIFEST} lists it; make the folder again")
    return file


def _check_file(file: Path, facts: Mapping[str, Any], content: bool) -> None:
    size = file.stat().st_size
    if size != facts.get("bytes"):
        raise BadInput(
            f"{file}: has {size} bytes where {MANIFEST} says {facts.get('bytes')!s:.20}; "
            "it was cut short or changed, make the folder again"
        )
    if content and sha256(file) != facts.get("sha256"):
        raise BadInput(
            f"{file}: was changed since it was written (its SHA-256 is another); make or copy the "
            "folder again"
        )


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, target)


def _facts(file: Path) -> dict[str, Any]:
    return {"bytes": file.stat().st_size, "sha256": sha256(file)}


def version() -> str:
    """Return the version of stickdance, "unknown" where it is not installed."""
    try:
        return metadata.version("stickdance")
    except metadata.PackageNotFoundError:
        return "unknown"
