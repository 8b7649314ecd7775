"""What stands behind the dancer: the room that was filmed, a colour, a picture, or another video.

The generator always paints over the plate that it was trained with. What it added there is taken
off by the matte, its edge in the person's own colours (`cutout`), and laid over the other
background. The person's shadow, which belongs to the filmed room, stays behind, or is cast on the
other background where that is asked for.
"""

from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import cv2
import numpy as np
from PIL import ImageColor

from stickdance.capture.matting.cast_shadow import CastShadow
from stickdance.capture.matting.room import shown
from stickdance.capture.media.images import read_picture
from stickdance.capture.media.video import probe, read_frames
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.options import ROOM, TRANSPARENT

_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")


def background_frames(named: str, size: tuple[int, int], fps: float) -> Iterator[Bytes]:
    """Return the endless frames of a background: uint8 RGB (height, width, 3).

    Pictures and videos fill the frame: scaled, and what juts out cut off evenly. A video begins
    anew where it ends.

    Args:
        named: a colour ("black", "#20c060", "rgb(20, 80, 200)"), a picture's or a video's file.
        size: (width, height) of the frames.
        fps: frames a second.

    Raises:
        UsageError: neither a colour nor a file.
        BadInput: the file cannot be read.
    """
    path = Path(named)
    if path.is_file():
        if path.suffix.lower() in _PICTURES:
            return repeat(_filling(read_picture(path), size))
        return _looped(path, size, fps)
    try:
        colour = ImageColor.getrgb(named)[:3]
    except ValueError:
        raise UsageError(
            f"--background {named}: neither a file nor a colour; expected {ROOM}, {TRANSPARENT}, a "
            "colour such as black or #20c060, a picture or a video"
        ) from None
    return repeat(np.full((size[1], size[0], 3), colour, np.uint8))


def composed(cut_out: Bytes, background: Bytes, shadow: CastShadow | None = None) -> Bytes:
    """Return a person laid over a background.

    Args:
        cut_out: uint8 RGBA (height, width, 4), colours not multiplied by alpha.
        background: uint8 RGB (height, width, 3).
        shadow: that the person casts on it; None: none.
    """
    background = shown(background, shadow, cut_out[..., 3])
    alpha = cut_out[..., 3:].astype(np.uint16)
    mixed = cut_out[..., :3] * alpha + background * (255 - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)


def _looped(path: Path, size: tuple[int, int], fps: float) -> Iterator[Bytes]:
    probe(path)  # what is wrong with the file is said before anything is painted
    return _forever(path, size, fps)


def _forever(path: Path, size: tuple[int, int], fps: float) -> Iterator[Bytes]:
    while True:
        frame = None
        for frame in read_frames(path, fps=fps):
            yield _filling(frame, size)
        if frame is None:
            raise BadInput(f"{path}: not one frame could be read; expected a video")


def _filling(picture: Bytes, size: tuple[int, int]) -> Bytes:
    """Return a picture scaled to cover `size`, its middle cut out."""
    width, height = size
    scale = max(width / picture.shape[1], height / picture.shape[0])
    wide = max(width, round(picture.shape[1] * scale))
    high = max(height, round(picture.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = np.asarray(cv2.resize(picture, (wide, high), interpolation=method), np.uint8)
    left, top = (wide - width) // 2, (high - height) // 2
    return np.ascontiguousarray(scaled[top : top + height, left : left + width])
