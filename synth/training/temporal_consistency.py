"""Temporal consistency: how much the error of a pair changes along the real motion between them.

It is what the flicker score counts (`quality.flicker`), as a loss.
"""

import numpy as np
import torch
from torch import Tensor

from stickdance.synth.compute.image_tensors import as_pictures
from stickdance.synth.generators.temporal import fetched
from stickdance.synth.quality.flicker import motion_between


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


def real_motion(first: Tensor, second: Tensor) -> dict[str, Tensor]:
    """Return "flow" (1, 2, H, W) and "known" (1, 1, H, W) between two real frames, for a sample.

    Args:
        first: (1, 3, H, W) in [-1, 1].
        second: the frame after it.
    """
    one, other = (as_pictures(each)[0] for each in (first, second))
    height, width = one.shape[:2]
    motion = motion_between(one, other)
    if motion is None:  # too small to tell
        return {"flow": torch.zeros(1, 2, height, width), "known": torch.zeros(1, 1, height, width)}
    here = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1)
    flow = torch.from_numpy((motion.places - here).astype(np.float32))
    known = torch.from_numpy(motion.known.astype(np.float32))
    return {"flow": flow.permute(2, 0, 1)[None].contiguous(), "known": known[None, None]}
