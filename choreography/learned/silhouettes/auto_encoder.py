"""The auto-encoder of silhouettes: four levels of convolution and pooling to 128 numbers, and back.

54x96 -> 27x48 -> 14x24 -> 7x12 -> 4x6 of 32 channels -> 128 numbers, which lie between -1 and 1.
The first level puts four pixels into four channels and the last takes them out again, which costs a
third of convolutions over all pixels. While it learns, the numbers are disturbed a little: numbers
nearby then have to decode to the same picture, so that a network's small errors stay small in the
picture.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

CODE = 128
_SIZES = ((27, 48), (14, 24), (7, 12), (4, 6))
_FOLDED = 4  # pixels of a square of 2x2
_CHANNELS = (16, 32, 32, 32)
_DEEPEST = 32 * 4 * 6
_AT_ONCE = 256  # pictures that are encoded together
_LEAST_SPREAD = 0.02  # of vectors between -1 and 1: what hardly varies is not blown up


class SilhouetteAutoEncoder(nn.Module):
    """Silhouettes (pictures, 54, 96), 0..1 -> vectors (pictures, 128) -> silhouettes."""

    def __init__(self) -> None:
        super().__init__()
        down = zip((_FOLDED, *_CHANNELS[:-1]), _CHANNELS, strict=True)
        self.down = nn.ModuleList(_convolution(a, b) for a, b in down)
        # Normalised, the numbers are used from the first step on, and noise does not drown them.
        self.to_code = nn.Sequential(nn.Linear(_DEEPEST, CODE), nn.BatchNorm1d(CODE))
        self.from_code = nn.Linear(CODE, _DEEPEST)
        up = zip(_CHANNELS[::-1], (*_CHANNELS[-2::-1], _CHANNELS[0]), strict=True)
        self.up = nn.ModuleList(_convolution(a, b) for a, b in up)
        self.last = nn.Conv2d(_CHANNELS[0], _FOLDED, 3, padding=1)

    def encode(self, pictures: Tensor) -> Tensor:
        """Return vectors (pictures, 128) between -1 and 1."""
        layer = functional.pixel_unshuffle(pictures[:, None] * 2 - 1, 2)
        for level, convolution in enumerate(self.down):
            if level > 0:
                layer = functional.max_pool2d(layer, 2, ceil_mode=True)
            layer = functional.relu(convolution(layer))
        return torch.tanh(self.to_code(layer.flatten(1)))

    def logits(self, vectors: Tensor) -> Tensor:
        """Return what becomes silhouettes (pictures, 54, 96) by a sigmoid."""
        layer = functional.relu(self.from_code(vectors)).unflatten(1, (32, *_SIZES[-1]))
        for convolution, size in zip(self.up, _SIZES[::-1], strict=True):
            layer = functional.relu(convolution(functional.interpolate(layer, size)))
        return functional.pixel_shuffle(self.last(layer), 2)[:, 0]

    def decode(self, vectors: Tensor) -> Tensor:
        """Return silhouettes (pictures, 54, 96), 0..1."""
        return torch.sigmoid(self.logits(vectors))


def _convolution(channels: int, to: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels, to, 3, padding=1, bias=False), nn.BatchNorm2d(to))


def as_shares(pictures: np.ndarray) -> Tensor:
    """Return uint8 silhouettes as float32, 0..1."""
    return torch.from_numpy(pictures).float() / 255


@torch.no_grad()
def encoded(auto_encoder: SilhouetteAutoEncoder, pictures: np.ndarray) -> Tensor:
    """Return the vectors (pictures, 128) of uint8 silhouettes, without learning from them."""
    was_training = auto_encoder.training
    auto_encoder.eval()
    parts = [pictures[start : start + _AT_ONCE] for start in range(0, len(pictures), _AT_ONCE)]
    vectors = torch.cat([auto_encoder.encode(as_shares(part)) for part in parts])
    auto_encoder.train(was_training)
    return vectors


def standards(vectors: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and spread (128,) of vectors."""
    return vectors.mean(dim=0), vectors.std(dim=0).clamp_min(_LEAST_SPREAD)
