"""How a generator does on frames kept from the training: a number and a picture."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from checkpoints.monitor import Monitor

_SHOWN = 4  # frames of the validation block


@torch.inference_mode()
def validate(network: nn.Module, frames: Mapping[str, Tensor], monitor: Monitor) -> float:
    """Note the error on frames kept from the training, show them, and return the mean PSNR in dB.

    Args:
        network: a generator.
        frames: "stick", "warped", "photo", "plate" and "head" of whole frames.
        monitor: what is told.
    """
    seen = frames["stick"], frames["warped"], frames["plate"]
    picture = network(*seen, head=frames.get("head")).picture.float()
    error = (picture - frames["photo"]).square().mean((1, 2, 3)).clamp_min(1e-10)
    psnr = float((10 * torch.log10(4 / error)).mean())
    monitor.note("validation_psnr", psnr)
    rows = [frames["stick"], frames["photo"], picture.clamp(-1, 1)]
    strip = torch.cat([torch.cat(list(row[:_SHOWN]), -1) for row in rows], -2)
    monitor.show("validation", strip.cpu() / 2 + 0.5)
    return psnr
