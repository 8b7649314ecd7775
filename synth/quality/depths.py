"""Pictures of 16 bits a channel on the scale of 8, and back: levels from 0 to 255, with fractions.

A level is 257 steps of 16 bits, so that black and white stay what they are, and what was once 8
bits comes back exactly.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stickdance.synth.compute.array_types import Bytes, Floats

_STEPS = 257


def levels(picture: NDArray[Any]) -> Floats:
    """Return float32 in 0..255 for a uint8 or uint16 picture."""
    values = picture.astype(np.float32)
    return values / np.float32(_STEPS) if picture.dtype == np.uint16 else values


def levels_of_bits(values: NDArray[Any], bits: int) -> Floats:
    """Return float32 in 0..255 for whole numbers of so many bits, whose peak is all ones."""
    return values.astype(np.float32) * np.float32(255 / (2**bits - 1))


def eight_bits(picture: NDArray[Any]) -> Bytes:
    """Return uint8 for a uint8 or uint16 picture, or one of levels in 0..255, rounded."""
    if picture.dtype == np.uint16:
        picture = levels(picture)
    if picture.dtype != np.uint8:
        picture = np.rint(picture.clip(0, 255))
    return picture.astype(np.uint8, copy=False)
