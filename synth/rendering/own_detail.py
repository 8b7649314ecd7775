"""Fine detail for enlarged pictures: the person's own pixels, filmed at the size of the video.

A network that paints a few hundred rows says where everything lies and what it looks like there;
what is finer than its pixels it cannot say. The footage can:

    1. the person's own pixels are laid on the pose once more, at the size of the video
    2. optical flow finds for each place of the enlarged picture where they show the same
    3. what is finer there than the network's pixels is added, as far as the coarse rest agrees

So a picture is never moved or mixed by it; where the footage shows something else it stays soft.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from stickdance.synth.appearance.appearance import Appearance
from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.playback.filmed_frames import FilmedFrames
from stickdance.synth.playback.layers import Layer
from stickdance.synth.playback.person_flow import brought_onto
from stickdance.synth.rendering.renderer import CHOSEN_TOGETHER, LOOKED_AT, Poses

_ENOUGH = 0.5  # share of the frames kept whose film must be there
_ALIKE = 14.0  # grey levels: a coarse difference that takes three fifths of the detail away
_FINEST = 0.55  # of a pixel of the network: what it cannot show, as the sigma of a blur
_MOST_PIECES = 1500  # parts of filmed frames kept in memory: .3 MB each at 1280 rows


@dataclass(frozen=True)
class OwnDetail:
    """Adds what was filmed to what was enlarged."""

    appearance: Appearance = field(repr=False)
    """The person's own pixels at the size of the video."""

    def laid(self, poses: Poses) -> Iterator[Bytes]:
        """Yield the own pixels of each pose, uint8 RGBA (height, width, 4), not premultiplied."""
        for start in range(0, len(poses.points), CHOSEN_TOGETHER):
            seen = poses[start : start + CHOSEN_TOGETHER + LOOKED_AT]
            layouts = self.appearance.layouts(
                seen.points,
                seen.confidence,
                depth=seen.depth,
                follows_on=poses.follow_on or start > 0,
                ahead=max(0, len(seen.points) - CHOSEN_TOGETHER),
            )
            for layout in layouts:
                yield self.appearance.composited([layout])[0]


def own_detail(small: Appearance | None, film: FilmedFrames | None) -> OwnDetail | None:
    """Return what adds detail to pictures enlarged from those that `small` belongs to.

    None where the footage was not kept, or not the frames that lend their pixels.
    """
    if small is None or film is None:
        return None
    places = np.searchsorted(film.frames, small.frames).clip(max=len(film) - 1)
    there = np.flatnonzero(film.frames[places] == small.frames)
    if len(there) < _ENOUGH * len(small.frames):
        return None
    return OwnDetail(small.enlarged(film.pool.only(places[there]), there, _MOST_PIECES))


def with_detail(person: Layer, own: Bytes, scale: float) -> Layer:
    """Return an enlarged person with the fine detail of their own pixels.

    Args:
        person: enlarged.
        own: uint8 RGBA (height, width, 4) of the whole frame, not premultiplied.
        scale: how many times as large as the network painted.
    """
    filmed = brought_onto(person.pixels, _layer_of(own, person))
    coarse = cv2.GaussianBlur(filmed, (0, 0), _FINEST * scale)
    *colours, matte = cv2.split(cv2.absdiff(coarse, person.pixels))
    apart = np.maximum.reduce([*colours, matte * 255])
    off = cv2.blur(apart, (3, 3)) / _ALIKE
    trust = np.exp(-(off**2)) * np.minimum(coarse[..., 3], person.pixels[..., 3]).clip(0, 1)
    finer = cv2.subtract(filmed, coarse)
    pixels = person.pixels.copy()
    for channel in range(3):
        pixels[..., channel] += finer[..., channel] * trust
    return person._replace(pixels=pixels)


def _layer_of(own: Bytes, person: Layer) -> Floats:
    """Return own pixels as a layer's, in the box of another."""
    box = person.box
    left, top = max(0, box[0]), max(0, box[1])
    part = own[top : max(top, box[3]), left : max(left, box[2])].astype(np.float32)
    part[..., 3] /= 255
    for channel in range(3):
        part[..., channel] *= part[..., 3]
    return Layer(part, left, top).within(box)
