"""Recording from a webcam, or from any other source that ffmpeg reads, so that nothing gets lost.

While the camera runs, the picture is written as an MPEG transport stream, which needs no end to be
read: what is on the disk can be played whatever happens next, but for the last moment. A good MP4
is made of it when all is over, whole or not at all.
Beside the recording, small pictures come back for a live view.

Files from outside are opened as files and nothing else; only a camera or an address that the person
at the keyboard names is opened as such.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stickdance.capture.media.ffmpeg import Ffmpeg, check_file, input_arguments, program
from stickdance.capture.options import CameraOptions
from stickdance.checkpoints.errors import BadInput, MissingDependency, OutputFailed
from stickdance.checkpoints.files import whole_file

VIEW = (320, 320)
"""(width, height) of the live view's pictures; the camera's picture is fitted into it."""
VIEW_FPS = 10.0

_NETWORK = "rtsp,rtsps,rtp,srtp,udp,tcp,tls,http,https"
_QUALITY = 16  # crf
_PATIENCE = 20.0  # seconds that a list of cameras may take


@dataclass(frozen=True)
class Camera:
    """A camera that is plugged in."""

    address: str
    """What opens it: /dev/video0, or a number or name where the system has no such files."""
    name: str


class Recorder:
    """A running camera; leave the `with` block to end it.

    Example:
        with Recorder(arguments, Path("part_1.ts"), fps=30, seconds=60) as recorder:
            for picture in recorder.view():
                ...
    """

    def __init__(self, source: Sequence[str], to: Path, fps: float, seconds: float) -> None:
        """Settle what is recorded.

        Args:
            source: arguments that open it, from `source_arguments`.
            to: the .ts to write.
            fps: frames a second, made constant.
            seconds: the recording ends by itself then.
        """
        self.path = to
        self._arguments = [*source, *_recording(to, fps, seconds), *_viewing(seconds)]

    def __enter__(self) -> "Recorder":
        """Open the camera."""
        self._process = Ffmpeg(self._arguments, answers=True).__enter__()
        return self

    def __exit__(self, *trouble: object) -> None:
        """End the recording so that the file is closed in order."""
        self._process.stop()
        self._process.__exit__(None, None, None)

    def view(self) -> Iterator[np.ndarray]:
        """Yield small pictures as they come, `VIEW_FPS` a second: uint8 RGB, within `VIEW`.

        They have to be taken quickly, else the camera waits.

        Raises:
            BadInput: the source cannot be opened or read.
            OutputFailed: no space left, or no permission.
        """
        picture = np.empty((VIEW[1], VIEW[0], 3), np.uint8)
        box = None
        while self._process.fill(picture.data) == picture.nbytes:
            if box is None and picture.any():
                box = _within_bars(picture)
            yield picture[box].copy() if box else picture.copy()
        if self._process.finish() != 0:
            self._refuse()

    def _refuse(self) -> None:
        told = self._process.complaints
        if "No space left" in told:
            raise OutputFailed(
                f"{self.path}: no space left on the disk; what was recorded is safe there"
            )
        if not self.path.is_file() or self.path.stat().st_size == 0:
            raise BadInput(f"the camera cannot be opened ({self._process.complaint})")
        raise BadInput(f"the camera stopped ({self._process.complaint})")


def source_arguments(options: CameraOptions, realtime: bool = True) -> list[str]:
    """Return ffmpeg's arguments that open a camera, an address or a file.

    Args:
        options: which one.
        realtime: read a file as slowly as a camera would give it.

    Raises:
        BadInput: no such camera or file.
        MissingDependency: there is no camera.
    """
    if re.match(r"^(rtsps?|https?|udp|tcp|rtp)://", options.source):
        return ["-protocol_whitelist", _NETWORK, "-i", options.source]
    if options.source and Path(options.source).is_file() and not _is_device(options.source):
        check_file(Path(options.source), "a video")
        return [*(("-re",) if realtime else ()), *input_arguments(Path(options.source))]
    return _device(_chosen(options.source), options)


def list_cameras() -> list[Camera]:
    """Return the cameras that are plugged in, the system's first one first."""
    if sys.platform == "linux":
        return _cameras_of_linux(Path("/sys/class/video4linux"))
    command = ["-hide_banner", "-list_devices", "true", "-f", _driver(), "-i", "dummy"]
    answer = subprocess.run(
        [program(), *command], capture_output=True, timeout=_PATIENCE, check=False
    )
    return read_device_list(answer.stderr.decode("utf-8", "replace"))


def read_device_list(text: str) -> list[Camera]:
    """Return the cameras in what ffmpeg lists of avfoundation or dshow."""
    cameras = []
    for line in text.splitlines():
        if "AVFoundation audio devices" in line:
            break
        numbered = re.search(r"AVFoundation.*\] \[(\d+)\] (.+)$", line)
        named = re.search(r'dshow.*\] +"(.+)" \(video\)', line)
        if numbered and "Capture screen" not in numbered[2]:
            cameras.append(Camera(numbered[1], numbered[2].strip()))
        elif named:
            cameras.append(Camera(named[1], named[1]))
    return cameras


