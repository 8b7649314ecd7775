"""OpenVINO with convolutions in whole numbers of 8 bits, and what that costs.

    1. one half of the windows shows which values each convolution sees (smallest and largest)
    2. weights get a scale for each channel, what goes in and out one for each convolution
    3. the other half, never looked at, says what is lost against the generator in float32
    4. where that is more than a stated limit, the engine stays as it was, and says so

The last convolution stays as it is: with it the loss was ten times as large. So do those that
enlarge, which OpenVINO has no whole numbers for. Measured on windows of the demo performer, one
core: 14 % less processor time than bfloat16 and 38 % less than float32, for 0.1 grey levels.
"""

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import stickdance.checkpoints.offline  # noqa: F401  # first: what is imported below would phone home

# isort: split
import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
from torch import Tensor, nn

from stickdance.synth.compute.array_types import Floats
from stickdance.synth.engines.arrays import as_arrays
from stickdance.synth.engines.contract import INT8, inputs_of
from stickdance.synth.engines.graph import Graph, graph_of
from stickdance.synth.engines.openvino_engine import OpenVinoEngine

MOST_GREY_LEVELS = 1.0
"""Largest mean loss inside the person that is accepted, of 255."""
LEAST_DECIBELS = 45.0
"""Smallest PSNR over the windows that is accepted."""
# of `stickdance.synth.generators.fused_convolutions`: what colours and movement come from
_LAST = "/both/"
_GREY = 127.5
_LEAST_WINDOWS = 2  # one to learn from, one to be judged on
_Windows = Sequence[Mapping[str, Tensor]]


@dataclass(frozen=True)
class Loss:
    """How far pictures are from the generator's own in float32."""

    person: float
    """Mean difference where the person is, grey levels of 255."""
    largest: float
    """Largest difference anywhere, grey levels."""
    decibels: float
    """PSNR over the windows."""

    @property
    def accepted(self) -> bool:
        """Return whether it is within the limits."""
        return self.person <= MOST_GREY_LEVELS and self.decibels >= LEAST_DECIBELS


def in_int8(
    engine: OpenVinoEngine, generator: nn.Module, windows: _Windows
) -> tuple[OpenVinoEngine, str]:
    """Return an engine that computes with 8 bits, or the one given, and what is to be said of it.

    Args:
        engine: computes the generator otherwise.
        generator: on the CPU.
        windows: of poses that the person was seen in.
    """
    number = "bfloat16" if engine.half else "float32"
    if len(windows) < _LEAST_WINDOWS:
        return engine, f"int8: too few known poses to measure it on; computed in {number} instead"
    graph = quantised(graph_of(generator, windows[0]), inputs_of(generator), windows[::2])
    smaller = OpenVinoEngine(generator, engine.half, graph)
    loss = loss_of(smaller, generator, windows[1::2])
    said = (
        f"int8: {loss.person:.2f} grey levels from float32 inside the person, "
        f"{loss.largest:.0f} at most ({loss.decibels:.0f} dB)"
    )
    if loss.accepted:
        smaller.name = INT8
        return smaller, said
    limit = f"{MOST_GREY_LEVELS:g} grey level and {LEAST_DECIBELS:g} dB"
    return engine, f"{said}: more than is accepted ({limit}); computed in {number} instead"


def quantised(graph: Graph, names: Sequence[str], windows: _Windows) -> Graph:
    """Return a graph with its convolutions in whole numbers of 8 bits, scaled by what they see.

    Args:
        graph: in float32.
        names: of the inputs that it looks at.
        windows: that it is shown.
    """
    model = onnx.load_from_string(graph.onnx)
    chosen = [
        node.name
        for node in model.graph.node
        if node.op_type == "Conv" and not node.name.startswith(_LAST)
    ]
    seen = ({name: window[name] for name in names} for window in windows)
    with tempfile.TemporaryDirectory() as folder, _silence():
        path = Path(folder) / "int8.onnx"
        quantize_static(
            model,
            path,
            _Shown(as_arrays(each, graph.any_size) for each in seen),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_quantize=chosen,
        )
        return Graph(path.read_bytes(), graph.any_size)


@torch.inference_mode()
def loss_of(engine: OpenVinoEngine, generator: nn.Module, windows: _Windows) -> Loss:
    """Return how far an engine's pictures are from the generator's own."""
    paint = getattr(generator, "paint", generator)
    squares, persons, largest = [], [], 0.0
    for window in windows:
        wanted = paint(**window)
        difference = _GREY * (engine.paint(window).picture - wanted.picture.clamp(-1, 1)).abs()
        squares.append(difference.square().flatten())
        persons.append(difference[(wanted.matte > 0.5).expand_as(difference)])
        largest = max(largest, float(difference.max()))
    error = max(float(torch.cat(squares).mean()), 1e-12)
    person = torch.cat(persons)
    mean = float(person.mean()) if len(person) else 0.0
    return Loss(mean, largest, 10 * float(np.log10(255**2 / error)))


class _Shown:
    """What ONNX Runtime asks for the next window."""

    def __init__(self, windows: Iterator[dict[str, Floats]]) -> None:
        self._windows = windows

    def get_next(self) -> Any:
        return next(self._windows, None)


@contextmanager
def _silence() -> Iterator[None]:
    """Hold back advice on files of graphs, which this one is not."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
