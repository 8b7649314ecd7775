"""Two judges: are these frames of a dance, and is this a dance to this music.

The local temporal discriminator judges patches of consecutive frames, as PatchGAN does pixels. The
global content discriminator sees all poses with the music features and sums them up by
self-attention. Source: Ren et al. 2020, as in Ban 2021, section 4.2.4; Isola et al. 2017; Lin et
al. 2017.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from stickdance.choreography.learned.music_to_dance.generators import POSE


@dataclass(frozen=True)
class DiscriminatorAnswer:
    """What a discriminator answers."""

    logits: Tensor
    """(B, patches): above 0 for real, below for generated."""
    features: tuple[Tensor, ...]
    """Activations of the layers before, first to last."""


class LocalDiscriminator(nn.Module):
    """Judges patches of consecutive poses."""

    def __init__(self) -> None:
        super().__init__()
        width = 64
        self.layers = nn.ModuleList(
            [
                _layer(POSE, width, 2),
                _layer(width, 2 * width, 2),
                nn.Conv1d(2 * width, 1, 3, padding=1),
            ]
        )

    def forward(self, poses: Tensor) -> DiscriminatorAnswer:
        """Judge poses (B, T, 36)."""
        return _judged(self.layers, poses.transpose(1, 2))


class GlobalDiscriminator(nn.Module):
    """Judges a whole chunk of poses with its music."""

    def __init__(self, features: int) -> None:
        super().__init__()
        width, hops = 128, 4  # of a frame; sets of weights that frames are summed up with
        self.frames = nn.ModuleList([_layer(POSE + features, width, 2), _layer(width, width, 1)])
        self.attention = nn.Sequential(
            nn.Linear(width, width // 2), nn.Tanh(), nn.Linear(width // 2, hops)
        )
        self.summed = nn.Sequential(nn.Linear(hops * width, width), nn.LeakyReLU(0.2))
        self.last = nn.Linear(width, 1)

    def forward(self, poses: Tensor, music: Tensor) -> DiscriminatorAnswer:
        """Judge poses (B, T, 36) to music features (B, T, U)."""
        seen = []
        values = torch.cat([poses, music], dim=-1).transpose(1, 2)
        for layer in self.frames:
            values = layer(values)
            seen.append(values)
        frames = values.transpose(1, 2)
        weights = self.attention(frames).softmax(dim=1)  # over the frames
        whole = self.summed((weights.transpose(1, 2) @ frames).flatten(1))
        return DiscriminatorAnswer(self.last(whole), (*seen, whole))


def _layer(inputs: int, outputs: int, stride: int) -> nn.Module:
    return nn.Sequential(nn.Conv1d(inputs, outputs, 5, stride=stride, padding=2), nn.LeakyReLU(0.2))


def _judged(layers: nn.ModuleList, values: Tensor) -> DiscriminatorAnswer:
    outputs = []
    for layer in layers:
        values = layer(values)
        outputs.append(values)
    return DiscriminatorAnswer(outputs[-1].flatten(1), tuple(outputs[:-1]))
