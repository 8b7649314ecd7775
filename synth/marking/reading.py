"""The mark of a video: frames spread over its first minute, looked at together."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from stickdance.capture.media.probing import probe
from stickdance.capture.media.video import read_frames
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.marking.detection import Found, found_in
from stickdance.synth.marking.spectrum import residual

_FRAMES = 150
_SECONDS = 60.0


def mark_in(video: Path) -> Found:
    """Return the mark of a video, or what is most like one in it.

    Args:
        video: any video, however it was scaled, cut or encoded again, but played at its own speed.

    Raises:
        BadInput: no video that can be read.
    """
    frames, fps = frames_of(video)
    return found_in(residual(frames, fps))


def frames_of(video: Path) -> tuple[Iterator[Bytes], float]:
    """Return the frames of a video that are looked at, and how many of them it shows a second.

    Raises:
        BadInput: no video that can be read.
    """
    info = probe(video)
    frames = max(1, min(info.frames, round(_SECONDS * info.fps)))
    every = -(-frames // _FRAMES)
    return islice(read_frames(video), 0, frames, every), info.fps / every
