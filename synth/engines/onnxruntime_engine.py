"""ONNX Runtime as an engine, in float32 on a CPU."""

from collections.abc import Mapping

import stickdance.checkpoints.offline  # noqa: F401  # first: what is imported below would phone home

# isort: split
import onnxruntime
import torch
from torch import Tensor, nn

from stickdance.synth.engines.arrays import as_arrays, as_painted
from stickdance.synth.engines.graph import OUTPUTS, Graph, graph_of
from stickdance.synth.generators.compact import Painted
from stickdance.synth.generators.crop_window import GRID

_QUIET = 3  # errors only


class OnnxRuntimeEngine:
    """Computes by ONNX Runtime."""

    name = "onnxruntime"
    step = GRID
    half = False
    most_at_once: int | None = 1  # several together take as long for each, and a larger window
    side_by_side = 1

    def __init__(self, generator: nn.Module) -> None:
        """Hold a generator whose graph is made when the first window comes."""
        self._generator = generator
        self._graph: Graph | None = None
        self._session: onnxruntime.InferenceSession | None = None

    def paint(self, inputs: Mapping[str, Tensor]) -> Painted:
        """Return what the generator paints."""
        if self._session is None or self._graph is None:
            self._graph = graph_of(self._generator, inputs)
            self._session = session_of(self._graph)
        height, width = inputs["plate"].shape[-2:]
        seen = {each.name: inputs[each.name] for each in self._session.get_inputs()}
        picture, matte = self._session.run(list(OUTPUTS), as_arrays(seen, self._graph.any_size))
        return as_painted(picture, matte, (height, width))


def session_of(graph: Graph) -> onnxruntime.InferenceSession:
    """Return a session that computes a graph with as many threads as PyTorch would."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = _QUIET
    return onnxruntime.InferenceSession(graph.onnx, options, providers=["CPUExecutionProvider"])
