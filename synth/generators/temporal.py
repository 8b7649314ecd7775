"""Steadiness in time: a generator that sees its own frame before, trained on pairs of frames.

    1. the frame before is painted first, then the frame after it with that output in view
    2. gradients run through both
    3. the pair is judged as one: by a rival that sees two poses and two pictures, or by how much
       the error changes from frame to frame, along the motion of the real footage

Source: Chan et al., "Everybody Dance Now" (ICCV 2019), which shows the previous output as it is and
judges by the rival. Here it may also be moved along with the body (`body_motion`), so that the
network need not find again what the two poses already say; the change of the error is what
the flicker score counts (`quality.flicker`).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stickdance.synth.generators.compact import Painted
from stickdance.synth.quality.flicker import motion_between

TEMPORAL = "temporal_"
"""Prefix of the losses of the rival that judges pairs."""
NEXT = "next_"
"""Prefix of what a sample holds of the frame after."""
_OF_FRAMES = ("stick", "photo", "matte", "head", "filmed")


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


def change_loss(picture: Tensor, photo: Tensor, flow: Tensor, known: Tensor) -> Tensor:
    """Return how much the error changes from the first frames to the second, mean absolute.

    Args:
        picture: (2B, 3, H, W) painted, all first frames before all second ones.
        photo: as `picture`, real.
        flow: (B, 2, H, W) pixels from each pixel to its place in the first frame.
        known: (B, 1, H, W) 1 where that can be trusted, else 0.
    """
    first, second = (picture.float() - photo).chunk(2)
    change = (second - fetched(first, flow)).abs().mean(1, keepdim=True)
    return (change * known).sum() / known.sum().clamp(min=1)


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


def real_motion(first: Tensor, second: Tensor) -> dict[str, Tensor]:
    """Return "flow" (1, 2, H, W) and "known" (1, 1, H, W) between two real frames, for a sample.

    Args:
        first: (1, 3, H, W) in [-1, 1].
        second: the frame after it.
    """
    one, other = (_bytes(each) for each in (first, second))
    height, width = one.shape[:2]
    motion = motion_between(one, other)
    if motion is None:  # too small to tell
        return {"flow": torch.zeros(1, 2, height, width), "known": torch.zeros(1, 1, height, width)}
    here = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1)
    flow = torch.from_numpy((motion.places - here).astype(np.float32))
    known = torch.from_numpy(motion.known.astype(np.float32))
    return {"flow": flow.permute(2, 0, 1)[None].contiguous(), "known": known[None, None]}


def _bytes(picture: Tensor) -> np.ndarray:
    levels = picture[0].permute(1, 2, 0).add(1).mul(127.5).round().clamp(0, 255)
    return np.ascontiguousarray(levels.to(torch.uint8).numpy())
