"""Framing: which part of a frame is used, and the size that it is scaled to.

One framing serves pictures of any resolution and the poses in them, since its crop is given in
shares of the frame. A crop may go beyond the frame: where a picture has another shape than the
footage, the view is as wide as the person needs it, and the room is continued beyond what was
filmed (`stickdance.capture.matting.outpainting`).
"""

from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.checkpoints.errors import BadInput

_STRETCH_ALLOWED = 0.02  # shapes closer than this are stretched, not cropped
_LEAST_FILMED = 0.2  # share of a picture that must have been filmed for it to look right
_SHAPES = np.geomspace(1 / 16, 16, 257)  # width over height: what is tried for one that fits


@dataclass(frozen=True)
class Framing:
    """A crop of the frame and the size it is scaled to."""

    size: tuple[int, int]
    """(width, height) of the result."""
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    """Left, top, right, bottom as shares of the frame's width and height; below 0 or above 1 it
    goes beyond the frame."""

    def transform(self, source: tuple[int, int]) -> tuple[float, float, float, float]:
        """Return (x0, y0, scale_x, scale_y): framed = (point - (x0, y0)) * (scale_x, scale_y)."""
        left, top, right, bottom = self.box(source)
        return left, top, self.size[0] / (right - left), self.size[1] / (bottom - top)

    def box(self, source: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return the crop in whole pixels of a frame of `source` size; it may lie beyond it."""
        width, height = source
        left, top, right, bottom = self.crop
        return (
            round(left * width),
            round(top * height),
            max(round(right * width), round(left * width) + 1),
            max(round(bottom * height), round(top * height) + 1),
        )

    @property
    def extends(self) -> bool:
        """Return whether the crop goes beyond the frame."""
        return min(self.crop) < 0 or max(self.crop) > 1

    @property
    def filmed(self) -> tuple[slice, slice]:
        """Return the rows and columns of the result that show the frame, to index pictures with."""
        left, top, right, bottom = self.crop
        return _filmed(top, bottom, self.size[1]), _filmed(left, right, self.size[0])

    def picture(self, picture: np.ndarray, beyond: np.ndarray | None = None) -> np.ndarray:
        """Return the framed picture or matte, by area averaging where it shrinks.

        Args:
            picture: (height, width) or (height, width, channels).
            beyond: what is shown beyond the frame, of the result's shape; None: zeros, which is
                nobody in a matte.
        """
        height, width = picture.shape[:2]
        box = self.box((width, height))
        part = _part(picture, box)
        if (part.shape[1], part.shape[0]) != self.size:
            shrinks = self.size[0] <= part.shape[1] and self.size[1] <= part.shape[0]
            method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
            part = cv2.resize(part, self.size, interpolation=method)
        if not self.extends:
            return part
        out = np.zeros_like(part) if beyond is None else beyond.copy()
        out[self.filmed] = part[self.filmed]
        return out

    def points(self, points: np.ndarray, source: tuple[int, int]) -> np.ndarray:
        """Return points (..., 2) given in pixels of `source` in pixels of the framed picture."""
        x0, y0, scale_x, scale_y = self.transform(source)
        return (points - np.array([x0, y0], points.dtype)) * np.array(
            [scale_x, scale_y], points.dtype
        )


def frame_around(
    source: tuple[int, int], size: tuple[int, int], room: tuple[float, float, float, float]
) -> Framing:
    """Choose the view of the shape of `size` that shows all of a person's room.

    It is the largest one within the frame where the room fits into that, else the smallest that
    holds the room. It lies around the room, as far within the frame as it can.

    Args:
        source: (width, height) of the frames.
        size: (width, height) wanted; a shape within 2 % of the source's is stretched instead, and
            shows the whole frame.
        room: left, top, right, bottom of what must be in the picture, in pixels of `source`; it
            may lie beyond the frame.

    Raises:
        BadInput: less than a fifth of the picture would be footage.
    """
    shape = size[0] / size[1]
    if abs(shape / (source[0] / source[1]) - 1) <= _STRETCH_ALLOWED:
        return Framing(size)
    view = _view(source, shape, room)
    if _share_filmed(view, source) < _LEAST_FILMED:
        raise BadInput(_refusal(source, size, room))
    left, top, right, bottom = view
    return Framing(size, (left / source[0], top / source[1], right / source[0], bottom / source[1]))


def _view(
    source: tuple[int, int], shape: float, room: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    left, top, right, bottom = room
    inside = min(source[0], source[1] * shape)
    width = max(inside, right - left, (bottom - top) * shape)
    height = width / shape
    x, y = _placed(left, right, width, source[0]), _placed(top, bottom, height, source[1])
    return x, y, x + width, y + height


def _placed(low: float, high: float, length: float, whole: int) -> float:
    """Return where a stretch of `length` begins that holds `low` to `high`, and little beyond."""
    first, last = sorted((0.0, whole - length))
    start = np.clip((low + high - length) / 2, first, last)
    return float(np.clip(start, high - length, low))


def _share_filmed(view: tuple[float, float, float, float], source: tuple[int, int]) -> float:
    left, top, right, bottom = view
    across = min(right, source[0]) - max(left, 0)
    down = min(bottom, source[1]) - max(top, 0)
    return across * down / ((right - left) * (bottom - top))


def _refusal(
    source: tuple[int, int], size: tuple[int, int], room: tuple[float, float, float, float]
) -> str:
    share = _share_filmed(_view(source, size[0] / size[1], room), source)
    fitting = [
        shape
        for shape in _SHAPES
        if _share_filmed(_view(source, float(shape), room), source) >= _LEAST_FILMED
    ]
    return (
        f"--size {size[0]}x{size[1]}: with the whole person in it, {share:.0%} of such a picture "
        f"would be footage (of {source[0]}x{source[1]}), expected at least {_LEAST_FILMED:.0%}; "
        f"take a size between {_ratio(fitting[0])} and {_ratio(fitting[-1])}"
    )


def _ratio(shape: float) -> str:
    return f"1:{1 / shape:.1f}" if shape < 1 else f"{shape:.1f}:1"


def _part(picture: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    """Return the box of a picture; beyond it goes on as at its edge, so that nothing darkens."""
    height, width = picture.shape[:2]
    left, top, right, bottom = box
    beyond = max(-top, 0), max(bottom - height, 0), max(-left, 0), max(right - width, 0)
    part = picture[max(top, 0) : bottom, max(left, 0) : right]
    return cv2.copyMakeBorder(part, *beyond, cv2.BORDER_REPLICATE) if any(beyond) else part


def _filmed(low: float, high: float, side: int) -> slice:
    first, last = (np.clip((end - low) / (high - low), 0, 1) for end in (0.0, 1.0))
    return slice(round(float(first) * side), round(float(last) * side))
