"""Public backbones with their trained weights: fetched once, said plainly when absent.

The files lie where torchvision keeps them (`TORCH_HOME`, by default ~/.cache/torch). Their names
hold the beginning of their SHA-256, which is checked each time before they are read, and they are
read as tensors only. A backbone is never returned with random weights.
"""

import functools
import hashlib
import pickle
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from checkpoints.errors import WeightsAbsent

_PATIENCE_SECONDS = 15.0


@functools.cache
def vgg19() -> nn.Sequential:
    """Return the convolutional part of VGG-19 trained on ImageNet (548 MB, fetched once).

    Raises:
        WeightsAbsent: the weights are not on this computer and cannot be fetched.
    """
    from torchvision.models import VGG19_Weights, vgg19

    return _trained("VGG-19", vgg19(weights=None), VGG19_Weights.IMAGENET1K_V1.url)


@functools.cache
def alexnet() -> nn.Sequential:
    """Return the convolutional part of AlexNet trained on ImageNet (233 MB, fetched once).

    Raises:
        WeightsAbsent: the weights are not on this computer and cannot be fetched.
    """
    from torchvision.models import AlexNet_Weights, alexnet

    return _trained("AlexNet", alexnet(weights=None), AlexNet_Weights.IMAGENET1K_V1.url)


@functools.cache
def vgg16() -> nn.Sequential:
    """Return the convolutional part of VGG-16 trained on ImageNet (528 MB, fetched once).

    Raises:
        WeightsAbsent: the weights are not on this computer and cannot be fetched.
    """
    from torchvision.models import VGG16_Weights, vgg16

    return _trained("VGG-16", vgg16(weights=None), VGG16_Weights.IMAGENET1K_V1.url)


@functools.cache
def squeezenet() -> nn.Sequential:
    """Return the convolutional part of SqueezeNet 1.1 trained on ImageNet (5 MB, fetched once).

    Raises:
        WeightsAbsent: the weights are not on this computer and cannot be fetched.
    """
    from torchvision.models import SqueezeNet1_1_Weights, squeezenet1_1

    return _trained(
        "SqueezeNet", squeezenet1_1(weights=None), SqueezeNet1_1_Weights.IMAGENET1K_V1.url
    )


@functools.cache
def inception() -> nn.Module:
    """Return Inception-v3 trained on ImageNet up to its last pooling (104 MB, fetched once).

    It takes pictures (n, 3, 299, 299) normalised as ImageNet's and gives (n, 2048).

    Raises:
        WeightsAbsent: the weights are not on this computer and cannot be fetched.
    """
    from torchvision.models import Inception_V3_Weights, inception_v3

    weights = _weights("Inception-v3", Inception_V3_Weights.IMAGENET1K_V1.url)
    network: nn.Module = inception_v3(weights=None, init_weights=False, transform_input=True)
    network.load_state_dict(weights)
    network.fc = nn.Identity()
    return network.eval().requires_grad_(False)


def _trained(name: str, network: nn.Module, address: str) -> nn.Sequential:
    network.load_state_dict(_weights(name, address))
    features: nn.Sequential = network.features  # type: ignore[assignment]
    return features.eval().requires_grad_(False)


def _weights(name: str, address: str) -> dict[str, Tensor]:
    import torch

    path = Path(torch.hub.get_dir()) / "checkpoints" / address.rsplit("/", 1)[-1]
    remedy = f"download {address} to {path}"
    if not path.exists():
        with _patience():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                torch.hub.download_url_to_file(address, str(path), _hash_in(path))
            except (OSError, RuntimeError) as error:  # no network, refused, or a wrong hash
                raise WeightsAbsent(
                    f"{name}: its weights are not here and could not be fetched ({error!s:.100}); "
                    f"{remedy}"
                ) from error
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not digest.startswith(_hash_in(path)):
        raise WeightsAbsent(f"{name}: {path} is damaged, its hash is another; {remedy}")
    try:
        weights: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise WeightsAbsent(f"{name}: {path} cannot be read ({error!s:.80}); {remedy}") from error
    return weights


def _hash_in(path: Path) -> str:
    found = re.search(r"-([0-9a-f]{8,})\.pth$", path.name)
    assert found is not None, f"torchvision names its files by hash, not {path.name}"
    return found.group(1)


@contextmanager
def _patience() -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
