"""OpenVINO as an engine, on a CPU; in bfloat16 where the processor has it.

It is fastest with sizes that it knows beforehand, so each size of window is compiled when it first
comes, in 0.1 to 0.3 s; windows grow in steps of 32 pixels, so there are few.
"""

from collections.abc import Mapping

import numpy as np
import openvino
import torch
from torch import Tensor, nn

from synth.compact import Painted
from synth.engines.arrays import as_arrays, as_painted
from synth.engines.graph import Graph, graph_of
from synth.windows import GRID

MOST_SIZES = 8  # kept compiled: each takes memory, and a long dance meets many
_Shapes = tuple[tuple[int, ...], ...]


class OpenVinoEngine:
    """Computes by OpenVINO."""

    name = "openvino"
    step = 2 * GRID
    most_at_once: int | None = 1  # several together take as long for each, and a larger window

    def __init__(self, generator: nn.Module, half: bool) -> None:
        """Hold a generator whose graph is made when the first window comes.

        Args:
            generator: on the CPU.
            half: in bfloat16.
        """
        self._generator, self._core, self.half = generator, openvino.Core(), half
        self._settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        }
        self._model: openvino.Model | None = None
        self._names: list[str] = []
        self._graph: Graph | None = None
        self._compiled: dict[_Shapes, openvino.InferRequest] = {}

    def paint(self, inputs: Mapping[str, Tensor]) -> Painted:
        """Return what the generator paints."""
        if self._graph is None:
            self._graph = graph_of(self._generator, inputs)
            self._model = self._core.read_model(self._graph.onnx, b"")
            self._names = [each.get_any_name() for each in self._model.inputs]
        height, width = inputs["plate"].shape[-2:]
        arrays = as_arrays(inputs, self._graph.any_size)
        picture, matte = self._request([arrays[name] for name in self._names])
        return as_painted(picture, matte, (height, width))

    def _request(self, arrays: list[np.ndarray]) -> list[np.ndarray]:
        shapes = tuple(array.shape for array in arrays)
        request = self._compiled.pop(shapes, None) or self._compile(shapes)
        self._compiled[shapes] = request  # the one used last stands last
        if len(self._compiled) > MOST_SIZES:
            del self._compiled[next(iter(self._compiled))]
        request.infer(arrays, share_inputs=True)
        return [request.get_output_tensor(place).data.copy() for place in (0, 1)]

    def _compile(self, shapes: _Shapes) -> openvino.InferRequest:
        assert self._model is not None
        model = self._model.clone()
        model.reshape({place: list(shape) for place, shape in enumerate(shapes)})
        compiled = self._core.compile_model(model, "CPU", self._settings)
        return compiled.create_infer_request()
