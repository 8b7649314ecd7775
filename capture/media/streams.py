"""What a media file holds: its picture and sound streams, as ffmpeg tells of them.

There is no ffprobe beside imageio-ffmpeg's binary, so the banner of `ffmpeg -i` is parsed and the
packets' times are read without decoding.

Conventions: sizes are those of the picture as shown (rotation and pixel shape applied), times in
seconds from the file's start.
"""

import re
import subprocess
from array import array
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stickdance.capture.media.colour_tags import UNTAGGED, ColourTags, colour_tags
from stickdance.capture.media.ffmpeg import Ffmpeg, check_file, input_arguments, program
from stickdance.checkpoints.errors import BadInput

_PATIENCE = 60.0  # seconds that a header may take
_ALIKE = 0.3  # relative difference of two pictures' times on the screen that is none


@dataclass(frozen=True)
class Picture:
    """The first stream of moving pictures of a file."""

    codec: str
    size: tuple[int, int]
    """(width, height) as shown."""
    rotation: int
    """Degrees clockwise that the stored picture is turned by: 0, 90, 180 or 270."""
    interlaced: bool = False
    """Whether each frame holds two moments, line by line."""
    high_range: bool = False
    """Whether it is HDR (HLG or PQ), as many phones film by themselves."""
    colours: ColourTags = UNTAGGED


@dataclass(frozen=True)
class Tone:
    """The first sound stream of a file."""

    codec: str
    rate: int
    """Samples a second."""
    layout: str
    """As ffmpeg names it: "mono", "stereo", "5.1(side)", "4 channels"."""


@dataclass(frozen=True)
class Streams:
    """A file's header: how long it says it is, and what it holds."""

    container: str
    """ffmpeg's name of the format, e.g. "mov,mp4,m4a,3gp,3g2,mj2" or "matroska,webm"."""
    seconds: float | None
    picture: Picture | None
    tone: Tone | None


@dataclass(frozen=True)
class Packets:
    """What the packets of a file say, without decoding them."""

    frames: int
    """Pictures in the first stream of moving pictures."""
    first: float
    """Time of the first picture."""
    last: float
    """Time of the last picture."""
    end: float
    """End of the last picture's time on the screen."""
    tick: float
    """Resolution of the times, in seconds."""
    reached: float
    """End of the last packet of picture or sound, in seconds."""
    cut: bool
    """Whether ffmpeg met the file's end within a packet that the index names."""
    usual_steps: int
    """Steps from one picture to the next that take about the usual time."""
    usual_time: float
    """Seconds that these steps take in all."""

    @property
    def uneven(self) -> float:
        """Return the share 0..1 of the time that is spent on steps of another length."""
        whole = self.last - self.first
        return max(0.0, 1 - self.usual_time / whole) if whole > 0 else 0.0


def read_header(path: Path, wanted: str) -> Streams:
    """Return what the header of a media file says.

    Args:
        path: the file from outside.
        wanted: what it should be, for messages, e.g. "a video".

    Raises:
        BadInput: missing, a folder, empty, cut before its index, or no format that is read.
    """
    check_file(path, wanted)
    command = [program(), "-hide_banner", "-nostdin", *input_arguments(path)]
    try:
        answer = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise BadInput(f"{path}: no header found within {_PATIENCE:.0f} s; convert it") from None
    banner = answer.stderr.decode("utf-8", "replace")
    begin = re.search(r"^Input #0, (.+?), from ", banner, re.MULTILINE)
    if begin is None:
        if answer.returncode < 0:
            raise BadInput(
                f"{path}: makes ffmpeg crash (signal {-answer.returncode}); convert the file, or "
                "run `pip install --upgrade imageio-ffmpeg`"
            )
        raise BadInput(_why_unreadable(path, wanted, banner))
    lines = banner[begin.start() :].splitlines()
    return Streams(begin[1], _duration(lines), _picture(lines), _tone(lines))


