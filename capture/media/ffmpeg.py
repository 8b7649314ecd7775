"""ffmpeg as a child process: safe arguments, a drained error stream, one line when it fails.

Files from outside are opened by argument lists, never through a shell, with the protocols and
formats named, so that a playlist in disguise, `concat:` or `http:` cannot make ffmpeg read others.
"""

import os
import re
import signal
import stat
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cache
from pathlib import Path

import imageio_ffmpeg

from stickdance.checkpoints.errors import BadInput, MissingDependency

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,gif,"
    "wav,w64,mp3,ogg,flac,aac,aiff,caf"
)
"""The containers that are read; everything else is refused by ffmpeg itself."""

LARGEST_SIDE, LARGEST_PICTURE = 8192, 50_000_000
"""Pixels of the largest frames that are read or written."""
LONGEST = 3 * 3600.0
"""Seconds of footage or sound read at most: a longer stereo WAV nears the format's 4 GB."""
FASTEST = 1000.0
"""Frames a second that are read or written at most."""
_ACCURATE = "accurate_rnd+full_chroma_int+full_chroma_inp"
ACCURATE_SCALING = f"flags=bicubic+{_ACCURATE}"
"""Option of ffmpeg's scale filter: colours are converted without rounding shortcuts."""
AREA_SCALING = f"flags=area+{_ACCURATE}"
"""The same where pictures shrink: each pixel is the mean of the area that it covers."""

_FAILS = re.compile(r"(\[[^\]]*\] )*\[(error|fatal|panic)\] ")


@cache
def program() -> str:
    """Return the path of the ffmpeg binary.

    Raises:
        MissingDependency: imageio-ffmpeg has none for this machine.
    """
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise MissingDependency(
            f"ffmpeg: not found ({error}); run `pip install --force-reinstall imageio-ffmpeg`"
        ) from None


def input_arguments(path: Path, formats: str = FORMATS) -> list[str]:
    """Return the arguments that open a local media file and nothing else."""
    return [
        *("-protocol_whitelist", "file,pipe", "-format_whitelist", formats),
        *("-max_pixels", str(LARGEST_PICTURE), "-i", f"file:{path}"),
    ]


