"""The loops of `layers`, compiled: a person taken out of a room, and laid over one.

Pictures and rooms are uint8 RGB (height, width, 3), pixels float32 (height, width, 4).
"""

import numpy as np

from stickdance.capture.media.jit import compiled_fast
from stickdance.synth.compute.array_types import Bytes, Floats

_NONE, _HALF, _ONE, _FULL = np.float32(0), np.float32(0.5), np.float32(1), np.float32(255)


@compiled_fast
def taken_out(picture: Bytes, matte: Floats, room: Bytes, pixels: Floats) -> None:
    """Write what a picture has that the room behind it has not, and the matte, into `pixels`."""
    height, width = matte.shape
    for y in range(height):
        for x in range(width):
            alpha = matte[y, x]
            for channel in range(3):
                behind = (alpha - _ONE) * np.float32(room[y, x, channel])
                pixels[y, x, channel] = behind + np.float32(picture[y, x, channel])
            pixels[y, x, 3] = alpha


@compiled_fast
def laid_over(pixels: Floats, room: Bytes, picture: Bytes, matte: Floats) -> None:
    """Write pixels over a room into `picture`, and their matte, within 0..1, into `matte`."""
    height, width = matte.shape
    for y in range(height):
        for x in range(width):
            alpha = min(max(pixels[y, x, 3], _NONE), _ONE)
            for channel in range(3):
                behind = (_ONE - alpha) * np.float32(room[y, x, channel])
                colour = min(max(pixels[y, x, channel] + behind, _NONE), _FULL)
                picture[y, x, channel] = np.uint8(colour + _HALF)
            matte[y, x] = alpha
