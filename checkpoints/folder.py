"""The folder of a trained model: weights, options, card, and whatever else belongs to it.

    manifest.json        kind, format, versions, size and SHA-256 of every file; written last
    weights.safetensors  the tensors, nothing pickled
    options.json         what is needed to build the model again, and how it was trained
    card.md              where it comes from, for people

A folder appears whole or not at all. Readers refuse one without a manifest, a file whose SHA-256
is another, and weights that are no numbers.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from stickdance.checkpoints.errors import BadInput, NewerFormat
from stickdance.checkpoints.files import whole_folder
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.manifest import (
    MANIFEST,
    add_to_result,
    check_files,
    check_place,
    manifest_of,
    write_manifest,
)
from stickdance.checkpoints.reading import read_text
from stickdance.checkpoints.tensors import (
    check_finite,
    read_shapes,
    read_tensors,
    same_shapes,
    write_tensors,
)

FORMAT = 1
WEIGHTS = "weights.safetensors"
OPTIONS = "options.json"
CARD = "card.md"


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
            BadInput: the file is not a JSON object.
        """
        if name not in self.manifest["files"]:
            return None
        return read_json_object(self.path / name, f"a file of a {self.kind}", nan=True)

    def tensors(
        self,
        wanted: Mapping[str, tuple[int, ...]] | None = None,
        may_lack: Collection[str] = (),
    ) -> dict[str, Tensor]:
        """Read the tensors.

        Args:
            wanted: all that there must be, with their shapes; None: whatever is there.
            may_lack: names of those that may hold NaN, for values that are missing.

        Raises:
            BadInput: the weights are cut short, changed, belong to another model, or one is
                infinite or no number.
        """
        path = self.path / WEIGHTS
        if wanted is not None:
            same_shapes(self.shapes, wanted, path)
        tensors = read_tensors(path)[0]
        check_finite(tensors, path, may_lack)
        return tensors


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
        OutputFailed: no space, no permission, or something else lies at `folder`.
    """
    folder = Path(folder)
    check_model_place(folder, kind)
    with whole_folder(folder) as temporary:
        write_tensors(temporary / WEIGHTS, tensors, {"kind": kind, "format": FORMAT})
        (temporary / OPTIONS).write_text(_json(options), encoding="utf-8")
        (temporary / CARD).write_text(card, encoding="utf-8")
        if extras is not None:
            extras(temporary)
        write_manifest(temporary, kind, {"format": FORMAT})
    return folder


def load_model(folder: Path, kind: str) -> ModelFolder:
    """Open a folder that `save_model` wrote, after checking kind, format, sizes and hashes.

    Raises:
        BadInput: no such folder, unfinished, of another kind, or a file missing or changed.
        NewerFormat: a newer version wrote it.
    """
    folder = Path(folder)
    manifest = manifest_of(folder, kind)
    _check_format(folder, manifest)
    check_files(folder, manifest, content=True)
    for needed in (WEIGHTS, OPTIONS, CARD):
        if needed not in manifest["files"]:
            raise BadInput(f"{folder / MANIFEST}: does not list {needed}")
    options = read_json_object(folder / OPTIONS, f"the options of a {kind}", nan=True)
    card = read_text(folder / CARD, f"the card of a {kind}")
    return ModelFolder(folder, kind, options, card, manifest)


def check_model_place(folder: Path, kind: str) -> None:
    """Check that `folder` may become a model's: nothing lies there, or an older one of its kind.

    Raises:
        OutputFailed: something else lies there.
        NewerFormat: a newer version wrote it, which is not overwritten.
    """
    manifest = check_place(folder, kind)
    if manifest:
        _check_format(folder, manifest)


def amend_model(folder: Path, kind: str, texts: Mapping[str, str | bytes]) -> Path:
    """Replace or add small files of a model's folder, whole or not at all; return the folder.

    Args:
        folder: the folder of a model.
        kind: what it is.
        texts: content by file name, e.g. {"card.md": ...}; bytes for what is no text.

    Raises:
        BadInput: it is not the folder of such a model.
        OutputFailed: no space or no permission.
    """
    model = load_model(folder, kind)
    add_to_result(model.path, kind, texts)
    return model.path


def _check_format(folder: Path, manifest: Mapping[str, Any]) -> None:
    version = manifest.get("format")
    if not isinstance(version, int) or version < 1:
        raise BadInput(f"{folder / MANIFEST}: format {version!r:.40} is unknown")
    if version > FORMAT:
        raise NewerFormat(
            f"{folder}: was written by a newer version (format {version}, this one reads up to "
            f"{FORMAT}); install stickdance {manifest.get('stickdance')!s:.20} or later"
        )


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"
