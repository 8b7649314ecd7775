"""Networks in training and their optimisers, as named tensors and back."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from stickdance.checkpoints.reading import reason

Trained = Mapping[str, tuple[nn.Module, torch.optim.Optimizer]]
"""Networks by name, each with its optimiser."""


def shapes_of(build: Callable[[], nn.Module]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a network's weights and buffers by name, without allocating them.

    Numbers out of a file may ask for any size; what they ask for is compared with the weights that
    lie beside them before the network is built.

    Raises:
        ValueError: it would be larger than any network.
    """
    try:
        with torch.device("meta"):
            network = build()
    except (RuntimeError, OverflowError, TypeError) as error:
        raise ValueError(f"no network can be built so ({reason(error):.60})") from error
    return {name: tuple(value.shape) for name, value in network.state_dict().items()}


def training_tensors(parts: Trained) -> dict[str, Tensor]:
    """Return weights, buffers and the optimisers' moments by name, for `save_state`."""
    out: dict[str, Tensor] = {}
    for part, (network, optimiser) in parts.items():
        out |= {f"{part}.{name}": value for name, value in network.state_dict().items()}
        for place, moments in optimiser.state_dict()["state"].items():
            for name, value in moments.items():
                out[f"{part}_optimiser.{place}.{name}"] = torch.as_tensor(value)
    return out


def load_training_tensors(parts: Trained, tensors: Mapping[str, Tensor]) -> None:
    """Carry on from what `training_tensors` gave.

    Raises:
        KeyError, RuntimeError: they belong to other networks.
    """
    for part, (network, optimiser) in parts.items():
        network.load_state_dict(tensors_under(tensors, f"{part}."))
        moments: dict[int, dict[str, Tensor]] = {}
        for key, value in tensors_under(tensors, f"{part}_optimiser.").items():
            place, name = key.split(".", 1)
            moments.setdefault(int(place), {})[name] = value
        groups = optimiser.state_dict()["param_groups"]
        optimiser.load_state_dict({"state": moments, "param_groups": groups})


def tensors_under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the tensors whose names begin with `prefix`, without it."""
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
