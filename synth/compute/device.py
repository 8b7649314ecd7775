"""Where networks run, and in which numbers."""

from contextlib import AbstractContextManager, nullcontext

import torch

from stickdance.checkpoints.errors import UsageError


def choose_device(name: str = "auto") -> torch.device:
    """Return the device of that name; "auto" takes CUDA, then Apple's MPS, then the CPU.

    Raises:
        UsageError: the device named is not there.
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
        raise UsageError(f"--device {name}: is not there; available: auto, {', '.join(known)}")
    return torch.device(name)


def half_helps(device: torch.device) -> bool:
    """Return whether the device computes faster in bfloat16 than in float32.

    CUDA from Ampere on, and CPUs with instructions for it; there a picture differs by at most one
    of 255 levels and is painted about 1.6 times as fast, and a step of training takes two thirds of
    the time and teaches as much (measured on one such CPU).
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type != "cpu" or not hasattr(torch.cpu, "get_capabilities"):
        return False
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def precision(device: torch.device, half: bool) -> AbstractContextManager[object]:
    """Return a context in which networks compute in bfloat16 where that is safe, if `half`."""
    return torch.autocast(device.type, torch.bfloat16) if half else nullcontext()
