"""The network: three ConvLSTM layers with batch normalisation, a 3-D convolution.

The published network's 3-D convolution looks one moment ahead (it pads both ends of time), and what
lies one moment ahead has already seen the frame that is to be predicted; only a clip's last frame
is predicted honestly. Here it looks back alone.

Source: Xie, Feng and Kanell, "AI Choreographer".

What the convolution answers is one of three (`OUTPUTS`):
    frame     the picture itself, as published
    residual  what to add to the last frame
    moved     for every pixel which of its neighbours in the last frame it comes from, what to add
              to that, and how much of all this counts: what moves keeps its edges, and what does
              not is the last frame exactly
"""

from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor, nn
from torch.nn import functional

from stickdance.choreography.learned.next_frame.conv_lstm import ConvLSTM, State
from stickdance.choreography.learned.next_frame.options import Output

KERNELS = (5, 3, 1)
"""Sides of the three layers' convolutions."""

_LOOK_BACK = 2  # moments before the last that the 3-D convolution sees
_REACH = 2  # pixels, to each side, that something moves by in one frame
_NEIGHBOURS = (2 * _REACH + 1) ** 2
_COUNTS = -2.0  # how much a change counts, in log-odds, at the beginning
_STAYS = 4.0  # how much likelier a pixel stays, in log-odds, at the beginning


@dataclass(frozen=True)
class Memory:
    """What the network keeps of the frames that it has seen."""

    layers: tuple[State, ...]
    recent: Tensor
    """(batch, filters, 2, height, width): the last feature maps, for the 3-D convolution."""


class NextFrameNetwork(nn.Module):
    """Frames over time in, for each the frame that follows out."""

    def __init__(self, filters: int, patch: int, output: Output, colour: bool = False) -> None:
        """Build the network.

        Args:
            filters: feature maps of every layer; 64 as published.
            patch: squares of so many pixels a side are one place with as many channels, which
                saves time; 1 as published.
            output: one of `OUTPUTS`.
            colour: frames are red, green and blue, one under the other.
        """
        super().__init__()
        self.patch, self.output, self.planes = patch, output, 3 if colour else 1
        channels = (self.planes * patch**2, filters, filters)
        self.layers = nn.ModuleList(
            ConvLSTM(before, filters, kernel)
            for before, kernel in zip(channels, KERNELS, strict=True)
        )
        self.norms = nn.ModuleList(nn.BatchNorm3d(filters) for _ in KERNELS)
        told = patch**2 * (self.planes + (_NEIGHBOURS + 1 if output == "moved" else 0))
        self.last = nn.Conv3d(filters, told, 3, padding=(0, 1, 1))
        if output != "frame":
            self._begin_with_last_frame()

    def forward(self, frames: Tensor, memory: Memory | None = None) -> tuple[Tensor, Memory]:
        """Return the frame after each of `frames`, and what to go on from.

        Args:
            frames: (batch, time, height, width) in 0..1, of colour three times as high; sides that
                `patch` divides.
            memory: of the frames before; None at the beginning.

        Returns:
            (batch, time, height, width) in 0..1, likewise.
        """
        planes = frames.unflatten(2, (self.planes, -1))
        features = functional.pixel_unshuffle(planes, self.patch)
        states: list[State] = []
        for place, (layer, norm) in enumerate(zip(self.layers, self.norms, strict=True)):
            features, state = layer(features, None if memory is None else memory.layers[place])
            features = norm(features.transpose(1, 2)).transpose(1, 2)
            states.append(state)
        over_time = self._with_recent(features.transpose(1, 2), memory)
        told = self.last(over_time).transpose(1, 2)
        told = functional.pixel_shuffle(told, self.patch)
        picture = self._picture(told, planes).flatten(2, 3)
        return picture, Memory(tuple(states), over_time[:, :, -_LOOK_BACK:])

    def _begin_with_last_frame(self) -> None:
        """Let the next frame be the last one, or nearly, before anything is learnt."""
        nn.init.zeros_(self.last.weight)
        assert self.last.bias is not None
        nn.init.zeros_(self.last.bias)
        if self.output == "moved":
            with torch.no_grad():
                places = self.patch**2
                self.last.bias[self.planes * places : (self.planes + 1) * places] = _COUNTS

    def _with_recent(self, features: Tensor, memory: Memory | None) -> Tensor:
        batch, filters, _, height, width = features.shape
        nothing = features.new_zeros(batch, filters, _LOOK_BACK, height, width)
        return torch.cat([nothing if memory is None else memory.recent, features], dim=2)

    def _picture(self, told: Tensor, frames: Tensor) -> Tensor:
        """Return the pictures that the last layer's channels (batch, time, c, h, w) stand for."""
        added = told[:, :, : self.planes]
        if self.output == "frame":
            return torch.sigmoid(added)
        if self.output == "residual":
            return (frames + added).clamp(0, 1)
        counts = torch.sigmoid(told[:, :, self.planes, None])
        votes = told[:, :, self.planes + 1 :]
        moved = _moved(frames, votes)
        return (frames + counts * (moved + added - frames)).clamp(0, 1)


def _moved(frames: Tensor, votes: Tensor) -> Tensor:
    """Return frames whose every pixel is a mean of its neighbours, weighed by their votes.

    Args:
        frames: (batch, time, planes, height, width).
        votes: (batch, time, neighbours, height, width), the same for every plane.
    """
    height, width = frames.shape[-2:]
    edged = functional.pad(frames.flatten(1, 2), (_REACH,) * 4, mode="replicate")
    edged = edged.unflatten(1, frames.shape[1:3])
    stays = torch.zeros(_NEIGHBOURS, device=votes.device)
    stays[_NEIGHBOURS // 2] = _STAYS
    weights = torch.softmax(votes + stays[:, None, None], dim=2).unbind(dim=2)
    side = 2 * _REACH + 1
    moved = torch.zeros_like(frames)
    for weight, (y, x) in zip(weights, product(range(side), repeat=2), strict=True):
        moved = moved + weight[:, :, None] * edged[..., y : y + height, x : x + width]
    return moved
