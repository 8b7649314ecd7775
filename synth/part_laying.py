"""Laying cut pieces over one another: premultiplied float32 canvases, later plain RGBA."""

from collections.abc import Sequence
from math import ceil, floor
from typing import NamedTuple

import cv2
import numpy as np

from synth.part_cuts import Cut


class Piece(NamedTuple):
    """Something to lay."""

    cut: Cut
    move: np.ndarray
    """(2, 3) affine map from the picture it was cut from."""
    share: float = 1.0
    """How much of it shows in a mixture of pieces."""


def lay(canvas: np.ndarray, pieces: Sequence[Piece]) -> None:
    """Lay a mixture of pieces over a canvas.

    Args:
        canvas: premultiplied RGBA float32 (height, width, 4), 0..255; changed.
        pieces: whose shares add up to 1.
    """
    boxes = [_landing(piece, canvas.shape[1], canvas.shape[0]) for piece in pieces]
    there = [(x0, y0, x1, y1) for x0, y0, x1, y1 in boxes if x1 > x0 and y1 > y0]
    if not there:
        return
    lefts, tops, rights, bottoms = zip(*there, strict=True)
    box = min(lefts), min(tops), max(rights), max(bottoms)
    layer = None
    for piece, (left, top, right, bottom) in zip(pieces, boxes, strict=True):
        if right > left and bottom > top:
            moved = _moved(piece, *box)
            shown = np.multiply(moved, piece.share, dtype=np.float32)
            layer = shown if layer is None else np.add(layer, shown, out=layer)
    assert layer is not None
    _cover(canvas[box[1] : box[3], box[0] : box[2]], layer)


def settle(canvas: np.ndarray, out: np.ndarray) -> None:
    """Write a premultiplied float32 canvas as plain uint8 RGBA into `out`, zeros before."""
    seen = (cv2.extractChannel(canvas, 3) > 1).view(np.uint8)
    left, top, width, height = cv2.boundingRect(seen)
    if not width:
        return
    box = slice(top, top + height), slice(left, left + width)
    alpha, shown = cv2.extractChannel(canvas[box], 3), seen[box].astype(np.float32)
    scale = 255 * shown / np.maximum(alpha, 1)
    out[box] = cv2.multiply(canvas[box], cv2.merge((scale,) * 3 + (shown,)), dtype=cv2.CV_8U)


def _cover(below: np.ndarray, layer: np.ndarray) -> None:
    seen_through = 1 - cv2.extractChannel(layer, 3) * np.float32(1 / 255)
    below *= cv2.merge((seen_through,) * 4)
    below += layer


def _landing(piece: Piece, width: int, height: int) -> tuple[int, int, int, int]:
    """Return where a piece lands on a canvas: left, top, right, bottom."""
    high, wide = piece.cut.pixels.shape[:2]
    if not wide:
        return 0, 0, 0, 0
    left, top = piece.cut.left, piece.cut.top
    # Plain numbers: arrays of four take ten times as long.
    x, y = (
        [a * column + b * row + c for column in (left, left + wide) for row in (top, top + high)]
        for a, b, c in piece.move.tolist()
    )
    return (
        min(max(floor(min(x)), 0), width),
        min(max(floor(min(y)), 0), height),
        min(max(ceil(max(x)), 0), width),
        min(max(ceil(max(y)), 0), height),
    )


def _moved(piece: Piece, x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
    (a, b, c), (d, e, f) = piece.move.tolist()
    # Our pixel centres lie on halves, cv2's on whole numbers.
    x, y = piece.cut.left + 0.5, piece.cut.top + 0.5
    local = ((a, b, c + a * x + b * y - x0 - 0.5), (d, e, f + d * x + e * y - y0 - 0.5))
    # Cubic: linear interpolation takes a twelfth of the sharpness.
    return cv2.warpAffine(
        piece.cut.pixels, np.array(local), (x1 - x0, y1 - y0), flags=cv2.INTER_CUBIC
    )