def check_file(path: Path, wanted: str) -> None:
    """Refuse what is no readable file before ffmpeg sees it.

    Raises:
        BadInput: missing, a folder, a device, empty, unreadable, or a RIFF file cut short.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise BadInput(f"{path}: is a folder, expected {wanted} file")
        if not stat.S_ISREG(status.st_mode):
            raise BadInput(f"{path}: is not a regular file, expected {wanted} file")
        if status.st_size == 0:
            raise BadInput(f"{path}: is empty (0 bytes), expected {wanted} file")
        with path.open("rb") as file:
            head = file.read(12)
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file, expected {wanted} file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"{path}: cannot be read ({reason})") from None
    _refuse_short_riff(path, head, status.st_size)


def check_size(path: Path, size: tuple[int, int]) -> None:
    """Refuse frames of a (width, height) that is too large to be read.

    Raises:
        BadInput: they are.
    """
    if max(size) > LARGEST_SIDE or size[0] * size[1] > LARGEST_PICTURE:
        raise BadInput(
            f"{path}: has frames of {size[0]}x{size[1]}, at most {LARGEST_SIDE} pixels a side and "
            f"{LARGEST_PICTURE // 1_000_000} megapixels are read; scale it down"
        )


def check_length(path: Path, seconds: float | None) -> None:
    """Refuse footage or sound that is too long to be read; None where that is not known.

    Raises:
        BadInput: it is.
    """
    if seconds is not None and seconds > LONGEST:
        raise BadInput(
            f"{path}: lasts {seconds / 3600:.1f} hours, at most {LONGEST / 3600:.0f} are read; "
            "cut out the part wanted"
        )


def exact_rate(fps: float) -> Fraction:
    """Return a frame rate as a fraction, e.g. 30000/1001 for 29.97002997.

    Raises:
        BadInput: not positive, or more than 1000.
    """
    if not 0 < fps <= FASTEST:
        raise BadInput(f"frame rate {fps}: expected more than 0 and at most {FASTEST:.0f}")
    return Fraction(fps).limit_denominator(100_000)


class Ffmpeg:
    """A running ffmpeg; leaving the `with` block ends the process, whatever happened.

    It runs in a process group of its own, so that Ctrl-C reaches us alone and we end it cleanly.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        feeds: bool = False,
        answers: bool = False,
        notice: re.Pattern[str] | None = None,
    ) -> None:
        """Start ffmpeg.

        Args:
            arguments: of the command line.
            feeds: open a pipe into it.
            answers: open a pipe out of it.
            notice: lines of its log, down to mere information, that are kept in `noticed`.
        """
        self.noticed: list[re.Match[str]] = []
        self._notice = notice
        level = "level+error" if notice is None else "level+info"
        self._process = subprocess.Popen(
            [program(), "-hide_banner", "-nostdin", "-nostats", "-loglevel", level, *arguments],
            stdin=subprocess.PIPE if feeds else subprocess.DEVNULL,
            stdout=subprocess.PIPE if answers else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            process_group=0 if os.name == "posix" else None,
        )
        self._lines: deque[str] = deque(maxlen=40)
        self._first_lines: list[str] = []
        self._drain = threading.Thread(target=self._read_errors, daemon=True)
        self._drain.start()

    def __enter__(self) -> "Ffmpeg":
        return self

    def __exit__(self, *trouble: object) -> None:
        """End the process if it still runs, and close the pipes."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._drain.join(timeout=5)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with suppress(OSError):  # bytes that the dead process never took
                    pipe.close()

    def feed(self, data: memoryview | bytes) -> None:
        """Write all bytes into the process.

        Raises:
            BrokenPipeError: the process has ended.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(data)

    def fill(self, buffer: bytearray | memoryview) -> int:
        """Read until `buffer` is full or the output ends, and return the number of bytes."""
        assert self._process.stdout is not None
        view, done = memoryview(buffer).cast("B"), 0
        while done < len(view):
            count = self._process.stdout.readinto(view[done:])  # type: ignore[attr-defined]
            if not count:
                break
            done += count
        return done

    def lines(self) -> Iterator[str]:
        """Read the output as text, line by line."""
        assert self._process.stdout is not None
        for raw in self._process.stdout:
            yield raw.decode("utf-8", "replace")

    def finish(self) -> int:
        """Close the pipe into the process, wait for it and return its exit status."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        status = self._process.wait()
        self._drain.join(timeout=5)
        return status

    def stop(self, patience: float = 10.0) -> None:
        """Ask the process to close its files and end; after `patience` seconds it is killed."""
        if self._process.poll() is not None:
            return
        if os.name == "posix":
            self._process.send_signal(signal.SIGINT)
        else:
            self._process.terminate()
        deadline = threading.Timer(patience, self._process.kill)
        deadline.start()
        while self._process.stdout is not None and self._process.stdout.read(1 << 16):
            continue  # what it still has to say, else it would wait for ever
        self._process.wait()
        deadline.cancel()

    @property
    def complaint(self) -> str:
        """Return the first thing that ffmpeg complained of, as one line without its own prefix."""
        for line in self._first_lines:
            told = re.sub(r"^(\[[^\]]*\] )+", "", line).strip().rstrip(".")
            if told and "misdetection possible" not in told:
                return told[:200]
        return "ffmpeg gave no reason"

    @property
    def complaints(self) -> str:
        """Return the first and the last lines of the error stream, for looking up a reason."""
        return "\n".join([*self._first_lines, *self._lines])

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for raw in self._process.stderr:
            line = raw.decode("utf-8", "replace").rstrip()
            if self._notice is not None:
                found = self._notice.search(line)
                self.noticed += [found] if found else []
                if not _FAILS.match(line):
                    continue
            (self._first_lines if len(self._first_lines) < 40 else self._lines).append(line)


def _refuse_short_riff(path: Path, head: bytes, size: int) -> None:
    if head[:4] != b"RIFF":
        return
    announced = int.from_bytes(head[4:8], "little") + 8
    if 8 < announced < 0xFFFFFFFF and announced > size + 1:
        raise BadInput(
            f"{path}: has {size} of the {announced} bytes that its header announces; "
            "it was cut short, copy it again"
        )
