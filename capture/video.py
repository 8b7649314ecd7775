"""Video in and out as a stream of frames, never a list of them.

Reading: rotation and pixel shape applied, variable frame rate made constant, colours by the matrix
that the file names (BT.601 where it names none, as ffmpeg does) without rounding shortcuts.
`VideoWriter` is defined in `video_writer` and can be had from here too.

Conventions: RGB uint8 (height, width, 3); sizes (width, height); frame `i` is shown at `i / fps`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from capture.errors import BadInput
from capture.ffmpeg import (
    ACCURATE_SCALING,
    FASTEST,
    LARGEST_PICTURE,
    LARGEST_SIDE,
    Ffmpeg,
    exact_rate,
    input_arguments,
)
from capture.framing import Framing
from capture.streams import Packets, read_header, scan_packets
from capture.video_writer import VideoWriter

__all__ = ["LONGEST", "VideoInfo", "VideoWriter", "probe", "read_frames"]

LONGEST = 3 * 3600.0
"""Seconds of footage that are read at most."""

_SHORTFALL = 0.1  # share of announced frames that may fail to decode
_WORTH_SEEKING, _SPARE = 10.0, 5.0  # seconds


@dataclass(frozen=True)
class VideoInfo:
    """What is known of a video without decoding it."""

    path: Path
    size: tuple[int, int]
    """(width, height) as shown: rotation and pixel shape applied."""
    fps: float
    """Average frame rate."""
    frames: int
    """Frames that `read_frames` gives at that rate, plus or minus one."""
    seconds: float
    rotation: int
    """Degrees clockwise that the stored picture is turned by: 0, 90, 180 or 270."""
    codec: str
    has_sound: bool
    seekable: bool
    """Whether the container's index leads to any moment exactly (MP4, MOV, MKV, WebM)."""


def probe(path: Path) -> VideoInfo:
    """Return size, rate and length of a video, having read its packets but decoded nothing.

    Raises:
        BadInput: missing, a folder, no video, a playlist, too long or too large, or cut short.
    """
    path = Path(path)
    try:
        status = path.stat()
    except (OSError, ValueError):
        return _probe(path, 0, 0)
    return _probe(path, status.st_mtime_ns, status.st_size)


def read_frames(
    path: Path,
    *,
    fps: float | None = None,
    size: tuple[int, int] | None = None,
    start_seconds: float = 0.0,
    end_seconds: float | None = None,
    grey: bool = False,
) -> Iterator[np.ndarray]:
    """Decode a video frame by frame; the process behind it ends when the iterator is closed.

    Args:
        path: any video that ffmpeg decodes.
        fps: constant rate of the result; None: the file's own average rate.
        size: (width, height) to scale to (area averaging where it shrinks); None: as shown.
        start_seconds: the first frame is the one shown then.
        end_seconds: the last frame is the one before; None: to the end.
        grey: give uint8 (height, width) pictures instead.

    Returns:
        An iterator over writable uint8 RGB arrays (height, width, 3).

    Raises:
        BadInput: what `probe` refuses (at once), or a file whose frames fail to decode (then).
    """
    info = probe(path)
    rate = exact_rate(info.fps if fps is None else fps)
    first = round(start_seconds * rate)
    stop = None if end_seconds is None else round(end_seconds * rate)
    if first < 0 or (stop is not None and stop < first):
        raise BadInput(f"{path}: cannot read from {start_seconds} s to {end_seconds} s")
    return _decode(info, rate, first, stop, size, grey)


@lru_cache(maxsize=64)
def _probe(path: Path, changed: int, size: int) -> VideoInfo:
    header = read_header(path, "a video")
    if header.picture is None:
        found = "only sound" if header.tone else "nothing to show"
        raise BadInput(f"{path}: holds {found}, expected a video file with moving pictures")
    _check_limits(path, header.picture.size, header.seconds)
    packets = scan_packets(path)
    fps = _average_rate(packets)
    seconds = max(packets.end - packets.first, packets.frames / fps)
    _check_limits(path, header.picture.size, seconds)
    announced = header.seconds or seconds
    if packets.cut or announced - packets.reached > max(0.3, 0.01 * announced):
        raise BadInput(
            f"{path}: was cut short: {packets.frames} of about {round(announced * fps)} frames "
            f"are there ({packets.reached:.1f} of {announced:.1f} s); copy it again"
        )
    if fps > FASTEST:
        raise BadInput(f"{path}: has {fps:.0f} frames a second, at most {FASTEST:.0f} are read")
    return VideoInfo(
        path,
        header.picture.size,
        fps,
        round(seconds * fps),
        seconds,
        header.picture.rotation,
        header.picture.codec,
        header.tone is not None,
        header.container.startswith(("mov,", "matroska,")),
    )


