"""Named tensors in a safetensors file, with a JSON object in its header.

The header's rules are checked before anything is allocated: its length first, then that the
tensors fill the rest of the file without gap or overlap (safetensors itself sees to the latter).
Source: the format's description, huggingface/safetensors.
"""

import errno
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import parse_json
from stickdance.checkpoints.reading import check_ordinary, refusing

_LARGEST_HEADER = 100_000_000  # as in safetensors
_DISK_FULL = "os error 28"


def write_tensors(path: Path, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
    """Write tensors and a JSON object; the caller sees to an atomic name and to words for errors.

    Raises:
        OSError: there is no space or no permission.
    """
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    path.touch()
    mode = path.stat().st_mode & 0o777  # safetensors would leave it to its owner alone
    try:
        save_file(plain, path, metadata={"about": json.dumps(about, ensure_ascii=False)})
    except SafetensorError as error:
        if _DISK_FULL not in str(error):
            raise
        raise OSError(errno.ENOSPC, "No space left on device") from error
    path.chmod(mode)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return the tensors (on the CPU) and the JSON object of a file that `write_tensors` wrote.

    Raises:
        BadInput: the file is absent, cut short or not such a file.
    """
    check_header(path)
    with _reading(path), safe_open(path, framework="pt") as file:
        told = (file.metadata() or {}).get("about", "{}")
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    about = parse_json(told, f"{path}: its header", "an object", nan=True)
    if not isinstance(about, dict):
        raise BadInput(f"{path}: its header holds {type(about).__name__}, not an object")
    return tensors, about


def read_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor in a file without reading the tensors.

    Raises:
        BadInput: the file is absent, cut short or not such a file.
    """
    check_header(path)
    with _reading(path), safe_open(path, framework="pt") as file:
        return {
            name: tuple(file.get_slice(name).get_shape())
            for name in file.keys()  # noqa: SIM118
        }


def check_header(path: Path) -> None:
    """Check that a file can be safetensors by its first bytes and its size.

    Raises:
        BadInput: it is absent, a folder, or its header does not fit into it.
    """
    check_ordinary(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            start = file.read(1)
    except FileNotFoundError:
        raise BadInput(f"{path}: is missing") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    if size < 10 or start != b"{" or length > _LARGEST_HEADER:
        raise BadInput(f"{path}: is no safetensors file ({size} bytes)")
    if length + 8 > size:
        raise BadInput(f"{path}: was cut short: {size} bytes, its header needs {length + 8}")


def check_finite(tensors: Mapping[str, Tensor], path: Path, may_lack: Collection[str] = ()) -> None:
    """Check that tensors hold numbers.

    Args:
        tensors: by name.
        path: the file that they were read from.
        may_lack: names of those that may hold NaN too.

    Raises:
        BadInput: names the first one that holds NaN or infinity.
    """
    for name, tensor in tensors.items():
        if not tensor.is_floating_point():
            continue
        fits = torch.isfinite(tensor)
        if name in may_lack:
            fits |= torch.isnan(tensor)
        if not fits.all():
            raise BadInput(
                f"{path}: {name:.60} holds {int((~fits).sum())} values that are infinite or no "
                "number; train or copy it again"
            )


def same_shapes(
    found: Mapping[str, tuple[int, ...]], wanted: Mapping[str, tuple[int, ...]], path: Path
) -> None:
    """Check that a file holds exactly the tensors wanted.

    Raises:
        BadInput: names the first tensor that is missing, not wanted or of another shape.
    """
    if missing := sorted(wanted.keys() - found.keys()):
        raise BadInput(
            f"{path}: lacks {len(missing)} tensors, {missing[0]!r} first; "
            "it belongs to another model"
        )
    if foreign := sorted(found.keys() - wanted.keys()):
        raise BadInput(
            f"{path}: holds {len(foreign)} foreign tensors, {foreign[0]!r:.60} first; "
            "it belongs to another model"
        )
    for name, shape in wanted.items():
        if tuple(found[name]) != tuple(shape):
            raise BadInput(
                f"{path}: {name!r} has shape {tuple(found[name])}, expected {tuple(shape)}; "
                "it belongs to another model"
            )


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        with refusing(path, "safetensors"):
            yield
    except SafetensorError as error:
        raise BadInput(f"{path}: cannot be read as safetensors ({error!s:.120})") from None
