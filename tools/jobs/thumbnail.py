"""A small picture of a video, from its middle."""

from pathlib import Path

import cv2

from stickdance.capture.media.video import probe, read_frames
from stickdance.checkpoints.files import whole_file

_HEIGHT, _QUALITY = 180, 82


def write_thumbnail(video: Path, to: Path) -> Path:
    """Write the frame in the middle of a video as a small JPEG, and return its path.

    Raises:
        BadInput: the video cannot be read.
        OutputFailed: `to` cannot be written.
    """
    info = probe(video)
    width, height = info.size
    size = (max(2, round(width * _HEIGHT / height)), _HEIGHT)
    middle = [max(0, info.frames // 2 - 1)]
    small = next(iter(read_frames(video, size=size, only=middle)))
    _, data = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    with whole_file(to) as temporary:
        temporary.write_bytes(data.tobytes())
    return to
