"""Reading a whole network from a file without letting the file run anything.

Such a file names the classes that it is built of. torch's restricted reader builds only classes on
a list; the list is made here: layers of torch and torchvision, openpifpaf's own networks and the
descriptions of its heads, and plain arrays. A file that names anything else is refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.checkpoints.errors import BadInput

_HOMES = ("torch.nn.modules.", "torchvision.models.", "torchvision.ops.")
_PLAIN = {"set", "builtins.set", "__builtin__.set"}
_ARRAYS = {
    "numpy.core.multiarray._reconstruct",
    "numpy._core.multiarray._reconstruct",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray.scalar",
    "numpy.ndarray",
    "numpy.dtype",
}


@contextmanager
def trusted_classes(file: Path, library: Any) -> Iterator[None]:
    """Let torch's restricted reader build what `file` names, as long as a network is made of it.

    Args:
        file: a checkpoint that `torch.save` wrote.
        library: the package whose networks may be in it, `openpifpaf`.

    Raises:
        BadInput: no such file of torch's, or one that names anything else.
    """
    import torch

    try:
        named = torch.serialization.get_unsafe_globals_in_checkpoint(str(file))
    except Exception as error:  # torch raises many kinds for what is no file of its own
        raise BadInput(f"{file}: is no checkpoint of torch ({error!s:.120})") from None
    allowed = [_allowed(name, file, library.__name__) for name in named]
    with torch.serialization.safe_globals([*allowed, set, *_number_types()]):
        yield


def _allowed(name: str, file: Path, library: str) -> Any:
    if name in _PLAIN:
        return set
    if name in _ARRAYS or name.startswith((*_HOMES, f"{library}.")):
        found = _found(name)
        if name in _ARRAYS or _makes_networks(found, library):
            return found
    raise BadInput(f"{file}: asks for {name[:80]}, of which no network is made; it is not loaded")


def _found(name: str) -> Any:
    module, _, title = name.rpartition(".")
    try:
        return getattr(import_module(module), title)
    except (ImportError, AttributeError):
        return None


def _makes_networks(found: Any, library: str) -> bool:
    """Tell whether something is a class of layers, or a description of a network's output."""
    import torch

    if not isinstance(found, type):
        return False
    description = is_dataclass(found) and found.__module__ == f"{library}.headmeta"
    return issubclass(found, torch.nn.Module) or description


def _number_types() -> list[type]:
    return [type(np.dtype(kind)) for kind in (np.float64, np.float32, np.int64, np.int32)]
