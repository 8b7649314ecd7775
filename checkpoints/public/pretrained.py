"""Public backbones with their trained weights, where these are on this computer.

Nothing is fetched here: `stickdance models get` does that. The weights' digest is compared each
time before they are read, and they are read as tensors only. A backbone is never returned with
random weights.
"""

import functools
import pickle
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.public.public_weights import PUBLIC_WEIGHTS


@functools.cache
def vgg19() -> nn.Sequential:
    """Return the convolutional part of VGG-19 trained on ImageNet.

    Raises:
        WeightsAbsent: the weights are not on this computer.
    """
    from torchvision.models import vgg19

    return _trained("vgg19", vgg19)


@functools.cache
def alexnet() -> nn.Sequential:
    """Return the convolutional part of AlexNet trained on ImageNet.

    Raises:
        WeightsAbsent: the weights are not on this computer.
    """
    from torchvision.models import alexnet

    return _trained("alexnet", alexnet)


@functools.cache
def vgg16() -> nn.Sequential:
    """Return the convolutional part of VGG-16 trained on ImageNet.

    Raises:
        WeightsAbsent: the weights are not on this computer.
    """
    from torchvision.models import vgg16

    return _trained("vgg16", vgg16)


@functools.cache
def squeezenet() -> nn.Sequential:
    """Return the convolutional part of SqueezeNet 1.1 trained on ImageNet.

    Raises:
        WeightsAbsent: the weights are not on this computer.
    """
    from torchvision.models import squeezenet1_1

    return _trained("squeezenet", squeezenet1_1)


@functools.cache
def inception() -> nn.Module:
    """Return Inception-v3 trained on ImageNet up to its last pooling.

    It takes pictures (n, 3, 299, 299) normalised as ImageNet's and gives (n, 2048).

    Raises:
        WeightsAbsent: the weights are not on this computer.
    """
    from torchvision.models import inception_v3

    weights = _weights("inception")
    network: nn.Module = inception_v3(weights=None, init_weights=False, transform_input=True)
    network.load_state_dict(weights)
    network.fc = nn.Identity()
    return network.eval().requires_grad_(False)


def _trained(name: str, build: Callable[..., nn.Module]) -> nn.Sequential:
    weights = _weights(name)
    network = build(weights=None)
    network.load_state_dict(weights)
    features: nn.Sequential = network.features  # type: ignore[assignment]
    return features.eval().requires_grad_(False)


def _weights(name: str) -> dict[str, Tensor]:
    import torch

    public = PUBLIC_WEIGHTS[name]
    path = public.checked()
    try:
        weights: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise WeightsAbsent(f"{public.title}: {path} cannot be read ({error!s:.80})") from error
    return weights
