"""Video in and out as a stream of frames, never a list of them.

Reading: rotation and pixel shape applied, variable frame rate made constant, colours by the matrix
that the file names (BT.601 where it names none, as ffmpeg does) without rounding shortcuts.
`VideoWriter` is defined in `video_writer`, `probe` in `probing`; both can be had from here too.

Conventions: RGB uint8 (height, width, 3); sizes (width, height); frame `i` is shown at `i / fps`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from stickdance.capture.media.decoding import LAYOUTS, decode, stored_luma
from stickdance.capture.media.ffmpeg import exact_rate
from stickdance.capture.media.image_folder import list_pictures, read_pictures
from stickdance.capture.media.probing import VideoInfo, probe
from stickdance.capture.media.treatment import Treatment
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.checkpoints.errors import BadInput

Kept = Literal["rgb", "rgb16", "luma"]
"""What of a picture is given: RGB at 8 or 16 bits a channel, or its luma as it is stored."""
__all__ = ["Kept", "VideoInfo", "VideoWriter", "probe", "read_frames"]


def read_frames(
    path: Path,
    *,
    fps: float | None = None,
    size: tuple[int, int] | None = None,
    start_seconds: float = 0.0,
    end_seconds: float | None = None,
    grey: bool = False,
    kept: Kept = "rgb",
    only: Sequence[int] | None = None,
    treatment: Treatment | None = None,
) -> Iterator[np.ndarray]:
    """Decode a video frame by frame; the process behind it ends when the iterator is closed.

    Args:
        path: any video that ffmpeg decodes, or a folder of pictures.
        fps: constant rate of the result; None: the file's own average rate. Pictures of a folder,
            which have none, are shown at that rate, one a frame.
        size: (width, height) to scale to (area averaging where it shrinks); None: as shown.
        start_seconds: the first frame is the one shown then.
        end_seconds: the last frame is the one before; None: to the end.
        grey: give uint8 (height, width) pictures instead.
        kept: "rgb16": of a video, uint16 RGB; "luma": of a video, the stored luma (height, width)
            in its own range, uint8, or uint16 as many bits as it has.
        only: numbers of the frames wanted, counted from the first one, in order; the others are
            decoded and dropped, which is much cheaper than giving them.
        treatment: what is done to the pictures before they are scaled; None: nothing.

    Returns:
        An iterator over writable uint8 RGB arrays (height, width, 3).

    Raises:
        BadInput: what `probe` refuses, or stored luma of what has none (at once), or a file whose
            frames fail to decode (then).
    """
    info = probe(path)
    info = info if treatment is None else info.treated(treatment)
    rate = exact_rate(info.fps if fps is None else fps)
    first = round(start_seconds * rate)
    stop = None if end_seconds is None else round(end_seconds * rate)
    if first < 0 or (stop is not None and stop < first):
        raise BadInput(f"{path}: cannot read from {start_seconds} s to {end_seconds} s")
    if info.is_folder:
        pictures = list_pictures(info.path)[first:stop]
        chosen = pictures if only is None else [pictures[number] for number in only]
        return read_pictures(chosen, size, grey, info.treatment)
    layout = stored_luma(info) if kept == "luma" else LAYOUTS["grey" if grey else kept]
    return decode(info, rate, first, stop, size, layout, only)
