"""The loops of `compositing`, compiled: moved pieces over one another, pixel by pixel.

They hold no interpreter lock, so that several threads lay side by side, and visit only those pixels
that a moved piece may cover, row by row. Between pixels of a piece they interpolate by cubic
convolution (Keys 1981): linear interpolation takes a twelfth of the sharpness.

Pieces and canvases are premultiplied RGBA, 0..255; boxes are (left, top, right, bottom).
"""

import numpy as np

from stickdance.capture.media.jit import compiled_fast
from stickdance.synth.compute.array_types import Bytes, Floats

Box = tuple[int, int, int, int]
_SHARPEST = np.float32(-0.75)  # Keys's parameter, as OpenCV has it: the kernel's slope at a pixel
_FAINTEST = np.float32(1)  # alpha up to which a pixel counts as empty
_TO_ALPHA = np.uintp(4 + 3)  # from the first channel of a pixel to the alpha of the one after it
_STEEP = 4.0  # a piece ends over a fourth of the reach of a bend
_MOST = 1.6  # that a mixture of opposite maps is scaled to keep its area
_NONE, _HALF, _FULL = np.float32(0), np.float32(0.5), np.float32(255)


@compiled_fast
def add(
    layer: Floats,
    pixels: Bytes,
    back: tuple[float, ...],
    share: float,
    box: Box,
    bends: Floats,
) -> None:
    """Add a share of a moved piece to a layer.

    Args:
        layer: float32 (height, width, 4); changed.
        pixels: uint8 (h, w, 4), contiguous; the outer two pixels on each side are empty.
        back: the map (a, b, c, d, e, f) from (x, y) of the layer to that of the piece, which is
            (a x + b y + c, d x + e y + f); whole numbers are the centres of pixels.
        share: 0..1.
        box: where the piece may land.
        bends: (n, `joint_bending.NUMBERS`) where it bends, in pixels of layer and piece.
    """
    height, width = pixels.shape[:2]
    if height < 5 or width < 5:
        return  # nothing but empty edges
    a, b, c, d, e, f = back
    left, top, right, bottom = box
    numbers, line, part = pixels.reshape(-1), np.uintp(4 * width), np.float32(share)
    between = np.empty(16, np.float32)
    for y in range(top, bottom):
        u0, v0 = b * y + c, e * y + f
        first, last = _within(a, u0, width, left, right)
        first, last = _within(d, v0, height, first, last)
        for bend in range(len(bends)):
            first, last = _widened(bends[bend], y, width, height, box, first, last)
        for x in range(first, last):
            u, v = a * x + u0, d * x + v0
            there = part
            for bend in range(len(bends)):
                weight = _weight(bends[bend], x, y)
                if weight > 0.0:
                    there *= np.float32(_faded(bends[bend], x, y, weight))
                    u, v = _bent(bends[bend], a, b, d, e, x, y, weight)
                    break
            if len(bends) and not (1.0 <= u < width - 2.0 and 1.0 <= v < height - 2.0):
                continue
            # What is read stays within the piece, however the numbers were rounded.
            column = min(max(int(np.floor(u)), 1), width - 3)
            row = min(max(int(np.floor(v)), 1), height - 3)
            at = np.uintp(4 * ((row - 1) * width + column - 1))
            if _is_empty(numbers, at + line + _TO_ALPHA, line):
                continue
            x0, x1, x2, x3 = _weights(np.float32(u - column))
            y0, y1, y2, y3 = _weights(np.float32(v - row))
            for number in range(16):  # four channels of four pixels, which lie side by side
                place = at + np.uintp(number)
                between[number] = (
                    y0 * np.float32(numbers[place])
                    + y1 * np.float32(numbers[place + line])
                    + y2 * np.float32(numbers[place + line + line])
                    + y3 * np.float32(numbers[place + line + line + line])
                )
            alpha = x0 * between[3] + x1 * between[7] + x2 * between[11] + x3 * between[15]
            alpha = min(max(alpha, _NONE), _FULL)
            for channel in range(3):
                colour = (
                    x0 * between[channel]
                    + x1 * between[channel + 4]
                    + x2 * between[channel + 8]
                    + x3 * between[channel + 12]
                )
                layer[y, x, channel] += there * min(max(colour, _NONE), alpha)
            layer[y, x, 3] += there * alpha


@compiled_fast
def _widened(
    bend: Floats, y: int, width: int, height: int, box: Box, first: int, last: int
) -> tuple[int, int]:
    """Return [first, last) with what the map beyond a joint moves onto a row."""
    if bend[13] <= 0.0:
        return first, last
    down = y - bend[5]
    u0 = bend[6] - bend[0] * bend[4] + bend[1] * down
    v0 = bend[7] - bend[2] * bend[4] + bend[3] * down
    start, stop = _within(bend[0], u0, width, box[0], box[2])
    start, stop = _within(bend[2], v0, height, start, stop)
    if start >= stop:
        return first, last
    if first >= last:
        return start, stop
    return min(first, start), max(last, stop)


