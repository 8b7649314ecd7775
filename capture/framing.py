"""Framing: which part of a frame is used, and the size that it is scaled to.

One framing serves pictures of any resolution and the poses in them, since its crop is given in
shares of the frame.
"""

from dataclasses import dataclass

import cv2
import numpy as np

_STRETCH_ALLOWED = 0.02  # shapes closer than this are stretched, not cropped


@dataclass(frozen=True)
class Framing:
    """A crop of the frame and the size it is scaled to."""

    size: tuple[int, int]
    """(width, height) of the result."""
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    """Left, top, right, bottom as shares of the frame's width and height."""

    def transform(self, source: tuple[int, int]) -> tuple[float, float, float, float]:
        """Return (x0, y0, scale_x, scale_y): framed = (point - (x0, y0)) * (scale_x, scale_y)."""
        left, top, right, bottom = self.box(source)
        return left, top, self.size[0] / (right - left), self.size[1] / (bottom - top)

    def box(self, source: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return the crop in whole pixels of a frame of `source` size."""
        width, height = source
        left, top, right, bottom = self.crop
        return (
            round(left * width),
            round(top * height),
            max(round(right * width), round(left * width) + 1),
            max(round(bottom * height), round(top * height) + 1),
        )

    def picture(self, picture: np.ndarray) -> np.ndarray:
        """Return the framed picture or matte, by area averaging where it shrinks."""
        height, width = picture.shape[:2]
        left, top, right, bottom = self.box((width, height))
        part = picture[top:bottom, left:right]
        if (right - left, bottom - top) == self.size:
            return part
        shrinks = self.size[0] <= right - left and self.size[1] <= bottom - top
        method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        return cv2.resize(part, self.size, interpolation=method)

    def points(self, points: np.ndarray, source: tuple[int, int]) -> np.ndarray:
        """Return points (..., 2) given in pixels of `source` in pixels of the framed picture."""
        x0, y0, scale_x, scale_y = self.transform(source)
        return (points - np.array([x0, y0], points.dtype)) * np.array(
            [scale_x, scale_y], points.dtype
        )


def frame_around(
    source: tuple[int, int], size: tuple[int, int], centre: tuple[float, float]
) -> Framing:
    """Choose the largest crop of the shape of `size`, as near to `centre` as the frame allows.

    Args:
        source: (width, height) of the frames.
        size: (width, height) wanted; a shape within 2 % of the source's is stretched instead.
        centre: the point to keep in the middle, in pixels of `source`, e.g. the person's.
    """
    shape = (size[0] / size[1]) / (source[0] / source[1])
    if abs(shape - 1) <= _STRETCH_ALLOWED:
        return Framing(size)
    share_x, share_y = min(1.0, shape), min(1.0, 1 / shape)
    left = float(np.clip(centre[0] / source[0] - share_x / 2, 0, 1 - share_x))
    top = float(np.clip(centre[1] / source[1] - share_y / 2, 0, 1 - share_y))
    return Framing(size, (left, top, left + share_x, top + share_y))
