"""Video out: H.264 with an AAC track of exactly the picture's length, whole or not at all.

With transparency: ProRes 4444 in a .mov, for video editors, or VP9 in a .webm, for browsers.

Colours are converted by BT.709 in limited range and tagged so: matrix, primaries and transfer.

Conventions: RGB uint8 (height, width, 3); sizes (width, height); frame `i` is shown at `i / fps`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.media.audio import read_wav
from stickdance.capture.media.ffmpeg import (
    ACCURATE_SCALING,
    LARGEST_PICTURE,
    LARGEST_SIDE,
    Ffmpeg,
    exact_rate,
    input_arguments,
)
from stickdance.checkpoints.errors import BadInput, OutputFailed
from stickdance.checkpoints.files import whole_file

_SUFFIXES = (".mp4", ".m4v", ".mov")
_PIXEL_FORMATS = ("yuv420p", "yuv444p", "gray", "rgba")
_METADATA_OF_MP4 = {"title", "artist", "comment", "description", "copyright", "genre", "date"}


@dataclass(frozen=True)
class _Container:
    """How ffmpeg calls a container, and what may lie in it."""

    name: str
    reads: str
    """The container, as a reader of files."""
    pixels: str = ""
    video: tuple[str, ...] = ()
    sound: tuple[str, ...] = ("-c:a", "aac", "-b:a", "192k")


_MP4 = _Container("mp4", "mp4")
_TRANSPARENT = {
    ".mov": _Container("mov", "mov", "yuva444p10le", ("-c:v", "prores_ks", "-profile:v", "4444")),
    ".webm": _Container(
        "webm",
        "matroska,webm",
        "yuva420p",
        (
            *("-c:v", "libvpx-vp9", "-b:v", "0", "-auto-alt-ref", "0"),
            *("-deadline", "realtime", "-cpu-used", "5", "-row-mt", "1"),
        ),
        ("-c:a", "libopus", "-b:a", "160k"),
    ),
}


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
        tune: str = "",
        pixel_format: str = "yuv420p",
        finish: Callable[[Path], None] | None = None,
    ) -> None:
        """Check what is asked for; nothing is written before the `with` block begins.

        Args:
            path: the .mp4 to write; with "rgba" a .mov or .webm.
            size: (width, height); even for yuv420p.
            fps: frames a second.
            sound: a 16-bit WAV as `audio.decode_sound` writes it.
            metadata: texts to keep in the file, e.g. {"comment": recipe}.
            crf: 0 (lossless) .. 51 (worst).
            preset: x264's trade of speed for size.
            tune: what x264 is to mind, e.g. "fastdecode" for what is read again and again: a tenth
                larger, written and read in less time; "" for nothing of the kind.
            pixel_format: "yuv420p", "yuv444p", "gray" for mattes (height, width) in full range, or
                "rgba" for frames (height, width, 4) with transparency, colours not multiplied.
            finish: what is done to the whole file before it takes its name, e.g. to sign it.

        Raises:
            BadInput: odd or absurd size, another suffix, or a sound that is no such WAV.
        """
        self.path, self.size, self.fps = Path(path), size, exact_rate(fps)
        self.frames = 0
        self._sound = None if sound is None else read_wav(Path(sound))
        self._metadata = dict(metadata or {})
        self._crf, self._preset, self._tune, self._pixel_format = crf, preset, tune, pixel_format
        self._grey = pixel_format == "gray"
        self._alpha = pixel_format == "rgba"
        self._finish = finish
        self._container = _TRANSPARENT.get(self.path.suffix.lower(), _MP4) if self._alpha else _MP4
        self._cleanup = ExitStack()
        _check_output(self.path, size, pixel_format)

    def __enter__(self) -> "VideoWriter":
        with ExitStack() as stack:
            self._result = stack.enter_context(whole_file(self.path))
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
        channels = 4 if self._alpha else 3
        shape = (height, width) if self._grey else (height, width, channels)
        if frame.shape != shape or frame.dtype != np.uint8:
            raise BadInput(
                f"{self.path}: expected frames uint8 {shape}, found {frame.dtype} {frame.shape}"
            )
        try:
            self._encoder.feed(np.ascontiguousarray(frame).data.cast("B"))
        except (BrokenPipeError, OSError):
            self._refuse(self._encoder, self._encoder.finish())
        self.frames += 1

    def __exit__(self, *trouble: Any) -> None:
        """Finish the file, or leave nothing behind when the block failed."""
        if trouble[0] is not None:
            self._cleanup.__exit__(*trouble)
            return
        with self._cleanup:
            if self.frames == 0:
                raise BadInput(f"{self.path}: not one frame to write")
            self._check(self._encoder)
            if self._sound is not None:
                self._add_sound()
            if self._finish is not None:
                self._finish(self._result)

    def _encoding(self) -> list[str]:
        width, height = self.size
        source = self._pixel_format if self._pixel_format in ("gray", "rgba") else "rgb24"
        return [
            *("-f", "rawvideo", "-pixel_format", source, "-video_size", f"{width}x{height}"),
            *("-framerate", str(self.fps), "-i", "pipe:0", "-vf", self._colours()),
            *(self._transparent() if self._alpha else self._opaque()),
            *self._output(self._picture),
        ]

    def _colours(self) -> str:
        if self._grey:
            return "setparams=range=pc"
        stored = self._container.pixels if self._alpha else self._pixel_format
        return (
            f"scale=out_color_matrix=bt709:out_range=tv:{ACCURATE_SCALING},"
            f"format={stored},setparams=range=tv:"
            "color_primaries=bt709:color_trc=bt709:colorspace=bt709"
        )

    def _opaque(self) -> list[str]:
        quality = ["-preset", self._preset, "-crf", str(self._crf)]
        quality += ["-tune", self._tune] if self._tune else []
        return ["-pix_fmt", self._pixel_format, "-c:v", "libx264", *quality]

    def _transparent(self) -> list[str]:
        quality = ["-crf", str(self._crf)] if self._container.name == "webm" else []
        return ["-pix_fmt", self._container.pixels, *self._container.video, *quality]

    def _add_sound(self) -> None:
        assert self._sound is not None
        samples = round(self.frames / self.fps * self._sound.rate)
        arguments = [
            *input_arguments(self._picture, self._container.reads),
            *input_arguments(self._sound.path, "wav"),
            *("-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy"),
            *("-af", f"apad=whole_len={samples},atrim=end_sample={samples}"),
            *self._container.sound,
            *self._output(self._result),
        ]
        with Ffmpeg(arguments) as muxer:
            self._check(muxer)

    def _output(self, path: Path) -> list[str]:
        flags = "+faststart"
        if not self._metadata.keys() <= _METADATA_OF_MP4:
            flags += "+use_metadata_tags"
        texts = [part for item in self._metadata.items() for part in ("-metadata", "=".join(item))]
        movflags = [] if self._container.name == "webm" else ["-movflags", flags]
        return [*texts, *movflags, "-f", self._container.name, "-y", f"file:{path}"]

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


def _check_output(path: Path, size: tuple[int, int], pixel_format: str) -> None:
    width, height = size
    if pixel_format == "rgba" and path.suffix.lower() not in _TRANSPARENT:
        raise BadInput(
            f"{path}: transparent video is written as ProRes 4444 or VP9; give a name that ends in "
            ".mov or .webm"
        )
    if pixel_format != "rgba" and path.suffix.lower() not in _SUFFIXES:
        raise BadInput(f"{path}: videos are written as MP4; give a name that ends in .mp4")
    if min(size) < 2 or max(size) > LARGEST_SIDE or width * height > LARGEST_PICTURE:
        raise BadInput(f"{path}: cannot write frames of {width}x{height}")
    if pixel_format == "yuv420p" and (width % 2 or height % 2):
        raise BadInput(
            f"{path}: H.264 in yuv420p needs even sides, found {width}x{height}; "
            f"use {width + width % 2}x{height + height % 2}"
        )
    if pixel_format not in _PIXEL_FORMATS:
        raise BadInput(
            f"{path}: pixel format {pixel_format!r} is not one of {', '.join(_PIXEL_FORMATS)}"
        )


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
