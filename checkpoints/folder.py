"""The folder of a trained model: weights, options, card, and whatever else belongs to it.

    manifest.json        kind, format, versions, size and SHA-256 of every file; written last
    weights.safetensors  the tensors, nothing pickled
    options.json         what is needed to build the model again, and how it was trained
    card.md              where it comes from, for people

A folder appears whole or not at all, and readers refuse one without a manifest.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from torch import Tensor

from checkpoints.errors import CheckpointError, NewerFormat, NotWritten
from checkpoints.files import recover, whole_folder
from checkpoints.tensors import read_shapes, read_tensors, same_shapes, write_tensors

FORMAT = 1
MANIFEST = "manifest.json"
WEIGHTS = "weights.safetensors"
OPTIONS = "options.json"
CARD = "card.md"
_LARGEST_TEXT = 16 << 20


@dataclass(frozen=True)
class ModelFolder:
    """A trained model's folder that was found whole; its tensors are not read yet."""

    path: Path
    kind: str
    options: Mapping[str, Any]
    card: str
    manifest: Mapping[str, Any]

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every tensor by name, from the header of the weights."""
        return read_shapes(self.path / WEIGHTS)

    def json(self, name: str) -> dict[str, Any] | None:
        """Return the JSON object in a further file of the folder; None where there is no such file.

        Raises:
            CheckpointError: the file is not a JSON object.
        """
        return _read_json(self.path / name) if name in self.manifest["files"] else None

    def tensors(self, wanted: Mapping[str, tuple[int, ...]] | None = None) -> dict[str, Tensor]:
        """Read the tensors; `wanted` names all that there must be, with their shapes.

        Raises:
            CheckpointError: the weights are cut short, changed, or belong to another model.
        """
        path = self.path / WEIGHTS
        if wanted is not None:
            same_shapes(self.shapes, wanted, path)
        return read_tensors(path)[0]


def save_model(
    folder: Path,
    kind: str,
    tensors: Mapping[str, Tensor],
    options: Mapping[str, Any],
    card: str,
    extras: Callable[[Path], None] | None = None,
) -> Path:
    """Write the folder of a model and return its path; an older one of the same kind is replaced.

    Args:
        folder: the folder to be.
        kind: what it is, e.g. "performer".
        tensors: everything learned, by name.
        options: JSON values.
        card: Markdown.
        extras: called with the unfinished folder to write further files into it.

    Raises:
        NotWritten: no space, no permission, or something else lies at `folder`.
    """
    folder = Path(folder)
    check_place(folder, kind)
    with whole_folder(folder) as temporary:
        write_tensors(temporary / WEIGHTS, tensors, {"kind": kind, "format": FORMAT})
        (temporary / OPTIONS).write_text(_json(options), encoding="utf-8")
        (temporary / CARD).write_text(card, encoding="utf-8")
        if extras is not None:
            extras(temporary)
        (temporary / MANIFEST).write_text(_json(_manifest(temporary, kind)), encoding="utf-8")
    return folder


def load_model(folder: Path, kind: str) -> ModelFolder:
    """Open a folder that `save_model` wrote, after checking kind, format and sizes.

    Raises:
        CheckpointError: no such folder, unfinished, of another kind, or a file missing or cut.
        NewerFormat: a newer version wrote it.
    """
    folder = Path(folder)
    manifest = _read_manifest(folder, kind)
    for name, facts in manifest["files"].items():
        _check_file(folder, name, facts)
    options = _read_json(folder / OPTIONS)
    card = _read_text(folder / CARD)
    return ModelFolder(folder, kind, options, card, manifest)


def check_place(folder: Path, kind: str) -> None:
    """Check that `folder` may become a model's: nothing lies there, or an older one of its kind.

    Raises:
        NotWritten: something else lies there.
        NewerFormat: a newer version wrote it, which is not overwritten.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not folder.is_dir():
        raise NotWritten(f"{folder}: is a file, expected the name of a folder for the {kind}")
    try:
        manifest = _read_json(folder / MANIFEST)
    except CheckpointError:
        manifest = {}
    if manifest.get("kind") != kind:
        raise NotWritten(f"{folder}: holds other files, not a {kind}; name another folder")
    _check_format(folder, manifest)


