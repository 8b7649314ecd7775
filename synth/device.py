"""Where networks run."""

from typing import Literal

import torch

from synth.errors import BadOptions

DeviceName = Literal["auto", "cpu", "cuda", "mps"]


def choose_device(name: str = "auto") -> torch.device:
    """Return the device of that name; "auto" takes CUDA, then Apple's MPS, then the CPU.

    Raises:
        BadOptions: the device named is not there.
    """
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        return torch.device(next(device for device, is_there in there.items() if is_there))
    if not there.get(name, False):
        known = [device for device, is_there in there.items() if is_there]
        raise BadOptions(f"--device {name}: is not there; available: auto, {', '.join(known)}")
    return torch.device(name)
