"""Ren et al.'s own network with the weights they published: the first baseline of Ban's thesis.

The file is theirs to give (github.com/xrenaa/Music-Dance-Video-Synthesis links it); it is named as
`--choreographer generator.pth`, read as numbers alone, and dances like any other choreographer:
chunks of 5 s at 10 frames a second from 16 kHz samples, in the range of whole numbers of 16 bits,
as it was trained. Its joints lie in -1..1 of 640x360 pixels. Layers have the names of its file.

Source: Ren et al. 2020, "Self-supervised Dance Video Synthesis Conditioned on Music".
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from stickdance.choreography.learned.music_to_dance.options import FPS, FRAMES, SAMPLES
from stickdance.choreography.learned.music_to_dance.published_weights import (
    fitting,
    published_weights,
)
from stickdance.choreography.learned.music_to_dance.window import UNIT

_FEATURES, _NOISE, _INSIDE = 256, 10, 1024
_CONVOLUTIONS = ((1, 16, 80, 16, 32), (16, 32, 4, 2, 1), (32, 64, 4, 2, 1), (64, 128, 10, 5, 3))
"""Channels in and out, width, stride, padding; they leave five moments of a frame's samples."""
_LOUDEST = 32767.0
_SPREAD_OF_NOISE = 0.33
_POSE = 36
_FROM_MIDDLE = (320 / UNIT, 180 / UNIT)  # window units from the middle to the picture's edges


class RenGenerator(nn.Module):
    """Music -> poses, as a `DanceGenerator` without a code."""

    code = 0

    def __init__(self) -> None:
        super().__init__()
        self.audio_encoder = _Hearing()
        self.pose_generator = _Posing()

    def listen(self, samples: Tensor, heard: Tensor) -> Tensor:
        """Return music features (B, T, 256) of samples (B, T, 1600) in -1..1."""
        features: Tensor = self.audio_encoder(samples * _LOUDEST)
        return features

    def forward(self, music: Tensor, heard: Tensor, initial: Tensor, code: Tensor) -> Tensor:
        """Return poses (B, T, 36) in window units to music features (B, T, 256)."""
        places = self.pose_generator(music).unflatten(-1, (-1, 2))
        poses: Tensor = places * torch.tensor(_FROM_MIDDLE)
        return poses.flatten(-2)


class _Hearing(nn.Module):
    """Samples -> features of each frame: convolutions, two layers of GRU both ways, linear."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = _Convolutions()
        self.rnn = nn.GRU(_FEATURES, _FEATURES, 2, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(2 * _FEATURES, _FEATURES)

    def forward(self, samples: Tensor) -> Tensor:
        frames = self.encoder(samples.reshape(-1, 1, SAMPLES))
        features: Tensor = self.fc(self.rnn(frames.unflatten(0, samples.shape[:2]))[0])
        return features


class _Convolutions(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        convolutions = [
            nn.Conv1d(inputs, outputs, width, stride, padding)
            for inputs, outputs, width, stride, padding in _CONVOLUTIONS
        ]
        last = _CONVOLUTIONS[-1][1]
        self.cl = nn.ModuleList([*convolutions, nn.Conv1d(last, _FEATURES, 5)])
        norms = [nn.Sequential(nn.BatchNorm1d(each[1]), nn.ReLU()) for each in _CONVOLUTIONS]
        self.activations = nn.ModuleList([*norms, nn.Tanh()])

    def forward(self, samples: Tensor) -> Tensor:
        for convolution, activation in zip(self.cl, self.activations, strict=True):
            samples = activation(convolution(samples))
        return samples[..., 0]


class _Posing(nn.Module):
    """Features and noise -> joints: linear, three residual layers, linear."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn_noise = nn.GRU(_NOISE, _NOISE, batch_first=True)
        self.layer0 = nn.Linear(_FEATURES + _NOISE, _INSIDE)
        self.layer1, self.layer2, self.layer3 = (_Residual() for _ in range(3))
        self.final_linear = nn.Linear(_INSIDE, _POSE)

    def forward(self, music: Tensor) -> Tensor:
        random = torch.Generator().manual_seed(0)  # each chunk anew: the same music, the same dance
        noise = _SPREAD_OF_NOISE * torch.randn((*music.shape[:2], _NOISE), generator=random)
        known = torch.cat([music, torch.tanh(self.rnn_noise(noise)[0])], dim=-1)
        inside = self.layer0(known.flatten(0, 1))
        for layer in (self.layer1, self.layer2, self.layer3):
            inside = layer(inside) + inside
        poses: Tensor = torch.tanh(self.final_linear(inside)).unflatten(0, music.shape[:2])
        return poses


class _Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        both = [(nn.Linear(_INSIDE, _INSIDE), nn.BatchNorm1d(_INSIDE), nn.ReLU()) for _ in range(2)]
        self.layer = nn.Sequential(*both[0], *both[1])

    def forward(self, values: Tensor) -> Tensor:
        result: Tensor = self.layer(values)
        return result


def published_generator(path: Path) -> RenGenerator:
    """Return the network with its published weights.

    Raises:
        BadInput: no such file, or it holds something else.
    """
    return fitting(RenGenerator(), published_weights(path), path).eval()


@torch.inference_mode()
def dances_to_noise(generator: RenGenerator, chunks: int = 4) -> Tensor:
    """Return poses (frames, 36) to noise that comes and goes twice a second: a body to measure."""
    random = torch.Generator().manual_seed(0)
    swell = torch.arange(FRAMES)[:, None] % (FPS // 2) == 0
    samples = 0.3 * torch.randn((chunks, FRAMES, SAMPLES), generator=random) * (0.1 + 0.9 * swell)
    nothing = torch.zeros(chunks, FRAMES, 0)
    music = generator.listen(samples.clamp(-1, 1), nothing)
    poses: Tensor = generator(music, nothing, torch.zeros(chunks, _POSE), torch.zeros(chunks, 0))
    return poses.flatten(0, 1)
