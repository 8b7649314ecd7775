"""Video in and out as a stream of frames, never a list of them.

Reading: rotation and pixel shape applied, variable frame rate made constant, colours by the matrix
that the file names (BT.601 where it names none, as ffmpeg does) without rounding shortcuts.
Writing: H.264 with an AAC track of exactly the picture's length, tagged BT.601 limited range, which
players that obey tags and those that assume BT.601 both show alike.

Conventions: RGB uint8 (height, width, 3); sizes (width, height); frame `i` is shown at `i / fps`.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np

from capture.atomic import replacing
from capture.audio import read_wav
from capture.errors import BadInput, OutputFailed
from capture.ffmpeg import Ffmpeg, input_arguments
from capture.framing import Framing
from capture.streams import Packets, read_header, scan_packets

LONGEST = 3 * 3600.0
"""Seconds of footage that are read at most."""

_LARGEST_SIDE, _LARGEST_PICTURE, _FASTEST = 8192, 50_000_000, 1000.0
_SHORTFALL = 0.1  # share of announced frames that may fail to decode
_ACCURATE = "flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
_WORTH_SEEKING, _SPARE = 10.0, 5.0  # seconds
_SUFFIXES = (".mp4", ".m4v", ".mov")
_METADATA_OF_MP4 = {"title", "artist", "comment", "description", "copyright", "genre", "date"}


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
    rate = _fraction(info.fps if fps is None else fps)
    first = round(start_seconds * rate)
    stop = None if end_seconds is None else round(end_seconds * rate)
    if first < 0 or (stop is not None and stop < first):
        raise BadInput(f"{path}: cannot read from {start_seconds} s to {end_seconds} s")
    return _decode(info, rate, first, stop, size, grey)


class VideoWriter:
    """Writes frames to an H.264 MP4 that appears under its name when the block ends well.

    The sound is cut, or continued with silence, to exactly `frames / fps` seconds. It is added when
    all frames are in, since only then their number is known; the picture is not encoded again.

    Example:
        with VideoWriter(Path("dance.mp4"), (256, 256), 25, sound=Path("song.wav")) as video:
            video.write(frame)
    """

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        fps: float,
        *,
        sound: Path | None = None,
        metadata: Mapping[str, str] | None = None,
        crf: int = 18,
        preset: str = "veryfast",
        pixel_format: str = "yuv420p",
    ) -> None:
        """Check what is asked for; nothing is written before the `with` block begins.

        Args:
            path: the .mp4 to write.
            size: (width, height); even for yuv420p.
            fps: frames a second.
            sound: a 16-bit WAV as `audio.decode_sound` writes it.
            metadata: texts to keep in the file, e.g. {"comment": recipe}.
            crf: 0 (lossless) .. 51 (worst).
            preset: x264's trade of speed for size.
            pixel_format: "yuv420p", "yuv444p", or "gray" for mattes (height, width) in full range.

        Raises:
            BadInput: odd or absurd size, another suffix, or a sound that is no such WAV.
        """
        self.path, self.size, self.fps = Path(path), size, _fraction(fps)
        self.frames = 0
        self._sound = None if sound is None else read_wav(Path(sound))
        self._metadata = dict(metadata or {})
        self._crf, self._preset, self._pixel_format = crf, preset, pixel_format
        self._grey = pixel_format == "gray"
        self._cleanup = ExitStack()
        _check_output(self.path, size, pixel_format)

    def __enter__(self) -> "VideoWriter":
        """Start the encoder."""
        with ExitStack() as stack:
            self._result = stack.enter_context(replacing(self.path))
            self._picture = self._result
            if self._sound is not None:
                silent = self._result.with_stem(f"{self._result.stem}.silent")
                self._picture = stack.enter_context(_scratch(silent))
            self._encoder = stack.enter_context(Ffmpeg(self._encoding(), feeds=True))
            self._cleanup = stack.pop_all()
        return self

    def write(self, frame: np.ndarray) -> None:
        """Add one frame: uint8 (height, width, 3) RGB, or (height, width) with "gray".

        Raises:
            BadInput: another shape or number type.
            OutputFailed: no space left, or the encoder failed.
        """
        width, height = self.size
        shape = (height, width) if self._grey else (height, width, 3)
        if frame.shape != shape or frame.dtype != np.uint8:
            raise BadInput(
                f"{self.path}: expected frames uint8 {shape}, found {frame.dtype} {frame.shape}"
            )
        try:
            self._encoder.feed(np.ascontiguousarray(frame).data.cast("B"))
        except (BrokenPipeError, OSError):
            self._refuse(self._encoder, self._encoder.finish())
        self.frames += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the file, or leave nothing behind when the block failed."""
        if kind is not None:
            self._cleanup.__exit__(kind, error, trace)
            return
        with self._cleanup:
            if self.frames == 0:
                raise BadInput(f"{self.path}: not one frame to write")
            self._check(self._encoder)
            if self._sound is not None:
                self._add_sound()

    def _encoding(self) -> list[str]:
        width, height = self.size
        source = "gray" if self._grey else "rgb24"
        if self._grey:
            colour = "setparams=range=pc"
        else:
            colour = (
                f"scale=out_color_matrix=bt601:out_range=tv:{_ACCURATE},"
                f"format={self._pixel_format},setparams=range=tv:"
                "color_primaries=bt709:color_trc=bt709:colorspace=smpte170m"
            )
        return [
            *("-f", "rawvideo", "-pixel_format", source, "-video_size", f"{width}x{height}"),
            *("-framerate", str(self.fps), "-i", "pipe:0", "-vf", colour),
            *("-pix_fmt", self._pixel_format, "-c:v", "libx264"),
            *("-preset", self._preset, "-crf", str(self._crf)),
            *self._container(self._picture),
        ]

    def _add_sound(self) -> None:
        assert self._sound is not None
        samples = round(self.frames / self.fps * self._sound.rate)
        arguments = [
            *("-f", "mp4", *input_arguments(self._picture, "mp4")),
            *input_arguments(self._sound.path, "wav"),
            *("-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy"),
            *("-af", f"apad=whole_len={samples},atrim=end_sample={samples}"),
            *("-c:a", "aac", "-b:a", "192k"),
            *self._container(self._result),
        ]
        with Ffmpeg(arguments) as muxer:
            self._check(muxer)

    def _container(self, path: Path) -> list[str]:
        flags = "+faststart"
        if not self._metadata.keys() <= _METADATA_OF_MP4:
            flags += "+use_metadata_tags"
        texts = [part for item in self._metadata.items() for part in ("-metadata", "=".join(item))]
        return [*texts, "-movflags", flags, "-f", "mp4", "-y", f"file:{path}"]

    def _check(self, process: Ffmpeg) -> None:
        status = process.finish()
        if status != 0:
            self._refuse(process, status)

    def _refuse(self, process: Ffmpeg, status: int) -> None:
        if "No space left" in process.complaints:
            raise OutputFailed(f"{self.path}: no space left on the disk; free some and repeat")
        raise OutputFailed(
            f"{self.path}: the video could not be written "
            f"(ffmpeg ended with {status}: {process.complaint})"
        )


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
    if fps > _FASTEST:
        raise BadInput(f"{path}: has {fps:.0f} frames a second, at most {_FASTEST:.0f} are read")
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
    if max(size) > _LARGEST_SIDE or size[0] * size[1] > _LARGEST_PICTURE:
        raise BadInput(
            f"{path}: has frames of {size[0]}x{size[1]}, at most {_LARGEST_SIDE} pixels a side and "
            f"{_LARGEST_PICTURE // 1_000_000} megapixels are read; scale it down"
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


def _fraction(fps: float) -> Fraction:
    if not 0 < fps <= _FASTEST:
        raise BadInput(f"frame rate {fps}: expected more than 0 and at most {_FASTEST:.0f}")
    return Fraction(fps).limit_denominator(100_000)


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
    filters = f"{timing},scale={width}:{height}:out_range=pc:{_ACCURATE}"
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


def _check_output(path: Path, size: tuple[int, int], pixel_format: str) -> None:
    width, height = size
    if path.suffix.lower() not in _SUFFIXES:
        raise BadInput(f"{path}: videos are written as MP4; give a name that ends in .mp4")
    if min(size) < 2 or max(size) > _LARGEST_SIDE or width * height > _LARGEST_PICTURE:
        raise BadInput(f"{path}: cannot write frames of {width}x{height}")
    if pixel_format == "yuv420p" and (width % 2 or height % 2):
        raise BadInput(
            f"{path}: H.264 in yuv420p needs even sides, found {width}x{height}; "
            f"use {width + width % 2}x{height + height % 2}"
        )
    if pixel_format not in ("yuv420p", "yuv444p", "gray"):
        raise BadInput(
            f"{path}: pixel format {pixel_format!r} is not one of yuv420p, yuv444p, gray"
        )


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