def scan_packets(path: Path) -> Packets:
    """Read the times of all packets of the first picture and sound streams, decoding nothing.

    Raises:
        BadInput: not one picture is found.
    """
    streams = ["-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", "-f", "framecrc", "pipe:1"]
    ticks: dict[str, float] = {}
    shown = array("d")
    end, reached = 0.0, 0.0
    with Ffmpeg([*input_arguments(path), *streams], answers=True) as scan:
        for line in scan.lines():
            if line.startswith("#tb "):
                stream, _, fraction = line[4:].partition(":")
                above, _, below = fraction.partition("/")
                ticks[stream.strip()] = int(above) / int(below)
            if line.startswith("#"):
                continue
            stream, dts, pts, duration, *_ = (field.strip() for field in line.split(","))
            tick = ticks[stream]
            start = int(dts if pts == "NOPTS" else pts) * tick
            stop = start + int(duration) * tick
            reached = max(reached, stop)
            if stream == "0" and start > -tick:
                shown.append(start)
                end = max(end, stop)
        scan.finish()
        cut = "partial file" in scan.complaints
    if not shown:
        raise BadInput(f"{path}: holds not one whole picture; it is empty or was cut short")
    times = np.sort(np.frombuffer(shown, np.float64))
    steps, seconds = _usual(np.diff(times), ticks["0"])
    first, last = float(times[0]), float(times[-1])
    return Packets(len(times), first, last, end, ticks["0"], reached, cut, steps, seconds)


def _usual(steps: np.ndarray, tick: float) -> tuple[int, float]:
    """Return how many steps between pictures are about as long as most, and their sum."""
    if len(steps) == 0:
        return 0, 0.0
    middle = float(np.median(steps))
    usual = steps[np.abs(steps - middle) <= max(_ALIKE * middle, tick)]
    return len(usual), float(usual.sum())


def read_metadata(path: Path, wanted: str = "a media") -> dict[str, str]:
    """Return the texts that a media file carries, e.g. the recipe that `VideoWriter` put in.

    Args:
        path: the file.
        wanted: what it should be, see `read_header`.

    Raises:
        BadInput: no media file that is read.
    """
    read_header(path, wanted)
    arguments = [*input_arguments(path), "-map_metadata", "0", "-f", "ffmetadata", "pipe:1"]
    with Ffmpeg(arguments, answers=True) as reader:
        text = "".join(reader.lines())
    file_part = re.split(r"(?<!\\)\n\[", text)[0]  # sections of streams and chapters follow
    pairs = re.findall(r"^((?:\\.|[^=\\\n])+)=((?:\\.|[^\\\n])*)$", file_part, re.M | re.S)
    return {_unescaped(key): _unescaped(value) for key, value in pairs}


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _why_unreadable(path: Path, wanted: str, banner: str) -> str:
    if "whitelist" in banner:
        return f"{path}: is a playlist, picture or other format, expected {wanted} file"
    if "moov atom not found" in banner and "low score" not in banner:
        return f"{path}: has no index (moov atom not found); it was cut short, copy it again"
    if "Permission denied" in banner:
        return f"{path}: cannot be read (permission denied)"
    such = "MP4, MOV, WebM, MKV or AVI" if wanted == "a video" else "WAV, FLAC, OGG, MP3 or M4A"
    return f"{path}: is no media file that can be read, expected {wanted} file such as {such}"


def _duration(lines: list[str]) -> float | None:
    for line in lines:
        found = re.match(r"\s*Duration: (\d+):(\d\d):(\d\d\.\d+)", line)
        if found:
            return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])
    return None


def _picture(lines: list[str]) -> Picture | None:
    for number, line in enumerate(lines):
        found = re.match(r"\s*Stream #0:\d+.*?: Video: (\w+).*?, (\d+)x(\d+)", line)
        if not found or "(attached pic)" in line:
            continue
        width, height = int(found[2]), int(found[3])
        shapes = re.findall(r"SAR (\d+):(\d+) DAR", line)
        across, down = map(int, shapes[-1]) if shapes else (1, 1)  # the container's comes last
        if across and down:
            width = max(1, round(width * across / down))
        rotation = _rotation(lines[number + 1 :])
        size = (height, width) if rotation in (90, 270) else (width, height)
        interlaced = re.search(r"\b(top|bottom) (first|coded first)\b", line) is not None
        high_range = re.search(r"\b(arib-std-b67|smpte2084)\b", line) is not None
        return Picture(found[1], size, rotation, interlaced, high_range, colour_tags(line))
    return None


def _rotation(lines: list[str]) -> int:
    for line in lines:
        if re.match(r"\s*Stream #", line):
            break
        found = re.search(r"display ?matrix: rotation of (-?[\d.]+) degrees", line, re.IGNORECASE)
        if found:
            # The matrix counts anticlockwise, people clockwise.
            return round(-float(found[1]) / 90) * 90 % 360
    return 0


def _tone(lines: list[str]) -> Tone | None:
    for line in lines:
        found = re.match(r"\s*Stream #0:\d+.*?: Audio: (\w+).*?, (\d+) Hz, ([^,]+)", line)
        if found:
            return Tone(found[1], int(found[2]), found[3].strip())
    return None
