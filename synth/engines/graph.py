"""A generator as an ONNX graph: from named inputs to picture and matte.

The graph of a generator that paints windows takes windows of any size whose sides are multiples of
16, and any number of them; that of one that paints whole frames takes one size.

A compact generator is folded, so that it is computed in fewer steps
(`stickdance.synth.generators.fused_convolutions`).

PyTorch's older exporter, by tracing, makes it in a third of a second; the newer one takes ten, too
long for a graph that is made anew for each rendering.
"""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from stickdance.synth.engines.contract import inputs_of, paints_windows
from stickdance.synth.generators.fused_convolutions import folded

OUTPUTS = ("picture", "matte")
OPSET = 17
_FREE = {0: "samples", 2: "height", 3: "width"}
_TRACED = (2, 64, 96)  # samples, height, width: no two alike, so that none is taken for another


@dataclass(frozen=True)
class Graph:
    """A generator as ONNX. Its inputs are those that the generator looks at, by their names."""

    onnx: bytes
    any_size: bool
    """Whether samples, height and width are free."""


def graph_of(generator: nn.Module, example: Mapping[str, Tensor]) -> Graph:
    """Return the graph of a generator on a CPU.

    Args:
        generator: whose weights it gets.
        example: its inputs by name; their channels count, and their size where it is not free.
    """
    names, any_size = inputs_of(generator), paints_windows(generator)
    inputs = tuple(_traced(example[name]) if any_size else example[name] for name in names)
    axes = dict.fromkeys(OUTPUTS, _FREE)
    axes |= {name: _FREE if example[name].ndim == 4 else {0: "samples"} for name in names}
    file = io.BytesIO()
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # branches on sizes, which are the same for all windows
        torch.onnx.export(
            _ByPosition(folded(generator), names).eval(),
            inputs,
            file,  # type: ignore[arg-type]  # the older exporter takes it
            input_names=list(names),
            output_names=list(OUTPUTS),
            dynamic_axes=axes if any_size else None,
            opset_version=OPSET,
            dynamo=False,
        )
    return Graph(file.getvalue(), any_size)


class _ByPosition(nn.Module):
    """Takes inputs in order and hands them on by name, as exporters call modules."""

    def __init__(self, generator: nn.Module, names: tuple[str, ...]) -> None:
        super().__init__()
        self.generator, self.names = generator, names

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        paint = getattr(self.generator, "paint", self.generator)
        painted = paint(**dict(zip(self.names, inputs, strict=True)))
        return painted.picture, painted.matte


def _traced(example: Tensor) -> Tensor:
    samples, height, width = _TRACED
    if example.ndim != 4:
        return example[:1].expand(samples, *example.shape[1:]).contiguous()
    return torch.zeros(samples, example.shape[1], height, width)