def verify(folder: Path, kind: str) -> None:
    """Compare every file with its SHA-256 in the manifest, which takes a while.

    Raises:
        CheckpointError: names the file that was changed.
    """
    for name, facts in load_model(folder, kind).manifest["files"].items():
        if _sha256(Path(folder) / name) != facts.get("sha256"):
            raise CheckpointError(f"{Path(folder) / name}: was changed since it was written")


def amend_model(folder: Path, kind: str, texts: Mapping[str, str | bytes]) -> Path:
    """Replace or add small files of a model's folder, whole or not at all; return the folder.

    Args:
        folder: the folder of a model.
        kind: what it is.
        texts: content by file name, e.g. {"card.md": ...}; bytes for what is no text.

    Raises:
        CheckpointError: it is not the folder of such a model.
        NotWritten: no space or no permission.
    """
    model = load_model(folder, kind)
    files = dict(model.manifest["files"])
    with whole_folder(model.path) as temporary:
        for name in files.keys() - texts.keys():
            (temporary / name).parent.mkdir(parents=True, exist_ok=True)
            _link_or_copy(model.path / name, temporary / name)
        for name, text in texts.items():
            content = text if isinstance(text, bytes) else text.encode()
            (temporary / name).write_bytes(content)
            files[name] = _facts(temporary / name)
        manifest = {**model.manifest, "files": files}
        (temporary / MANIFEST).write_text(_json(manifest), encoding="utf-8")
    return model.path


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, target)


def _manifest(folder: Path, kind: str) -> dict[str, Any]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {
        "kind": kind,
        "format": FORMAT,
        "stickdance": _version(),
        "command": " ".join(Path(part).name for part in sys.argv),
        "files": {file.relative_to(folder).as_posix(): _facts(file) for file in files},
    }


def _check_format(folder: Path, manifest: Mapping[str, Any]) -> None:
    version = manifest.get("format")
    if not isinstance(version, int) or version < 1:
        raise CheckpointError(f"{folder / MANIFEST}: format {version!r:.40} is unknown")
    if version > FORMAT:
        raise NewerFormat(
            f"{folder}: was written by a newer version (format {version}, this one reads up to "
            f"{FORMAT}); install stickdance {manifest.get('stickdance')!s:.20} or later"
        )


def _read_manifest(folder: Path, kind: str) -> dict[str, Any]:
    recover(folder)
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise CheckpointError(f"{folder}: expected the folder of a {kind}, found {found} there")
    if not (folder / MANIFEST).exists():
        raise CheckpointError(f"{folder}: has no {MANIFEST}, so it is not a finished {kind}")
    manifest = _read_json(folder / MANIFEST)
    if manifest.get("kind") != kind:
        raise CheckpointError(f"{folder}: expected a {kind}, found a {manifest.get('kind')!s:.40}")
    _check_format(folder, manifest)
    if not isinstance(manifest.get("files"), dict):
        raise CheckpointError(f"{folder / MANIFEST}: does not list the folder's files")
    for needed in (WEIGHTS, OPTIONS, CARD):
        if needed not in manifest["files"]:
            raise CheckpointError(f"{folder / MANIFEST}: does not list {needed}")
    return manifest


def _check_file(folder: Path, name: str, facts: Any) -> None:
    file = folder / name
    if not file.resolve().is_relative_to(folder.resolve()):
        raise CheckpointError(f"{folder / MANIFEST}: names {name!r:.60}, outside the folder")
    if not file.is_file():
        raise CheckpointError(f"{file}: is missing; train or copy the {folder.name} again")
    expected = facts.get("bytes") if isinstance(facts, dict) else None
    if file.stat().st_size != expected:
        raise CheckpointError(
            f"{file}: has {file.stat().st_size} bytes, expected {expected}; it was cut short or "
            "changed, train or copy it again"
        )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(_read_text(path))
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path}: cannot be read as JSON ({error!s:.80})") from None
    if not isinstance(values, dict):
        raise CheckpointError(f"{path}: expected a JSON object, found {type(values).__name__}")
    return values


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_TEXT:
            raise CheckpointError(f"{path}: is larger than {_LARGEST_TEXT >> 20} MiB")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{path}: cannot be read ({error!s:.80})") from None


def _facts(file: Path) -> dict[str, Any]:
    return {"bytes": file.stat().st_size, "sha256": _sha256(file)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def _version() -> str:
    try:
        return metadata.version("stickdance")
    except metadata.PackageNotFoundError:
        return "unknown"
