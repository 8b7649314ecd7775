"""Pictures of 16 bits a channel on the scale of 8, and back: levels from 0 to 255, with fractions.

A level is 257 steps of 16 bits, so that black and white stay what they are, and what was once 8
bits comes back exactly.
"""

import numpy as np

_STEPS = 257


def levels(picture: np.ndarray) -> np.ndarray:
    """Return float32 in 0..255 for a uint8 or uint16 picture."""
    values = picture.astype(np.float32)
    return values / np.float32(_STEPS) if picture.dtype == np.uint16 else values


def eight_bits(picture: np.ndarray) -> np.ndarray:
    """Return uint8 for a uint8 or uint16 picture, or one of levels in 0..255, rounded."""
    if picture.dtype == np.uint8:
        return picture
    if picture.dtype == np.uint16:
        picture = levels(picture)
    return np.rint(picture.clip(0, 255)).astype(np.uint8)
