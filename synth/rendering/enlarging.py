"""Painted frames enlarged: the network paints a smaller picture than the video shows.

Only the person is enlarged, without the room; the room behind is the plate of the video's size, and
a person's shadow is cast at that size. So the room is as sharp as it was filmed, and a network of a
few hundred rows does for a video of a thousand.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.capture.media.prefetch import abreast
from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.engines.contract import Engine
from stickdance.synth.playback.layers import Layer
from stickdance.synth.rendering.own_detail import OwnDetail, with_detail
from stickdance.synth.rendering.renderer import PaintedFrames, Poses, Renderer

_SIDE_BY_SIDE = 2  # frames that detail is added to at the same time
_BESIDE = 2  # pixels around the person's window, for soft edges


@dataclass(frozen=True)
class EnlargingRenderer:
    """Paints poses in pixels of a larger picture."""

    smaller: Renderer
    small_plate: Bytes
    """uint8 RGB, what the smaller renderer paints over."""
    plate: Bytes
    """uint8 RGB (height, width, 3), the same room at the size of the video."""
    detail: OwnDetail | None = None
    """What is finer than the smaller pictures' pixels."""

    @property
    def engine(self) -> Engine:
        """Return what computes the generator."""
        return self.smaller.engine

    @property
    def notes(self) -> list[str]:
        """Return what had to be done otherwise than asked."""
        return self.smaller.notes

    @property
    def scale(self) -> Floats:
        """Return float32 (2,): how many times as wide and as high the video is."""
        sizes = (np.array(each.shape[1::-1], np.float32) for each in (self.plate, self.small_plate))
        large, small = sizes
        return np.asarray(large / small, np.float32)

    def paint(self, poses: Poses) -> Iterator[PaintedFrames]:
        """Yield the frames of poses in pixels of the larger picture, one by one."""
        if self.detail is None:
            yield from (layer.painted(self.plate) for layer in self._enlarged(poses))
            return
        pairs = zip(self._enlarged(poses), self.detail.laid(poses), strict=True)
        with (
            ThreadPoolExecutor(_SIDE_BY_SIDE) as pool,
            closing(abreast(self._detailed, pairs, pool, _SIDE_BY_SIDE)) as frames,
        ):
            yield from frames

    def _detailed(self, pair: tuple[Layer, Bytes]) -> PaintedFrames:
        return with_detail(*pair, float(self.scale.mean())).painted(self.plate)

    def _enlarged(self, poses: Poses) -> Iterator[Layer]:
        for frames in self.smaller.paint(poses.shrunk(self.scale)):
            room = self.small_plate[frames.window.place]
            for picture, matte in zip(frames.pictures, frames.mattes, strict=True):
                layer = Layer.of(picture, matte, room, frames.window.left, frames.window.top)
                yield enlarged(layer, self.scale)


def enlarged(layer: Layer, scale: Floats) -> Layer:
    """Return a person without the room, enlarged by so many times in width and height."""
    left, top, right, bottom = layer.box
    first = np.floor(np.array([left, top]) * scale).astype(int) - _BESIDE
    last = np.ceil(np.array([right, bottom]) * scale).astype(int) + _BESIDE
    # Centres of pixels lie at halves: what is x here is (x + 1/2) / scale - 1/2 in the small one.
    away = (first + 0.5) / scale - 0.5 - np.array([left, top])
    way = np.array([[1 / scale[0], 0, away[0]], [0, 1 / scale[1], away[1]]], np.float64)
    size = (int(last[0] - first[0]), int(last[1] - first[1]))
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    # Where a window ends within the frame there is nobody; beyond the frame the person goes on.
    edge = cv2.BORDER_REPLICATE
    pixels = cv2.warpAffine(layer.pixels, way, size, flags=flags, borderMode=edge)
    return Layer(np.asarray(pixels, np.float32), int(first[0]), int(first[1]))
