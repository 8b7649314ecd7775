"""Between tensors of a window and the arrays that a graph takes and gives.

A window at the frame's edge is filled up to multiples of 16, for graphs that take nothing else.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stickdance.synth.compute.array_types import Floats
from stickdance.synth.generators.compact import Painted
from stickdance.synth.generators.crop_window import GRID


def as_arrays(inputs: Mapping[str, Tensor], fill: bool) -> dict[str, NDArray[Any]]:
    """Return inputs as arrays; to fill, pictures grow at right and bottom by their edge."""
    arrays = {name: value.numpy() for name, value in inputs.items()}
    grown = {name: _grown(array) for name, array in arrays.items()} if fill else arrays
    return {name: np.ascontiguousarray(array) for name, array in grown.items()}


def as_painted(picture: Floats, matte: Floats, size: tuple[int, int]) -> Painted:
    """Return a graph's answers, cut to `size` (height, width)."""
    height, width = size
    return Painted(*(torch.from_numpy(each)[..., :height, :width] for each in (picture, matte)))


def _grown(array: NDArray[Any]) -> NDArray[Any]:
    margins = [(0, 0)] * 2 + [(0, -side % GRID) for side in array.shape[2:]]
    if array.ndim == 4 and any(right for _, right in margins):
        array = np.pad(array, margins, "edge")
    return array
