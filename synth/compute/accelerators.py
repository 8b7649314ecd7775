"""Whether this machine may have a GPU, found out without loading PyTorch, which takes seconds."""

import shutil
import sys
from pathlib import Path


def device_name(wanted: str) -> str:
    """Return the device of that name as `device.choose_device` does: "cpu", "cuda" or "mps".

    Raises:
        UsageError: the device named is not there.
    """
    if wanted == "cpu" or (wanted == "auto" and not may_have_gpu()):
        return "cpu"
    from stickdance.synth.compute.device import choose_device

    return choose_device(wanted).type


def may_have_gpu() -> bool:
    """Tell whether a GPU that PyTorch computes on may be here; False is certain."""
    if sys.platform == "darwin":
        return True
    driver = (
        Path("/proc/driver/nvidia"),
        Path("/dev/nvidiactl"),
        Path("/dev/dxg"),
        Path("/dev/kfd"),
    )
    return shutil.which("nvidia-smi") is not None or any(path.exists() for path in driver)
