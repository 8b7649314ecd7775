"""A crew: the frames of one dancer laid several times over one room.

Each dancer is the person of a frame without the room, scaled and moved to their place (`formation`
among rendering), in the mirror where that is asked for, and in canon from a frame some time ago;
before their turn they stand as the dance begins. Those farther back are laid first.
The shadow is that of all of them together, as the renderer casts it from their common matte.
Whether a frame was filmed or painted makes no difference.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.generators.crop_window import CropWindow
from stickdance.synth.playback.filmed_frames import of_room
from stickdance.synth.playback.layers import Layer
from stickdance.synth.rendering.formation import Formation, Place
from stickdance.synth.rendering.renderer import PaintedFrames

_BESIDE = 2  # pixels around a person, for soft edges
_IN_PLACE = 0.01  # so little moved or scaled, a dancer is where they were filmed


class _Kept(NamedTuple):
    """A frame that is kept for those who come later: uint8 takes a quarter of the memory."""

    picture: Bytes
    matte: Bytes
    window: CropWindow


def crew_frames(
    made: Iterator[PaintedFrames], formation: Formation, plate: Bytes
) -> Iterator[PaintedFrames]:
    """Yield frames of a whole crew, one by one.

    Args:
        made: frames of one dancer over the plate.
        formation: where all of them stand.
        plate: uint8 RGB (height, width, 3).
    """
    latest = max(place.delay for place in formation.places)
    kept: deque[_Kept] = deque(maxlen=latest + 1)
    for frames in made:
        for picture, matte in zip(frames.pictures, frames.mattes, strict=True):
            kept.append(_Kept(picture, np.rint(255 * matte).astype(np.uint8), frames.window))
            yield _together(kept, formation, plate)


def placed(layer: Layer, place: Place, formation: Formation) -> Layer:
    """Return a person without the room as they stand at a place."""
    turn = -place.scale if place.mirrored else place.scale
    left, top, right, bottom = layer.box
    ends = [place.column + turn * (side - formation.centre) for side in (left, right)]
    tops = [place.row + place.scale * (side - formation.ground) for side in (top, bottom)]
    first = np.floor([min(ends), tops[0]]).astype(int) - _BESIDE
    last = np.ceil([max(ends), tops[1]]).astype(int) + _BESIDE
    # Centres of pixels lie at halves: what is x here was at (x + 1/2 - column) / turn + centre.
    across = (first[0] + 0.5 - place.column) / turn + formation.centre - 0.5 - left
    down = (first[1] + 0.5 - place.row) / place.scale + formation.ground - 0.5 - top
    way = np.array([[1 / turn, 0, across], [0, 1 / place.scale, down]], np.float64)
    size = (int(last[0] - first[0]), int(last[1] - first[1]))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    pixels = cv2.warpAffine(layer.pixels, way, size, flags=flags, borderMode=cv2.BORDER_CONSTANT)
    return Layer(np.asarray(pixels, np.float32), int(first[0]), int(first[1]))


def _together(kept: deque[_Kept], formation: Formation, plate: Bytes) -> PaintedFrames:
    whole = np.zeros((*plate.shape[:2], 4), np.float32)
    for place in formation.places:
        layer = _person(kept[max(0, len(kept) - 1 - place.delay)], place, formation, plate)
        _lay(layer, whole)
    return Layer(whole, 0, 0).painted(plate)


def _person(kept: _Kept, place: Place, formation: Formation, plate: Bytes) -> Layer:
    """Return a frame's person at a place; away from where they were, without what is the room's."""
    matte = kept.matte.astype(np.float32) / 255
    room = plate[kept.window.place]
    layer = Layer.of(kept.picture, matte, room, kept.window.left, kept.window.top)
    away = (place.column - formation.centre, place.row - formation.ground, 100 * (place.scale - 1))
    if not place.mirrored and max(map(abs, away)) < _IN_PLACE:
        return layer
    layer.pixels[:] *= (1 - of_room(kept.matte))[..., None]
    return placed(layer, place, formation)


def _lay(layer: Layer, whole: Floats) -> None:
    """Lay a person, in place, over those that were laid before."""
    height, width = whole.shape[:2]
    left, top, right, bottom = layer.box
    left, right, top, bottom = max(left, 0), min(right, width), max(top, 0), min(bottom, height)
    if left >= right or top >= bottom:
        return
    over = layer.within((left, top, right, bottom))
    below = whole[top:bottom, left:right]
    below *= 1 - np.clip(over[..., 3:], 0, 1)
    below += over
