"""Public backbones with their trained weights: fetched once, said plainly when absent.

torchvision keeps the files (`TORCH_HOME`, by default ~/.cache/torch) and checks the hash in their
names. A backbone is never returned with random weights.
"""

import functools
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn

from checkpoints.errors import WeightsAbsent

_PATIENCE_SECONDS = 15.0


@functools.cache
def vgg19() -> nn.Sequential:
    """Return the convolutional part of VGG-19 trained on ImageNet (548 MB, fetched once).

    Raises:
        WeightsAbsent: the weights are not on this computer and cannot be fetched.
    """
    from torchvision.models import VGG19_Weights, vgg19

    weights = VGG19_Weights.IMAGENET1K_V1
    with _fetching("VGG-19", weights.url):
        return vgg19(weights=weights).features.eval().requires_grad_(False)


@functools.cache
def alexnet() -> nn.Sequential:
    """Return the convolutional part of AlexNet trained on ImageNet (233 MB, fetched once).

    Raises:
        WeightsAbsent: the weights are not on this computer and cannot be fetched.
    """
    from torchvision.models import AlexNet_Weights, alexnet

    weights = AlexNet_Weights.IMAGENET1K_V1
    with _fetching("AlexNet", weights.url):
        return alexnet(weights=weights).features.eval().requires_grad_(False)


@contextmanager
def _fetching(name: str, address: str) -> Iterator[None]:
    import torch

    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE_SECONDS)
    try:
        yield
    except (OSError, RuntimeError, EOFError) as error:  # no network, refused, or a wrong hash
        file = address.rsplit("/", 1)[-1]
        raise WeightsAbsent(
            f"{name}: its weights are not here and could not be fetched ({error!s:.100}); "
            f"download {address} to {torch.hub.get_dir()}/checkpoints/{file}"
        ) from error
    finally:
        socket.setdefaulttimeout(before)
