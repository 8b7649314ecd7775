"""A network in a TensorFlow Lite file, computed by LiteRT, or by OpenVINO where that is installed.

The two agree to about six digits. OpenVINO is taken where it is, for it is faster.
"""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from stickdance.capture.estimators.quiet import without_chatter
from stickdance.checkpoints.errors import MissingDependency

_CHATTER = re.compile(
    rb"^(INFO: |W0000 |I0000 |[WI]\d{4} \d|WARNING: All log messages before absl)"
)
THREADS = min(2, max(1, (os.cpu_count() or 1) // 2))
"""Threads of a network that others need not wait for: more gain little on networks this small, and
two on two cores wait for the decoder and the encoder beside them."""


class Network(Protocol):
    """Computes a network."""

    def __call__(self, picture: np.ndarray) -> dict[str, np.ndarray]:
        """Return its outputs by name, with a first axis of length 1.

        Args:
            picture: float32 (height, width, 3), of the size and range that the network expects.
        """
        ...


def open_network(file: Path, threads: int = THREADS, exact: bool = True) -> Network:
    """Return the network of a file, ready to compute.

    Args:
        file: a TensorFlow Lite file.
        threads: that compute it; one costs the least processor time, where others wait for it.
        exact: in single precision; else in bfloat16 where the processor and OpenVINO can.

    Raises:
        MissingDependency: neither OpenVINO nor LiteRT is installed and can read the file.
    """
    failed: list[str] = []
    for engine in (_OpenVino, _LiteRt):  # OpenVINO lacks operations that LiteRT has
        try:
            with without_chatter(_CHATTER):
                return engine(file, threads, exact)
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            failed.append(str(error).strip().splitlines()[-1])
    raise MissingDependency(
        f"{file.name}: cannot be computed ({'; '.join(failed):.200}); pip install ai-edge-litert"
    )


class _LiteRt:
    def __init__(self, file: Path, threads: int, exact: bool) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_path=str(file), num_threads=threads)
        self._interpreter.allocate_tensors()
        (self._input,) = self._interpreter.get_input_details()
        self._outputs = self._interpreter.get_output_details()

    def __call__(self, picture: np.ndarray) -> dict[str, np.ndarray]:
        self._interpreter.set_tensor(self._input["index"], picture[None])
        self._interpreter.invoke()
        return {each["name"]: self._interpreter.get_tensor(each["index"]) for each in self._outputs}


class _OpenVino:
    def __init__(self, file: Path, threads: int, exact: bool) -> None:
        from stickdance.checkpoints.openvino_core import CORE

        short = not exact and "BF16" in CORE.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        network = _compiled(file, threads, "bf16" if short else "f32", file.stat().st_mtime_ns)
        self._request = network.create_infer_request()  # each asks for itself, from any thread
        self._names = [output.get_any_name() for output in network.outputs]

    def __call__(self, picture: np.ndarray) -> dict[str, np.ndarray]:
        answer = self._request.infer(np.ascontiguousarray(picture)[None], share_inputs=True)
        return {name: np.array(answer[n]) for n, name in enumerate(self._names)}


@cache
def _compiled(file: Path, threads: int, precision: str, _written: int) -> Any:
    """Return a network compiled by OpenVINO, which takes half a second, once for each file."""
    from stickdance.checkpoints.openvino_core import CORE

    return CORE.compile_model(
        str(file),
        "CPU",
        {
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": precision,
            "PERFORMANCE_HINT": "LATENCY",
        },
    )