def as_video(
    part: Path, to: Path, metadata: Mapping[str, str] | None = None, again: bool = False
) -> Path:
    """Make an MP4 of what was recorded.

    Args:
        part: what `Recorder` or a browser wrote; it may be cut short.
        to: the .mp4 to write.
        metadata: texts to keep in it.
        again: encode it again, with a frame every thirtieth of a second: browsers record WebM,
            whose frames come when they come. Else nothing is encoded.

    Raises:
        BadInput: not one picture in it.
        OutputFailed: no space left; the recording is untouched.
    """
    if not part.is_file() or part.stat().st_size == 0:
        raise BadInput(f"{to}: nothing was recorded")
    texts = [word for item in (metadata or {}).items() for word in ("-metadata", "=".join(item))]
    with whole_file(to) as temporary:
        source = input_arguments(part) if again else input_arguments(part, "mpegts")
        copying = [*source, "-map", "0:v:0", *(_STEADY if again else ("-c", "copy")), *texts]
        container = ["-movflags", "+faststart", "-f", "mp4", "-y", f"file:{temporary}"]
        with Ffmpeg([*copying, *container]) as copier:
            status = copier.finish()
            if "No space left" in copier.complaints:
                raise OutputFailed(f"{to}: no space left on the disk; free some and repeat")
            if status != 0:
                raise BadInput(f"{to}: the recording cannot be read ({copier.complaint})")
    return to


_STEADY = (
    *("-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2", "-fps_mode", "cfr", "-r", "30"),
    *("-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-crf", str(_QUALITY)),
)


def _recording(to: Path, fps: float, seconds: float) -> list[str]:
    return [
        *("-map", "0:v:0", "-t", f"{seconds:.3f}", "-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2"),
        *("-fps_mode", "cfr", "-r", f"{fps:g}", "-pix_fmt", "yuv420p", "-c:v", "libx264"),
        *("-preset", "veryfast", "-tune", "zerolatency", "-crf", str(_QUALITY)),
        *("-g", str(max(1, round(fps))), "-flush_packets", "1", "-muxdelay", "0"),
        *("-f", "mpegts", "-y", f"file:{to}"),
    ]


def _viewing(seconds: float) -> list[str]:
    width, height = VIEW
    fitted = (
        f"fps={VIEW_FPS:g},scale={width}:{height}:force_original_aspect_ratio=decrease,"
        f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2"
    )
    return [
        *("-map", "0:v:0", "-t", f"{seconds:.3f}", "-vf", fitted, "-pix_fmt", "rgb24"),
        *("-flush_packets", "1", "-f", "rawvideo", "pipe:1"),
    ]


def _within_bars(picture: np.ndarray) -> tuple[slice, slice]:
    """Return rows and columns of what was filmed, without the black bars that fit it in."""
    rows, columns = (np.flatnonzero(picture.any(axis=axes)) for axes in ((1, 2), (0, 2)))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _is_device(source: str) -> bool:
    return source.startswith("/dev/")


def _driver() -> str:
    return {"linux": "v4l2", "darwin": "avfoundation", "win32": "dshow"}.get(sys.platform, "v4l2")


def _chosen(source: str) -> Camera:
    if _is_device(source):
        return Camera(source, source)
    cameras = list_cameras()
    if not cameras:
        raise MissingDependency(
            "no camera found; plug one in, or name a file or an address with --source"
        )
    if not source:
        return cameras[0]
    for number, camera in enumerate(cameras):
        if source in (camera.address, camera.name, str(number)):
            return camera
    known = ", ".join(f"{number}: {camera.name}" for number, camera in enumerate(cameras))
    raise BadInput(f"--source {source}: no such file, address or camera; there are {known}")


def _device(camera: Camera, options: CameraOptions) -> list[str]:
    asked = ["-framerate", f"{options.fps:g}"]
    if options.size is not None:
        asked += ["-video_size", f"{options.size[0]}x{options.size[1]}"]
    address = {
        "avfoundation": f"{camera.address}:none",
        "dshow": f"video={camera.address}",
    }.get(_driver(), camera.address)
    return ["-f", _driver(), *asked, "-i", address]


def _cameras_of_linux(folder: Path) -> list[Camera]:
    cameras = []
    for device in sorted(folder.glob("video*"), key=lambda path: (len(path.name), path.name)):
        index, name = device / "index", device / "name"
        if index.is_file() and index.read_text().strip() != "0":
            continue  # a second stream of the same camera, e.g. its metadata
        title = name.read_text().strip() if name.is_file() else device.name
        cameras.append(Camera(f"/dev/{device.name}", title))
    return cameras
