"""How a generator does on frames kept from the training: numbers and a picture."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stickdance.checkpoints.monitor import Watching
from stickdance.synth.training.coarse_to_fine import painted_at
from stickdance.synth.training.losses import structure_loss, texture_loss

_SHOWN = 4  # frames of the validation block


@dataclass(frozen=True)
class Validation:
    """How the frames kept from the training are painted."""

    error: float
    """What an early stop goes by: 12 L1 + 2 (1 - SSIM) + 20 texture, less is better. The first two
    alone would reward blur, which the third punishes."""
    psnr: float
    """Mean over the frames, in dB."""


@torch.inference_mode()
def validate(network: nn.Module, frames: Mapping[str, Tensor], monitor: Watching) -> Validation:
    """Note the error on frames kept from the training, show them, and return it.

    Args:
        network: a generator.
        frames: "stick", "warped", "photo", "plate" and "head" of whole frames.
        monitor: takes the numbers and pictures.
    """
    picture = painted_at(network, frames, "both").picture.float()
    found = _measured(picture, frames["photo"])
    monitor.note("validation_psnr", found.psnr)
    monitor.note("validation_error", found.error)
    rows = [frames["stick"], frames["photo"], picture.clamp(-1, 1)]
    monitor.show("validation", strip(rows, _SHOWN))
    return found


def strip(rows: list[Tensor], count: int) -> Tensor:
    """Return rows of pictures in [-1, 1], the first `count` of each, as one picture in [0, 1]."""
    whole = torch.cat([torch.cat(list(row[:count]), -1) for row in rows], -2)
    return whole.float().cpu() / 2 + 0.5


def _measured(picture: Tensor, photo: Tensor) -> Validation:
    squares = (picture - photo).square().mean((1, 2, 3)).clamp_min(1e-10)
    near, alike = F.l1_loss(picture, photo), structure_loss(picture, photo)
    error = 12 * near + 2 * alike + 20 * texture_loss(picture, photo)
    return Validation(float(error), float((10 * torch.log10(4 / squares)).mean()))
