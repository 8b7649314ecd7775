"""What an engine is, which there are, and which one is taken.

The rule for "auto" is from measurements of whole renderings by the compact generator on two cores
with AVX-512. With bfloat16, where the processor has it, PyTorch is as fast as OpenVINO over two
minutes of dance, and a fifth faster over ten seconds, for it has nothing to compile; so it is taken
there. In float32 its network takes 1.5 to 2 times as long as OpenVINO's and as long as that of ONNX
Runtime, which has no bfloat16 on CPUs; so there OpenVINO is first. On a GPU PyTorch computes.
"""

from importlib.util import find_spec

import torch
from torch import nn

from stickdance.checkpoints.errors import MissingDependency, UsageError
from stickdance.synth.compute.device import half_helps
from stickdance.synth.engines.contract import INT8, Engine
from stickdance.synth.options import EngineName

_PACKAGES: dict[str, tuple[str, ...]] = {
    "torch": (),
    "onnxruntime": ("onnx", "onnxruntime"),
    "openvino": ("onnx", "openvino"),
}


def installed_engines() -> tuple[str, ...]:
    """Return the names of the engines whose packages are installed."""
    return tuple(
        name for name, needs in _PACKAGES.items() if all(find_spec(each) for each in needs)
    )


def chosen_engine(name: EngineName, device: torch.device) -> str:
    """Return the engine that `name` means on a device.

    Raises:
        UsageError: unknown, or it does not compute on this device.
        MissingDependency: its packages are not installed.
    """
    installed = installed_engines()
    if name == INT8 and {"onnxruntime", "openvino"} <= set(installed):
        installed = (*installed, INT8)
    if name == "auto":
        return fastest(installed, device, half_helps(device))
    if name not in (*_PACKAGES, INT8):
        known = ", ".join((*_PACKAGES, INT8))
        raise UsageError(f"--engine {name}: is unknown; known: auto, {known}")
    if name not in installed:
        raise MissingDependency(
            f"--engine {name}: is not installed; run `pip install 'stickdance[engines]'`, "
            f"or use --engine {' or '.join(installed)}"
        )
    if name != "torch" and device.type != "cpu":
        raise UsageError(
            f"--engine {name}: computes on the CPU, found device {device.type}; "
            "add --device cpu, or use --engine torch"
        )
    return name


def fastest(installed: tuple[str, ...], device: torch.device, half: bool) -> str:
    """Return the engine that is fastest, by what was measured, among those installed.

    Args:
        installed: names.
        device: where the networks are.
        half: whether bfloat16 helps there.
    """
    if device.type != "cpu":
        return "torch"
    ranking = ("torch",) if half else ("openvino", "onnxruntime", "torch")
    return next(name for name in ranking if name in installed)


def build_engine(
    name: str, generator: nn.Module, device: torch.device, half: bool | None = None
) -> Engine:
    """Return the engine of that name for a generator; it keeps the weights that it has now.

    Args:
        name: of an engine that is installed.
        generator: on `device`.
        device: where it computes.
        half: in bfloat16; None: where it helps.
    """
    half = half_helps(device) if half is None else half
    if name in ("openvino", INT8):
        from stickdance.synth.engines.openvino_engine import OpenVinoEngine

        return OpenVinoEngine(generator, half)
    if name == "onnxruntime":
        from stickdance.synth.engines.onnxruntime_engine import OnnxRuntimeEngine

        return OnnxRuntimeEngine(generator)
    from stickdance.synth.engines.torch_engine import TorchEngine

    return TorchEngine(generator, device, half)
