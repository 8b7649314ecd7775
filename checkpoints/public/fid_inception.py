"""The Inception-v3 of the Frechet Inception Distance, as the whole field computes it.

It is TensorFlow's network of 2015, whose weights pytorch-fid (Seitzer, 2020) publishes for PyTorch.
It differs from torchvision's in four things: averages do not count the padding, the last block
takes a maximum, there are 1008 classes, and pictures are scaled bilinearly without low-pass filter
and brought to -1..1.
"""

import functools

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import inception as torchvision

from stickdance.checkpoints.public.pretrained import read_weights

_SIDE, _CLASSES = 299, 1008


@functools.cache
def fid_inception() -> nn.Module:
    """Return the network up to its last pooling: (n, 3, 299, 299) in -1..1 to (n, 2048).

    Raises:
        WeightsAbsent: the weights are not on this computer.
    """
    network = inception_of_fid()
    network.load_state_dict(read_weights("fid"))
    network.fc = nn.Identity()
    network.eval()
    return network.requires_grad_(False)


def inception_of_fid() -> nn.Module:
    """Return the network with its last layer and without trained weights."""
    blocks = [
        torchvision.BasicConv2d,
        _BlockA,
        torchvision.InceptionB,
        _BlockC,
        torchvision.InceptionD,
        _BlockE,
        torchvision.InceptionAux,
    ]
    network: nn.Module = torchvision.Inception3(
        _CLASSES, aux_logits=False, init_weights=False, inception_blocks=blocks
    )
    network.Mixed_7c = _LastBlock(2048)
    return network


def fid_input(picture: NDArray[np.generic]) -> Tensor:
    """Return a picture (h, w, 3) RGB in 0..255 as the network takes it: (3, 299, 299) float32."""
    values = torch.from_numpy(np.asarray(picture, np.float32).transpose(2, 0, 1).copy())[None] / 255
    square = functional.interpolate(values, (_SIDE, _SIDE), mode="bilinear", align_corners=False)
    return 2 * square[0] - 1


def _average(x: Tensor) -> Tensor:
    return functional.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)


class _BlockA(torchvision.InceptionA):  # type: ignore[misc]
    def _forward(self, x: Tensor) -> list[Tensor]:
        return [*super()._forward(x)[:-1], self.branch_pool(_average(x))]


class _BlockC(torchvision.InceptionC):  # type: ignore[misc]
    def _forward(self, x: Tensor) -> list[Tensor]:
        return [*super()._forward(x)[:-1], self.branch_pool(_average(x))]


class _BlockE(torchvision.InceptionE):  # type: ignore[misc]
    def _forward(self, x: Tensor) -> list[Tensor]:
        return [*super()._forward(x)[:-1], self.branch_pool(_average(x))]


class _LastBlock(torchvision.InceptionE):  # type: ignore[misc]
    def _forward(self, x: Tensor) -> list[Tensor]:
        pooled = functional.max_pool2d(x, 3, stride=1, padding=1)
        return [*super()._forward(x)[:-1], self.branch_pool(pooled)]
