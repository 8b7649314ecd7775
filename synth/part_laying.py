"""Laying cut pieces over one another: premultiplied float32 canvases, later plain RGBA."""

from collections.abc import Sequence
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
    boxes = np.array([_landing(piece, canvas) for piece in pieces])
    there = (boxes[:, 2:] > boxes[:, :2]).all(1)
    if not there.any():
        return
    x0, y0 = boxes[there, :2].min(0)
    x1, y1 = boxes[there, 2:].max(0)
    layer = None
    for piece, seen in zip(pieces, there, strict=True):
        if seen:
            moved = _moved(piece, int(x0), int(y0), int(x1), int(y1))
            shown = moved if piece.share == 1 else moved * np.float32(piece.share)
            layer = shown if layer is None else layer + shown
    assert layer is not None
    below = canvas[y0:y1, x0:x1]
    below *= 1 - layer[..., 3:] * np.float32(1 / 255)
    below += layer


def settle(canvas: np.ndarray, out: np.ndarray) -> None:
    """Write a premultiplied float32 canvas as plain uint8 RGBA into `out`, zeros before."""
    rows = np.flatnonzero((canvas[..., 3] > 1).any(1))
    columns = np.flatnonzero((canvas[..., 3] > 1).any(0))
    if not len(rows):
        return
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    used = canvas[box]
    alpha = used[..., 3:]
    np.divide(used[..., :3] * 255, alpha, out=used[..., :3], where=alpha > 1)
    used[alpha[..., 0] <= 1] = 0
    out[box] = np.rint(used).clip(0, 255).astype(np.uint8)


def _landing(piece: Piece, canvas: np.ndarray) -> tuple[int, int, int, int]:
    """Return where a piece lands on the canvas: left, top, right, bottom."""
    height, width = piece.cut.pixels.shape[:2]
    if not width:
        return 0, 0, 0, 0
    left, top = piece.cut.left, piece.cut.top
    right, bottom = left + width, top + height
    corners = np.array([[left, top, 1], [right, top, 1], [left, bottom, 1], [right, bottom, 1]])
    landed = corners @ piece.move.T
    most = canvas.shape[1], canvas.shape[0]
    x0, y0 = np.floor(landed.min(0)).astype(int).clip(0, most)
    x1, y1 = np.ceil(landed.max(0)).astype(int).clip(0, most)
    return int(x0), int(y0), int(x1), int(y1)


def _moved(piece: Piece, x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
    local = piece.move.copy()
    # Our pixel centres lie on halves, cv2's on whole numbers.
    shift = np.array([piece.cut.left + 0.5, piece.cut.top + 0.5])
    local[:, 2] += piece.move[:, :2] @ shift - (x0 + 0.5, y0 + 0.5)
    moved: np.ndarray = cv2.warpAffine(piece.cut.pixels, local, (x1 - x0, y1 - y0))
    return moved
