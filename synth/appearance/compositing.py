"""Compositing of moved crops: premultiplied float32 while pieces are added, then plain RGBA."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor, hypot
from typing import NamedTuple

import numpy as np

from stickdance.synth.appearance.compositing_kernels import Box, add, cover, settle
from stickdance.synth.appearance.joint_bending import NUMBERS
from stickdance.synth.appearance.part_crops import PartCrop
from stickdance.synth.compute.array_types import Bytes, Floats

_FLAT = 1e-9  # times the area, of a map that lets nothing be seen


_STRAIGHT = np.zeros((0, NUMBERS))


class WarpedCrop(NamedTuple):
    """A crop to composite, and where to."""

    cut: PartCrop
    move: Floats
    """(2, 3) affine map from the picture it was cut from."""
    share: float = 1.0
    """How much of it shows in a mixture of pieces."""
    bends: Floats = _STRAIGHT
    """(n, `joint_bending.NUMBERS`): where it bends."""

    def showing(self, pixels: Bytes, share: float = 1.0) -> "WarpedCrop":
        """Return a piece that shows other pixels of its cut, by some share of what it had."""
        cut = replace(self.cut, pixels=pixels)
        return WarpedCrop(cut, self.move, self.share * share, self.bends)


class Canvas:
    """Pieces composited so far, premultiplied."""

    def __init__(self, size: tuple[int, int]) -> None:
        """Begin with nothing, (width, height) pixels large."""
        width, height = self.size = size
        self._pixels = np.zeros((height, width, 4), np.float32)
        self._layer = np.zeros_like(self._pixels)
        self._touched = (width, height, 0, 0)

    def composite(self, pieces: Sequence[WarpedCrop]) -> None:
        """Composite a mixture of pieces, whose shares add up to 1, over what is there."""
        boxes = [_landing_box(piece, *self.size) for piece in pieces]
        there = [place for place, box in enumerate(boxes) if box[2] > box[0] and box[3] > box[1]]
        if not there:
            return
        for place in there:
            piece = pieces[place]
            add(self._layer, *_inverted(piece), boxes[place], _in_pixels(piece))
        box = _around([boxes[place] for place in there])
        cover(self._pixels, self._layer, box)
        self._touched = _around([self._touched, box])

    def finish(self) -> Bytes:
        """Return the result as plain uint8 RGBA (height, width, 4), and begin anew."""
        width, height = self.size
        out = np.zeros((height, width, 4), np.uint8)
        settle(self._pixels, out, self._touched)
        self._touched = (width, height, 0, 0)
        return out


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _landing_box(piece: WarpedCrop, width: int, height: int) -> Box:
    """Return where a piece lands on a canvas: left, top, right, bottom."""
    high, wide = piece.cut.pixels.shape[:2]
    (a, b, _), (c, d, _) = piece.move.tolist()
    if not wide or abs(a * d - b * c) < _FLAT:
        return 0, 0, 0, 0
    left, top = piece.cut.left, piece.cut.top
    # Plain numbers: arrays of four take ten times as long.
    x, y = (
        [a * column + b * row + c for column in (left, left + wide) for row in (top, top + high)]
        for a, b, c in piece.move.tolist()
    )
    for bend in piece.bends.tolist():
        if bend[13]:
            # The slope is one over twice the reach.
            reach = 1 / hypot(bend[8], bend[9])
            x += [bend[4] - reach, bend[4] + reach]
            y += [bend[5] - reach, bend[5] + reach]
    return (
        min(max(floor(min(x)), 0), width),
        min(max(floor(min(y)), 0), height),
        min(max(ceil(max(x)), 0), width),
        min(max(ceil(max(y)), 0), height),
    )


def _in_pixels(piece: WarpedCrop) -> Floats:
    """Return where a piece bends, in pixel numbers of the canvas and of its pixels."""
    if not len(piece.bends):
        return piece.bends
    left, top = piece.cut.left, piece.cut.top
    bends = piece.bends.copy()
    bends[:, 4:8] -= 0.5, 0.5, left + 0.5, top + 0.5  # centres of pixels lie on halves
    return bends


def _inverted(piece: WarpedCrop) -> tuple[Bytes, tuple[float, ...], float]:
    """Return a piece's pixels, the map from a canvas's pixel numbers to theirs, and its share."""
    (a, b, c), (d, e, f) = piece.move.tolist()
    size = a * e - b * d
    a, b, d, e = e / size, -b / size, -d / size, a / size
    # Centres of pixels lie on halves.
    x, y = 0.5 - c, 0.5 - f
    left, top = piece.cut.left + 0.5, piece.cut.top + 0.5
    back = (a, b, a * x + b * y - left, d, e, d * x + e * y - top)
    return piece.cut.pixels, back, piece.share
