"""Weights that others published as .pth files, read as numbers alone.

Such a file is a pickle, which may run anything when it is opened the usual way; here only tensors
and plain values are read (`weights_only=True`), and anything else is refused.
"""

import pickle
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from stickdance.checkpoints.errors import BadInput

Network = TypeVar("Network", bound=nn.Module)


def published_weights(path: Path) -> Mapping[str, Tensor]:
    """Return the tensors of a file by their names; a leading "module." is left out.

    Raises:
        BadInput: no such file, or it holds something else than tensors.
    """
    if not Path(path).is_file():
        raise BadInput(f"{path}: no such file of weights (.pth)")
    try:
        with warnings.catch_warnings(action="ignore"):  # of pickles of another protocol
            found = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, OSError, EOFError, ValueError, KeyError, pickle.UnpicklingError):
        raise BadInput(
            f"{path}: is damaged, or holds more than tensors, which is not opened; expected a "
            "state_dict saved by torch.save"
        ) from None
    found = found.get("state_dict", found) if isinstance(found, Mapping) else found
    if not isinstance(found, Mapping) or not all(isinstance(v, Tensor) for v in found.values()):
        raise BadInput(f"{path}: expected tensors by name, as state_dict() gives them")
    return {str(name).removeprefix("module."): value for name, value in found.items()}


def fitting(network: Network, weights: Mapping[str, Tensor], path: Path) -> Network:
    """Return the network with these weights.

    Raises:
        BadInput: they are not those of such a network; says which is missing or of another shape.
    """
    wanted = network.state_dict()
    for name, value in wanted.items():
        if name not in weights:
            raise BadInput(f"{path}: expected weights of {type(network).__name__}, lacks {name}")
        if weights[name].shape != value.shape:
            raise BadInput(
                f"{path}: {name} is {tuple(weights[name].shape)}, expected {tuple(value.shape)}"
            )
    network.load_state_dict({name: weights[name] for name in wanted})
    return network
