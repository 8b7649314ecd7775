"""Temporal generators: one that sees its own frame before, trained on pairs of frames.

    1. the frame before is painted first, then the frame after it with that output in view
    2. gradients run through both
    3. the pair is judged as one: by discriminators of two poses and two pictures, or by how
       much the error changes from frame to frame (`training.temporal_consistency`)

Source: Chan et al., "Everybody Dance Now" (ICCV 2019), which shows the previous output as it is and
judges by discriminators. Here it may also be moved along with the body (`body_motion`), so that the
network need not find again what the two poses already say.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stickdance.synth.generators.compact import Painted

NEXT = "next_"
"""Prefix of what a sample holds of the frame after."""
_OF_FRAMES = ("stick", "photo", "matte", "detail", "head", "filmed")


class Unrolled(NamedTuple):
    """A batch of pairs as a batch of frames: all first ones, then all second ones."""

    batch: dict[str, Tensor]
    painted: Painted


def recalls(generator: nn.Module) -> bool:
    """Return whether a generator looks at its own frame before."""
    return bool(getattr(generator, "temporal", False))


def painted_in_turn(generator: nn.Module, batch: Mapping[str, Tensor]) -> Unrolled:
    """Paint pairs of frames one after the other.

    Args:
        generator: one that `recalls`.
        batch: "stick", "warped", "photo", "matte", "plate" and "head" of the first frames, "next_"
            ones of the second; "motion" (B, 2, H, W) where the output is to be moved.
    """
    first = generator(batch["stick"], batch["warped"], batch["plate"], head=batch.get("head"))
    before = first.picture
    if "motion" in batch:
        before = fetched(before, batch["motion"])
    second = generator(
        batch[f"{NEXT}stick"],
        batch[f"{NEXT}warped"],
        batch["plate"],
        head=batch.get(f"{NEXT}head"),
        before=before,
    )
    both = {
        name: torch.cat([batch[name], batch[f"{NEXT}{name}"]])
        for name in _OF_FRAMES
        if name in batch
    }
    return Unrolled({**batch, **both}, _together(first, second))


def paired(frames: Tensor) -> Tensor:
    """Return pairs (B, 2C, H, W) of frames (2B, C, H, W), all first ones before all second ones."""
    return torch.cat(frames.chunk(2), 1)


def _together(first: Painted, second: Painted) -> Painted:
    movement = None
    if first.movement is not None and second.movement is not None:
        movement = torch.cat([first.movement, second.movement])
    picture, matte = (torch.cat(pair) for pair in zip(first[:2], second[:2], strict=True))
    return Painted(picture, matte, movement)


def fetched(pictures: Tensor, motion: Tensor) -> Tensor:
    """Return pictures (B, C, H, W) with each pixel fetched from `motion` (B, 2, H, W) away.

    Cubic between pixels: what is fetched again at every frame must not blur.
    """
    height, width = pictures.shape[-2:]
    rows = torch.arange(height, device=pictures.device, dtype=torch.float32) + 0.5
    columns = torch.arange(width, device=pictures.device, dtype=torch.float32) + 0.5
    x = (columns[None, None] + motion[:, 0]) * (2 / width) - 1
    y = (rows[None, :, None] + motion[:, 1]) * (2 / height) - 1
    grid = torch.stack([x, y], -1)
    return F.grid_sample(
        pictures.float(), grid, mode="bicubic", padding_mode="border", align_corners=False
    )
