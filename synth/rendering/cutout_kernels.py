"""The loops of `cutout`, compiled: colours and share of the person, pixel by pixel.

They hold no interpreter lock and pass over the pixels where nobody is.
"""

import numpy as np

from stickdance.capture.media.jit import compiled_fast
from stickdance.synth.compute.array_types import Bytes, Floats

_NONE, _ONE, _HALF, _FULL = np.float32(0), np.float32(1), np.float32(0.5), np.float32(255)
_LEAST = np.float32(1e-3)  # of the matte: below, nobody is there
_TINY = np.float32(1e-12)  # weight that divides by no nought
_DOUBT = np.float32(0.08)  # of the matte: no person, and a veil over another room
_SURE = np.float32(0.95)  # of the matte within the rim: not at the edge
_BESIDE = np.float32(2 * 20**2)  # squared levels that a colour may lie beside the line
_ALIKE = np.float32(2 * (2 * 40**2) ** 2)  # (squared levels)^2 up to which person and room are like
_LOOSE, _BOUND = np.float32(0.05), np.float32(0.3)  # prices of a colour that is not the usual one


@compiled_fast
def opaque_colours(picture: Bytes, matte: Floats, within: Floats, room: Bytes) -> Floats:
    """Return the person's colours times how surely they are only that, and these weights.

    Args:
        picture: uint8 RGB (h, w, 3), the person over the room.
        matte: float32 (h, w) 0..1.
        within: float32 (h, w), the matte without its rim.
        room: uint8 RGB (h, w, 3).

    Returns:
        float32 (h, w, 4).
    """
    height, width = matte.shape
    out = np.zeros((height, width, 4), np.float32)
    for y in range(height):
        for x in range(width):
            if within[y, x] <= _LEAST:
                continue
            share, bold = matte[y, x], within[y, x] * within[y, x]
            weight = bold * bold  # a pixel that is half the room says little
            for channel in range(3):
                own = np.float32(picture[y, x, channel])
                own -= (_ONE - share) * np.float32(room[y, x, channel])
                out[y, x, channel] = own / share * weight
            out[y, x, 3] = weight
    return out


@compiled_fast
def add_room_free(
    out: Bytes,
    picture: Bytes,
    matte: Floats,
    within: Floats,
    room: Bytes,
    usual: Floats,
) -> None:
    """Write the person without the room; nothing where nobody is.

    Args:
        out: uint8 RGBA (h, w, 4), zeros before; colours not multiplied by alpha.
        picture: uint8 RGB (h, w, 3), the person over the room.
        matte: float32 (h, w) 0..1.
        within: float32 (h, w), the matte without its rim.
        room: uint8 RGB (h, w, 3).
        usual: float32 (h, w, 4), the person's usual colours by their weights, and the weights.
    """
    height, width = matte.shape
    over, likely = np.empty(3, np.float32), np.empty(3, np.float32)
    for y in range(height):
        for x in range(width):
            share, price = matte[y, x], _NONE
            if share <= _DOUBT:
                continue
            for channel in range(3):
                over[channel] = np.float32(picture[y, x, channel])
                over[channel] -= np.float32(room[y, x, channel])
                likely[channel] = over[channel]
            if share < _SURE or within[y, x] < _SURE:
                for channel in range(3):
                    likely[channel] = usual[y, x, channel] / max(usual[y, x, 3], _TINY)
                    likely[channel] -= np.float32(room[y, x, channel])
                between, certainty = _on_line(over, likely)
                share += certainty * (min(between, share) - share)
                price = (_ONE - share) * (_LOOSE + certainty * (_BOUND - _LOOSE))
            if share <= _DOUBT:
                continue
            gain = share / (share * share + price)
            for channel in range(3):
                colour = likely[channel] + (over[channel] - share * likely[channel]) * gain
                colour += np.float32(room[y, x, channel])
                out[y, x, channel] = np.uint8(min(max(colour, _NONE), _FULL) + _HALF)
            out[y, x, 3] = np.uint8((share - _DOUBT) / (_ONE - _DOUBT) * _FULL + _HALF)


@compiled_fast
def _on_line(over: Floats, likely: Floats) -> tuple[np.float32, np.float32]:
    """Return where a colour lies between room and person, 0..1, and how much that tells, 0..1.

    Args:
        over: (3,) how the painted colour differs from the room's.
        likely: (3,) how the person's does.
    """
    length = likely[0] * likely[0] + likely[1] * likely[1] + likely[2] * likely[2]
    along = over[0] * likely[0] + over[1] * likely[1] + over[2] * likely[2]
    between = min(max(along / max(length, _ONE), _NONE), _ONE)
    beside = _NONE
    for channel in range(3):
        off = over[channel] - between * likely[channel]
        beside += off * off
    unlike = length * length / (length * length + _ALIKE)
    return between, unlike * np.exp(-beside / _BESIDE)
