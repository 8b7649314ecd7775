"""Face refinement: a second network looks at the head alone and mends what was painted there.

    1. crop stick figure, painted picture and warped pixels around the head (`synth.head_boxes`)
    2. the network answers a residual: head = crop + residual
    3. the head is laid back into the picture, its edge fading into what was there

All heads of a batch go through together. The crops are of whole pixels and are not resampled, so
what the network leaves alone stays as it was. It has a rival of its own ("face_", `synth.rival`).

Source: Chan et al., "Everybody Dance Now" (ICCV 2019), whose network is `PublishedFace`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from synth.generator import GlobalGenerator, initialise

_SLOPE = 0.1
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


def _smoothed(pictures: Tensor) -> Tensor:
    """Return pictures without what alternates from pixel to pixel (binomial kernel, 3x3)."""
    count = pictures.shape[1]
    line = pictures.new_tensor([0.25, 0.5, 0.25])
    kernel = (line[:, None] * line).expand(count, 1, 3, 3)
    return F.conv2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), kernel, groups=count)


def _conv(inside: int, outside: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride, 1), nn.LeakyReLU(_SLOPE, inplace=True)
    )
