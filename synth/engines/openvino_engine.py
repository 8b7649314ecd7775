"""OpenVINO as an engine, on a CPU; in bfloat16 where the processor has it.

It is fastest with sizes that it knows beforehand, so each size of window is compiled when it first
comes, in 0.1 to 0.3 s; windows grow in steps of 32 pixels, so there are few.

Each core computes a window of its own: two threads on one window take 15 to 20 milliseconds of
processor time for it, one thread 11.
"""

from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

import stickdance.checkpoints.offline  # noqa: F401  # first: what is imported below would phone home

# isort: split
import numpy as np
import openvino
import torch
from torch import Tensor, nn

from stickdance.checkpoints.openvino_core import CORE
from stickdance.synth.compute.array_types import Floats
from stickdance.synth.engines.arrays import as_arrays, as_painted
from stickdance.synth.engines.graph import Graph, graph_of
from stickdance.synth.generators.compact import Painted
from stickdance.synth.generators.crop_window import GRID
from stickdance.synth.generators.temporal import recalls

MOST_SIZES = 8  # kept compiled: each takes memory, and a long dance meets many
_Shapes = tuple[tuple[int, ...], ...]


class _Compiled(NamedTuple):
    """The graph for one size of window."""

    model: openvino.CompiledModel
    idle: list[openvino.InferRequest]
    """Requests that no thread uses now."""


class OpenVinoEngine:
    """Computes by OpenVINO."""

    name = "openvino"
    step = 2 * GRID
    most_at_once: int | None = 1  # several together take as long for each, and a larger window

    def __init__(self, generator: nn.Module, half: bool, graph: Graph | None = None) -> None:
        """Hold a generator whose graph is made when the first window comes.

        Args:
            generator: on the CPU.
            half: in bfloat16.
            graph: of the generator, where there is one already.
        """
        self._generator, self.half = generator, half
        threads = torch.get_num_threads()
        self.side_by_side = 1 if recalls(generator) else threads
        self._settings = {
            "PERFORMANCE_HINT": "LATENCY" if self.side_by_side == 1 else "THROUGHPUT",
            "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": self.side_by_side,
        }
        self._lock = Lock()
        self._model: openvino.Model | None = None
        self._names: list[str] = []
        self._graph = graph
        self._compiled: dict[_Shapes, _Compiled] = {}

    def paint(self, inputs: Mapping[str, Tensor]) -> Painted:
        """Return what the generator paints."""
        graph = self._graph_for(inputs)
        height, width = inputs["plate"].shape[-2:]
        arrays = as_arrays(inputs, graph.any_size)
        picture, matte = self._answers([arrays[name] for name in self._names])
        return as_painted(picture, matte, (height, width))

    def _graph_for(self, inputs: Mapping[str, Tensor]) -> Graph:
        with self._lock:
            if self._graph is None:
                self._graph = graph_of(self._generator, inputs)
            if self._model is None:
                self._model = CORE.read_model(self._graph.onnx, b"")
                self._names = [each.get_any_name() for each in self._model.inputs]
            return self._graph

    def _answers(self, arrays: list[Floats]) -> list[Floats]:
        compiled = self._compiled_for(tuple(array.shape for array in arrays))
        try:
            request = compiled.idle.pop()
        except IndexError:
            request = compiled.model.create_infer_request()
        answers = _inferred(request, arrays)
        compiled.idle.append(request)
        return answers

    def _compiled_for(self, shapes: _Shapes) -> _Compiled:
        with self._lock:
            compiled = self._compiled.pop(shapes, None) or self._compile(shapes)
            self._compiled[shapes] = compiled  # the one used last stands last
            if len(self._compiled) > MOST_SIZES:
                del self._compiled[next(iter(self._compiled))]
            return compiled

    def _compile(self, shapes: _Shapes) -> _Compiled:
        assert self._model is not None
        model = self._model.clone()
        model.reshape({place: list(shape) for place, shape in enumerate(shapes)})
        compiled = CORE.compile_model(model, "CPU", self._settings)
        request = compiled.create_infer_request()
        # OpenVINO's Python package makes tables when it is first asked, and two threads that ask at
        # once wait for each other for ever; so the first time is here, where there is one thread.
        _inferred(request, [np.zeros(shape, np.float32) for shape in shapes])
        return _Compiled(compiled, [request])


def _inferred(request: openvino.InferRequest, arrays: list[Floats]) -> list[Floats]:
    request.infer(arrays, share_inputs=True)
    return [request.get_output_tensor(place).data.copy() for place in (0, 1)]
