"""Where the background moves by itself: a curtain, a plant, a screen.

Such a place is known by its spread: how far the room's colours vary from frame to frame, freed of
the frames' light and of the person's shadow, beyond what is usual in the picture. Thin lines, which
any remaining tremble of the camera makes restless, are none.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from stickdance.capture.matting.plate import Plate

_RESTLESS = 6.0  # grey values of standard deviation from which a place moves
_UNUSUAL = 3.0  # times the picture's median spread that it must be too
_THIN = 0.008  # of the height: what is no thicker is an edge that trembles
_NEAR = 0.03  # of the height: places no farther apart are one
_SMALLEST = 0.003  # share of the picture that is worth a word


@dataclass(frozen=True)
class MovingBackground:
    """A part of the background that moves."""

    box: tuple[float, float, float, float]
    """Left, top, right, bottom as shares of the frame."""
    share: float
    """Of the frame, that moves within the box."""
    spread: float
    """Mean standard deviation there, in grey values."""

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        box = [round(edge, 3) for edge in self.box]
        return {"box": box, "share": round(self.share, 4), "spread": round(self.spread, 1)}


def moving_background(plate: Plate, often: np.ndarray) -> tuple[MovingBackground, ...]:
    """Return the parts of a plate that move, the largest first.

    Args:
        plate: the room.
        often: bool (height, width): it was seen so often there that its spread can be told.
    """
    height, width = plate.noise.shape
    usual = float(np.median(plate.noise[often])) if often.any() else 0.0
    moves = (plate.noise > max(_RESTLESS, _UNUSUAL * usual)) & often
    solid = cv2.morphologyEx(moves.astype(np.uint8), cv2.MORPH_OPEN, _disc(_THIN * height))
    joined = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, _disc(_NEAR * height))
    count, labels, facts, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    parts = []
    for label in range(1, count):
        there = (labels == label) & (solid > 0)
        share = float(there.mean())
        if share >= _SMALLEST:
            left, top, wide, high = (int(value) for value in facts[label, :4])
            box = left / width, top / height, (left + wide) / width, (top + high) / height
            parts.append(MovingBackground(box, share, float(plate.noise[there].mean())))
    return tuple(sorted(parts, key=lambda part: -part.share))


def _disc(radius: float) -> np.ndarray:
    side = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