def _check_limits(path: Path, size: tuple[int, int], seconds: float | None) -> None:
    if max(size) > LARGEST_SIDE or size[0] * size[1] > LARGEST_PICTURE:
        raise BadInput(
            f"{path}: has frames of {size[0]}x{size[1]}, at most {LARGEST_SIDE} pixels a side and "
            f"{LARGEST_PICTURE // 1_000_000} megapixels are read; scale it down"
        )
    if seconds is not None and seconds > LONGEST:
        raise BadInput(
            f"{path}: lasts {seconds / 3600:.1f} hours, at most {LONGEST / 3600:.0f} are read; "
            "cut out the part wanted"
        )


def _average_rate(packets: Packets) -> float:
    """Return frames a second: the nominal rate where the times agree with it, else their mean."""
    if packets.frames < 2 or packets.last <= packets.first:
        shown = packets.end - packets.first
        return 1 / shown if shown > 0 else 25.0
    between = packets.last - packets.first
    rate = (packets.frames - 1) / between
    nominal = [round(rate), round(rate * 1.001) * 1000 / 1001]
    nearest = min(nominal, key=lambda candidate: abs(candidate - rate))
    close = nearest > 0 and abs(nearest / rate - 1) <= max(1e-6, 2 * packets.tick / between)
    return float(nearest if close else rate)


def _decode(
    info: VideoInfo,
    rate: Fraction,
    first: int,
    stop: int | None,
    size: tuple[int, int] | None,
    grey: bool,
) -> Iterator[np.ndarray]:
    expected = round(info.seconds * rate)
    wanted = (expected if stop is None else min(stop, expected)) - first
    width, height = info.size
    framing = Framing(info.size if size is None else size)
    buffer = np.empty((1 if grey else 3, height, width), np.uint8)
    count = 0
    with Ffmpeg(_decoding(info, rate, first, stop, grey), answers=True) as decoder:
        while decoder.fill(buffer.data) == buffer.nbytes:
            # Planes come as green, blue, red: interleaving here is much quicker than in ffmpeg.
            picture = buffer[0].copy() if grey else cv2.merge([buffer[2], buffer[0], buffer[1]])
            yield framing.picture(picture)
            count += 1
        status = decoder.finish()
        if status != 0 or count < wanted * (1 - _SHORTFALL) - 1:
            raise BadInput(
                f"{info.path}: only {count} of about {max(wanted, count)} frames could be decoded "
                f"({decoder.complaint}); it is damaged or was cut short, copy it again"
            )


def _decoding(
    info: VideoInfo, rate: Fraction, first: int, stop: int | None, grey: bool
) -> list[str]:
    width, height = info.size
    seek, timing = _timing(info, rate, first, stop)
    filters = f"{timing},scale={width}:{height}:out_range=pc:{ACCURATE_SCALING}"
    layout = "gray" if grey else "gbrp"
    return [
        *seek,
        *input_arguments(info.path),
        *("-map", "0:V:0", "-vf", f"{filters},format={layout}", "-fps_mode", "passthrough"),
        *("-pix_fmt", layout, "-f", "rawvideo", "pipe:1"),
    ]


def _timing(info: VideoInfo, rate: Fraction, first: int, stop: int | None) -> tuple[list[str], str]:
    """Return input arguments and filters that give frames `first` to `stop` at a constant rate.

    A late start is sought in the index, with time to spare for frames held long, where that gives
    the same frames as decoding from the beginning; times then stay those of the file.
    """
    start = float(first / rate)
    if not info.seekable or start < _WORTH_SEEKING:
        end = "" if stop is None else f":end_frame={stop}"
        return [], f"fps={rate},trim=start_frame={first}{end}"
    seek = ["-ss", f"{start - _SPARE:.3f}", "-copyts", "-start_at_zero"]
    end = "" if stop is None else f",trim=end_frame={stop - first}"
    return seek, f"fps={rate}:start_time={start:.6f}{end}"
