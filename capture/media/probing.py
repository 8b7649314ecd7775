"""What is known of footage without decoding it: a video's packets, or a folder's pictures.

Conventions: sizes (width, height) as shown; times in seconds.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from stickdance.capture.media.colour_tags import UNTAGGED, ColourTags
from stickdance.capture.media.ffmpeg import FASTEST, check_length, check_size
from stickdance.capture.media.image_folder import common_size, folder_digest, list_pictures
from stickdance.capture.media.streams import Packets, read_header, scan_packets
from stickdance.capture.media.treatment import UNTREATED, Treatment
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256

PICTURES_FPS = 25.0
"""Frames a second of a folder of pictures, where no other rate is asked for."""
_SOME = 0.1  # share of the time in which frames are missing up to which the rate is the others'


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
    interlaced: bool = False
    """Whether each frame holds two moments, line by line."""
    high_range: bool = False
    """Whether it is HDR (HLG or PQ); read, it is brought to the usual range."""
    uneven: float = 0.0
    """Share 0..1 of the time in which frames are shown for other than the usual time."""
    treatment: Treatment = UNTREATED
    """What is done to its pictures when they are read."""
    colours: ColourTags = UNTAGGED
    """What its header says of its colours."""

    def treated(self, treatment: Treatment) -> "VideoInfo":
        """Return what is known when its pictures are read so."""
        return replace(self, size=treatment.size(self.size), treatment=treatment)

    @property
    def real_fps(self) -> float:
        """Return how many different pictures a second there are."""
        return self.treatment.fps or self.fps

    @property
    def is_folder(self) -> bool:
        """Tell whether it is a folder of pictures, which have no frame rate of their own."""
        return self.codec == "pictures"

    def shown_at(self, fps: float) -> "VideoInfo":
        """Return what is known when read at `fps`, which a folder of pictures takes on."""
        if not self.is_folder:
            return self
        return replace(self, fps=fps, seconds=self.frames / fps)


def probe(path: Path) -> VideoInfo:
    """Return size, rate and length of footage, having decoded nothing.

    Args:
        path: a video, whose packets are read, or a folder of pictures, whose headers are.

    Raises:
        BadInput: missing, no video, a playlist, too long or too large, or cut short; a folder of
            other things than pictures, or of pictures of several sizes.
    """
    path = Path(path)
    if path.is_dir():
        return _probe_pictures(path)
    try:
        status = path.stat()
    except (OSError, ValueError):
        return _probe(path, 0, 0)
    return _probe(path, status.st_mtime_ns, status.st_size)


def footage_digest(path: Path) -> str:
    """Return a SHA-256 of footage: of the video, or of all pictures in the folder."""
    return folder_digest(path) if path.is_dir() else sha256(path)


def _probe_pictures(folder: Path) -> VideoInfo:
    pictures = list_pictures(folder)
    size, seconds = common_size(pictures), len(pictures) / PICTURES_FPS
    _check_limits(folder, size, seconds)
    return VideoInfo(
        folder, size, PICTURES_FPS, len(pictures), seconds, 0, "pictures", False, False
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
        header.picture.interlaced,
        header.picture.high_range,
        packets.uneven,
        colours=header.picture.colours,
    )


def _check_limits(path: Path, size: tuple[int, int], seconds: float | None) -> None:
    check_size(path, size)
    check_length(path, seconds)


def _average_rate(packets: Packets) -> float:
    """Return frames a second: the nominal rate where the times agree with it, else their mean.

    Some frames that are missing, as after a cut that copied the stream, do not change the rate.
    """
    if packets.frames < 2 or packets.last <= packets.first:
        shown = packets.end - packets.first
        return 1 / shown if shown > 0 else 25.0
    between, steps = packets.last - packets.first, packets.frames - 1
    gaps = 0
    if packets.uneven <= _SOME:
        gaps = steps - packets.usual_steps
        between, steps = packets.usual_time, packets.usual_steps
    rate = steps / between
    nominal = [round(rate), round(rate * 1.001) * 1000 / 1001]
    nearest = min(nominal, key=lambda candidate: abs(candidate - rate))
    tolerance = max(1e-6, 2 * (1 + gaps) * packets.tick / between)
    return float(nearest if nearest > 0 and abs(nearest / rate - 1) <= tolerance else rate)