@compiled_fast
def _weight(bend: Floats, x: int, y: int) -> float:
    """Return how much a place moves as the part beyond a joint does, 0..1."""
    weight = bend[8] * (x - bend[4]) + bend[9] * (y - bend[5]) + 0.5
    weight = min(max(weight, 0.0), 1.0)
    return bend[13] * weight * weight * (3.0 - 2.0 * weight)


@compiled_fast
def _faded(bend: Floats, x: int, y: int, weight: float) -> float:
    """Return how much of a piece shows at a place: far beyond a joint its neighbour lies alone."""
    if weight < 0.5 * bend[13]:
        return 1.0
    right, down = x - bend[4], y - bend[5]
    beyond = np.sqrt(right * right + down * down) * bend[14] - 1.0
    return 1.0 - min(max(beyond * _STEEP, 0.0), 1.0)


@compiled_fast
def _bent(
    bend: Floats, a: float, b: float, d: float, e: float, x: int, y: int, weight: float
) -> tuple[float, float]:
    """Return the place of the piece that a place of the layer shows, moved by both maps."""
    rest, right, down = 1.0 - weight, x - bend[4], y - bend[5]
    areas = rest * bend[10] + weight * bend[11]
    area = rest * rest * bend[10] + weight * weight * bend[11] + rest * weight * bend[12]
    scale = _MOST
    if area * areas > 0.0 and areas / area < _MOST * _MOST:
        scale = np.sqrt(areas / area)
    u = (rest * a + weight * bend[0]) * right + (rest * b + weight * bend[1]) * down
    v = (rest * d + weight * bend[2]) * right + (rest * e + weight * bend[3]) * down
    return bend[6] + scale * u, bend[7] + scale * v


@compiled_fast
def _within(slope: float, offset: float, size: int, first: int, last: int) -> tuple[int, int]:
    """Return the part of [first, last) where slope * x + offset lies in [1, size - 2)."""
    low, high = 1.0 - offset, size - 2.0 - offset
    if abs(slope) < 1e-9:
        return (first, last) if low <= 0.0 < high else (first, first)
    low, high = low / slope, high / slope
    if slope < 0:
        low, high = high, low
    low, high = max(low, first - 1.0), min(high, last + 1.0)
    return max(first, int(np.ceil(low))), min(last, int(np.floor(high)) + 1)


@compiled_fast
def _is_empty(numbers: Bytes, at: np.uintp, line: np.uintp) -> bool:
    """Return whether the pixel whose alpha is at `at`, and those right and below of it, are."""
    beside = np.uintp(4)
    here = numbers[at] | numbers[at + beside]
    return bool((here | numbers[at + line] | numbers[at + line + beside]) == 0)


@compiled_fast
def _weights(beyond: np.float32) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """Return the weights of four pixels for a place so far beyond the second of them."""
    one, short = np.float32(1), np.float32(1) - beyond
    outer, inner = _SHARPEST, _SHARPEST + np.float32(2)
    middle = _SHARPEST + np.float32(3)
    second = (inner * beyond - middle) * beyond * beyond + one
    third = (inner * short - middle) * short * short + one
    first = outer * beyond * short * short
    return first, second, third, one - first - second - third


@compiled_fast
def cover(below: Floats, layer: Floats, box: Box) -> None:
    """Lay a layer over what is below, and empty it; float32 (height, width, 4) both."""
    left, top, right, bottom = box
    for y in range(top, bottom):
        for x in range(left, right):
            alpha = layer[y, x, 3]
            if alpha > 0:
                through = np.float32(1) - alpha * np.float32(1 / 255)
                for channel in range(4):
                    below[y, x, channel] = below[y, x, channel] * through + layer[y, x, channel]
                    layer[y, x, channel] = 0


@compiled_fast
def settle(canvas: Floats, out: Bytes, box: Box) -> None:
    """Write a canvas as plain uint8 RGBA into `out`, zeros before, and empty it."""
    left, top, right, bottom = box
    for y in range(top, bottom):
        for x in range(left, right):
            alpha = canvas[y, x, 3]
            if alpha > _FAINTEST:
                for channel in range(3):
                    colour = canvas[y, x, channel] * (_FULL / alpha)
                    out[y, x, channel] = np.uint8(min(colour, _FULL) + _HALF)
                out[y, x, 3] = np.uint8(min(alpha, _FULL) + _HALF)
            for channel in range(4):
                canvas[y, x, channel] = 0
