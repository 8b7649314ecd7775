"""Face refinement: a second network looks at the head alone and mends what was painted there.

    1. crop stick figure, painted picture and warped pixels around the head
       (`stickdance.synth.appearance.head_boxes`)
    2. the network answers a residual: head = crop + residual
    3. the head is laid back into the picture, its edge fading into what was there

All heads of a batch go through together. The crops are of whole pixels and are not resampled, so
what the network leaves alone stays as it was. Discriminators may judge heads
besides (`stickdance.synth.training.gan`).

Source: Chan et al., "Everybody Dance Now" (ICCV 2019), whose network is `PublishedFace`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stickdance.synth.generators.compact import convolution, smoothed
from stickdance.synth.generators.pix2pixhd import GlobalGenerator, initialise

_EDGE = 1 / 6  # of the side: how far the head fades into the picture
_STAND_IN = 32  # pixels: side of a crop that counts nothing
_SHARES = 1 + 1 + 3  # of the warped pixels, of fine detail, and a colour
_SEEN = 3 + 3 + 4  # channels of stick figure, painted picture, warped pixels


class FaceRefiner(nn.Module):
    """Mends the heads of painted pictures."""

    def __init__(self, network: nn.Module) -> None:
        """Take a network that answers residuals: `CompactFace` or `PublishedFace`."""
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor, stick: Tensor, warped: Tensor, heads: Tensor) -> Tensor:
        """Return the pictures (B, 3, H, W) with their heads mended.

        Args:
            picture: (B, 3, H, W) painted, in [-1, 1]. The residual is learned, what it is added to
                is not changed to suit it.
            stick: (B, 3, H, W) in [-1, 1].
            warped: (B, 4, H, W) RGB in [-1, 1], alpha in [0, 1].
            heads: (B, 4) boxes in whole pixels, all of one size, a multiple of 8; 0, 0, 0, 0 is no
                head.
        """
        side = int(heads[:, 2].max())
        if side == 0:
            return picture
        crops = (cropped(each, heads, side) for each in (stick, picture.detach(), warped))
        return with_heads(picture, self.network(*crops), heads)


class CompactFace(nn.Module):
    """Residual of head crops, sized for CPUs.

    It says for each pixel how much to take of the warped pixels, how much of the painted picture's
    own fine detail to add or take away, and a colour; all three change smoothly, so there is no
    checkerboard, and what is sharp is so by the pictures themselves.
    """

    def __init__(self, channels: int = 32, blocks: int = 2) -> None:
        """Build the network; at first it answers 0.

        Args:
            channels: feature maps at half the crop's resolution; twice as many at a quarter.
            blocks: residual blocks at a quarter.
        """
        super().__init__()
        self.down_half = convolution(4 * _SEEN, channels)
        self.down_quarter = convolution(channels, 2 * channels, stride=2)
        self.blocks = nn.ModuleList(
            [convolution(2 * channels, 2 * channels) for _ in range(blocks)]
        )
        self.up_half = convolution(3 * channels, channels)
        self.shares = nn.Conv2d(channels, 4 * _SHARES, 3, padding=1)
        for values in self.shares.parameters():
            nn.init.zeros_(values)

    def forward(self, stick: Tensor, painted: Tensor, warped: Tensor) -> Tensor:
        """Return what to add to crops, (B, 3, side, side).

        Args:
            stick: (B, 3, side, side) in [-1, 1].
            painted: (B, 3, side, side) in [-1, 1].
            warped: (B, 4, side, side) RGB in [-1, 1], alpha in [0, 1].
        """
        alpha = warped[:, 3:]
        own = (warped[:, :3] - painted) * alpha
        half = self.down_half(F.pixel_unshuffle(torch.cat([stick, painted, own, alpha], 1), 2))
        deepest = self.down_quarter(half)
        for block in self.blocks:
            deepest = deepest + block(deepest)
        wide = F.interpolate(deepest, scale_factor=2.0, mode="nearest")
        features = self.up_half(torch.cat([wide, half], 1))
        shares = F.pixel_shuffle(self.shares(features).float(), 2)
        shares = torch.tanh(smoothed(shares, self.shares.out_channels // 4))
        detail = painted - smoothed(painted, 3)
        return shares[:, :1] * own + shares[:, 1:2] * detail + shares[:, 2:]


class PublishedFace(nn.Module):
    """EverybodyDanceNow's network: stick figure and painted picture in, residual out.

    With 64 feature maps, 3 downsamplings and 5 residual blocks it has 26,724,291 parameters.
    """

    def __init__(self, channels: int = 64, downsamplings: int = 3, blocks: int = 5) -> None:
        """Build the network; arguments are those of `GlobalGenerator`."""
        super().__init__()
        self.network = GlobalGenerator(6, 3, channels, downsamplings, blocks)
        initialise(self.network)

    def forward(self, stick: Tensor, painted: Tensor, warped: Tensor) -> Tensor:
        """Return what to add to crops, as `CompactFace` does; `warped` is not looked at."""
        return self.network(torch.cat([stick, painted], 1))


class Heads(NamedTuple):
    """The heads of a batch, to be judged."""

    stick: Tensor
    """(heads, 3, side, side), as the others."""
    photo: Tensor
    painted: Tensor
    share: float
    """Heads per sample, 0..1. Where there are none, one crop stands in for them, and counts 0."""


def heads_of(batch: Mapping[str, Tensor], picture: Tensor) -> Heads:
    """Return the heads of a batch and of what was painted for it.

    Args:
        batch: "stick" and "photo" (B, 3, H, W), "head" (B, 4) boxes in whole pixels.
        picture: (B, 3, H, W) painted.
    """
    boxes = batch["head"]
    there = (boxes[:, 2] > 0).nonzero()[:, 0]
    share, side = len(there) / len(boxes), int(boxes[:, 2].max())
    if len(there) == 0:
        # All processes of a training must go the same way, those too that see no head this time.
        there = torch.zeros(1, dtype=torch.long, device=boxes.device)
        side = min(_STAND_IN, *picture.shape[-2:])
    chosen = boxes[there]
    stick, photo, painted = (
        cropped(each[there], chosen, side) for each in (batch["stick"], batch["photo"], picture)
    )
    return Heads(stick, photo, painted, share)


def cropped(pictures: Tensor, heads: Tensor, side: int) -> Tensor:
    """Return (B, channels, side, side): each picture's part from its box's left and top on.

    Args:
        pictures: (B, channels, H, W).
        heads: (B, 4) boxes in whole pixels; only left and top are looked at.
        side: of the crops.
    """
    samples, rows, columns = _places(heads, side)
    return pictures[samples, :, rows, columns].permute(0, 3, 1, 2)


def with_heads(pictures: Tensor, residuals: Tensor, heads: Tensor) -> Tensor:
    """Return pictures with the residuals added to their heads, fading out towards the box's edge.

    Args:
        pictures: (B, 3, H, W) in [-1, 1].
        residuals: (B, 3, side, side).
        heads: (B, 4) boxes in whole pixels; one of width 0 is no head, its picture stays.
    """
    side = residuals.shape[-1]
    places = _places(heads, side)
    samples, rows, columns = places
    there = (heads[:, 2] > 0).to(residuals.dtype)[:, None, None, None]
    added = (residuals * soft_edge(side, residuals.device) * there).permute(0, 2, 3, 1)
    old = pictures[samples, :, rows, columns]
    out = pictures.permute(0, 2, 3, 1).index_put(places, (old + added).to(pictures.dtype))
    return out.permute(0, 3, 1, 2)


def soft_edge(side: int, device: torch.device | None = None) -> Tensor:
    """Return (side, side) weights: 1 in the middle, falling smoothly to 0 at the edge."""
    middles = torch.arange(side, device=device, dtype=torch.float32) + 0.5
    inwards = torch.minimum(middles, side - middles) / (side * _EDGE)
    share = inwards.clamp(max=1)
    line = share * share * (3 - 2 * share)
    return line[:, None] * line


def _places(heads: Tensor, side: int) -> tuple[Tensor, Tensor, Tensor]:
    line = torch.arange(side, device=heads.device)
    samples = torch.arange(len(heads), device=heads.device)[:, None, None]
    rows = (heads[:, 1, None] + line)[:, :, None]
    columns = (heads[:, 0, None] + line)[:, None, :]
    return samples, rows, columns
