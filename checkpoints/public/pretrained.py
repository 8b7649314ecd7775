"""Public backbones with their trained weights, where these are on this computer.

Nothing is fetched here: `stickdance models get` does that. The weights' digest is compared each
time before they are read, and they are read as tensors only. A backbone is never returned with
random weights.
"""

import functools
import pickle
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.public.public_weights import PUBLIC_WEIGHTS

IMAGENET_MEAN, IMAGENET_SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of the colours 0..1 of the pictures that all of them were trained on."""
_SIDE = 299  # of the pictures that Inception-v3 was trained on


@functools.cache
def backbone(name: str) -> nn.Sequential:
    """Return the convolutional part of a network trained on ImageNet.

    Args:
        name: of its weights: "alexnet", "squeezenet" (1.1), "vgg16" or "vgg19".

    Raises:
        WeightsAbsent: the weights are not on this computer.
    """
    from torchvision.models import get_model

    weights = read_weights(name)
    network = get_model("squeezenet1_1" if name == "squeezenet" else name, weights=None)
    network.load_state_dict(weights)
    features: nn.Sequential = network.features
    return features.eval().requires_grad_(False)


@functools.cache
def inception() -> nn.Module:
    """Return Inception-v3 trained on ImageNet up to its last pooling.

    It takes pictures (n, 3, 299, 299) normalised as ImageNet's and gives (n, 2048).

    Raises:
        WeightsAbsent: the weights are not on this computer.
    """
    from torchvision.models import inception_v3

    weights = read_weights("inception")
    network: nn.Module = inception_v3(weights=None, init_weights=False, transform_input=True)
    network.load_state_dict(weights)
    network.fc = nn.Identity()
    return network.eval().requires_grad_(False)


def inception_input(picture: NDArray[Any]) -> Tensor:
    """Return a picture (h, w, 3) RGB as `inception` takes it: (3, 299, 299) float32.

    It is scaled by area averaging where that makes it smaller, else bicubically.
    """
    import torch

    method = cv2.INTER_AREA if min(picture.shape[:2]) > _SIDE else cv2.INTER_CUBIC
    square = cv2.resize(picture, (_SIDE, _SIDE), interpolation=method)
    values = (square / 255 - np.array(IMAGENET_MEAN)) / np.array(IMAGENET_SPREAD)
    return torch.from_numpy(values.astype(np.float32).transpose(2, 0, 1).copy())


def read_weights(name: str) -> dict[str, Tensor]:
    """Return the tensors of public weights that are a file of PyTorch; nothing else is unpickled.

    Raises:
        WeightsAbsent: they are not on this computer, or damaged.
    """
    import torch

    public = PUBLIC_WEIGHTS[name]
    path = public.checked()
    try:
        weights: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise WeightsAbsent(f"{public.title}: {path} cannot be read ({error!s:.80})") from error
    return weights
