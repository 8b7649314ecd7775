"""PyTorch itself as an engine: on a CPU, CUDA or MPS."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from stickdance.synth.compute.device import precision
from stickdance.synth.engines.contract import paints_windows
from stickdance.synth.generators.compact import Painted
from stickdance.synth.generators.crop_window import GRID
from stickdance.synth.generators.temporal import recalls


class TorchEngine:
    """Computes by the generator as it is."""

    name = "torch"
    step = GRID
    most_at_once: int | None = None

    def __init__(self, generator: nn.Module, device: torch.device, half: bool) -> None:
        """Hold the generator.

        Args:
            generator: on `device`.
            device: where it computes.
            half: in bfloat16 where that is safe.
        """
        self._paint = getattr(generator, "paint", generator)
        self._device, self.half = device, half
        # Whole frames of large networks would take much memory side by side.
        alone = device.type != "cpu" or recalls(generator) or not paints_windows(generator)
        self.side_by_side = 1 if alone else torch.get_num_threads()

    @torch.inference_mode()
    def paint(self, inputs: Mapping[str, Tensor]) -> Painted:
        """Return what the generator paints, on the generator's device."""
        there = {name: value.to(self._device) for name, value in inputs.items()}
        with precision(self._device, self.half):
            return self._paint(**there)
