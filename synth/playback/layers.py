"""A person without the room: colours multiplied by their matte, as layers are composited.

Of a picture p of a person over a room b by a matte m, the layer's colours are p - (1 - m) b. Over
the same room that gives the very picture again, whatever the matte missed: a finger or a strand of
hair that it does not know is a difference from the room, and stays.

Conventions: pixels are float32 (height, width, 4): red, green, blue in 0..255, already multiplied
by the matte, and the matte in 0..1. Beyond a layer there is nothing.

Source: Porter and Duff, "Compositing Digital Images" (SIGGRAPH 1984).
"""

from typing import NamedTuple

import numpy as np

from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.generators.crop_window import CropWindow
from stickdance.synth.playback.layer_kernels import laid_over, taken_out
from stickdance.synth.rendering.renderer import PaintedFrames

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of a frame; it may lie beyond it."""


class Layer(NamedTuple):
    """A person somewhere in a frame, without the room."""

    pixels: Floats
    left: int
    top: int

    @property
    def box(self) -> Box:
        """Return where it lies."""
        height, width = self.pixels.shape[:2]
        return self.left, self.top, self.left + width, self.top + height

    @staticmethod
    def of(picture: Bytes, matte: Floats, room: Bytes, left: int, top: int) -> "Layer":
        """Return the person of a picture.

        Args:
            picture: uint8 RGB (height, width, 3), the person over the room.
            matte: float32 (height, width) in 0..1.
            room: uint8 RGB, what is behind the picture.
            left: column of the frame where the picture begins.
            top: row of the frame.
        """
        pixels = np.empty((*matte.shape, 4), np.float32)
        taken_out(picture, np.asarray(matte, np.float32), room, pixels)
        return Layer(pixels, left, top)

    def within(self, box: Box) -> Floats:
        """Return float32 (h, w, 4): what of it lies in a box."""
        left, top, right, bottom = box
        if box == self.box:
            return self.pixels
        out = np.zeros((bottom - top, right - left, 4), np.float32)
        mine = self.box
        x0, x1 = max(left, mine[0]), min(right, mine[2])
        y0, y1 = max(top, mine[1]), min(bottom, mine[3])
        if x0 < x1 and y0 < y1:
            here = self.pixels[y0 - mine[1] : y1 - mine[1], x0 - mine[0] : x1 - mine[0]]
            out[y0 - top : y1 - top, x0 - left : x1 - left] = here
        return out

    def mirrored(self, width: int) -> "Layer":
        """Return it in a mirrored frame of a width."""
        left = width - self.left - self.pixels.shape[1]
        return Layer(np.ascontiguousarray(self.pixels[:, ::-1]), left, self.top)

    def painted(self, plate: Bytes) -> PaintedFrames:
        """Return it as a frame that was painted over the plate, uint8 RGB (height, width, 3)."""
        height, width = plate.shape[:2]
        left, top, right, bottom = self.box
        left, right = _inside(left, right, width)
        top, bottom = _inside(top, bottom, height)
        window = CropWindow(top, bottom, left, right)
        pixels = self.within((window.left, window.top, window.right, window.bottom))
        picture = np.empty((*pixels.shape[:2], 3), np.uint8)
        matte = np.empty(pixels.shape[:2], np.float32)
        laid_over(pixels, plate[window.place], picture, matte)
        return PaintedFrames(picture[None], matte[None], window)


def _inside(first: int, last: int, side: int) -> tuple[int, int]:
    """Return the part [first, last) of a side of the frame; at least a pixel."""
    first = min(max(first, 0), side - 1)
    return first, min(max(last, first + 1), side)


def united(one: Box, other: Box) -> Box:
    """Return the box that holds both."""
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def grown(box: Box, margin: int) -> Box:
    """Return a box so many pixels wider on each side."""
    return box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin
