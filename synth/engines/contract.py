"""What an engine is, the names that engines go by, and the inputs that they take."""

from collections.abc import Mapping
from typing import Protocol

from torch import Tensor, nn

from stickdance.synth.generators.compact import Painted

INT8 = "openvino-int8"
"""OpenVINO again, after `stickdance.synth.engines.int8`: the only one that loses something."""

_INPUTS = ("stick", "warped", "plate")


class Engine(Protocol):
    """Computes windows of frames."""

    name: str
    step: int
    """Sides of windows should be multiples of it; the fewer sizes there are, the better."""
    most_at_once: int | None
    """Frames that it computes together at most; None: as many as memory holds."""
    side_by_side: int
    """Threads that may call `paint` at the same time, each with windows of its own."""
    half: bool
    """Whether it computes in bfloat16."""

    def paint(self, inputs: Mapping[str, Tensor]) -> Painted:
        """Return what the generator paints; inputs by the generator's names."""


def paints_windows(generator: nn.Module) -> bool:
    """Return whether a generator can be asked for a window of the frame, by its `paint`."""
    return callable(getattr(generator, "paint", None))


def inputs_of(generator: nn.Module) -> tuple[str, ...]:
    """Return the names of a generator's inputs: those of its attribute `inputs`, or the usual."""
    return tuple(getattr(generator, "inputs", _INPUTS))
