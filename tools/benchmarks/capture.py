"""How fast footage becomes a take, what each stage costs, and whether memory stays flat.

    python -m stickdance.tools.benchmarks.capture [--minutes 1 3] [--video FILE] [--json]

1080p footage (the demo dancer, enlarged, with a sensor's noise, as H.264 of a phone's bit rate) is
captured at 512 pixels in height, once for each length, every time in a process of its own, whose
memory is watched together with that of its children. Beside the whole, each part that runs side by
side there is timed alone on the first frames.

Beside the frames a second, which depend on what else the machine does, stands the processor time
that a frame costs in all processes: two cores that do nothing else can reach 2000 divided by it.

Conventions: milliseconds a frame; memory in MB, the sum of the proportional share (PSS) of the
process and all its children where the system tells it (Linux), else 0.
"""

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from stickdance.capture import video_to_take as path
from stickdance.capture.estimators.catalog import create
from stickdance.capture.first_pass import frame_writer
from stickdance.capture.media.ffmpeg import Ffmpeg, input_arguments
from stickdance.capture.media.video import probe, read_frames
from stickdance.checkpoints.errors import BadInput
from stickdance.tools.benchmarks.harness import call, machine, processor_seconds, run_benchmark
from stickdance.tools.benchmarks.memory import watched
from stickdance.tools.demo.filming import film, filming_poses
from stickdance.tools.text_table import aligned

_GOAL_FPS, _GOAL_MB = 18.0, 1500.0
_STAGES = ("film", "gather", "room_of", "write_mattes")
_COLUMNS = ("minutes", "frames_per_second", "processor_milliseconds_a_frame", "peak_memory_mb")
_CLIP_SECONDS, _CLIP_SIZE = 4.0, (480, 270)


@dataclass(frozen=True)
class CaptureSpeedOptions:
    """What is measured."""

    minutes: tuple[float, ...] = (1.0,)
    """Lengths of footage; several show whether memory and speed depend on the length."""
    video: Path | None = None
    """Real footage in place of the demo dancer; it is repeated to each length."""
    height: int = 512
    """Height at which the take stores its frames."""
    folder: Path = Path("out/benchmarks/capture")
    """Where the footage is kept between runs."""
    parts_frames: int = 150
    """Frames on which the parts are timed alone; 0 leaves that out."""


def measure(options: CaptureSpeedOptions = CaptureSpeedOptions()) -> dict[str, Any]:
    """Return frames a second, seconds by stage and peak memory for each length, and the parts."""
    options.folder.mkdir(parents=True, exist_ok=True)
    clip = options.video or _demo_clip(options.folder)
    footage = [_repeated(clip, length, options.folder) for length in options.minutes]
    return {
        "machine": machine(),
        "goal": {"frames_per_second": _GOAL_FPS, "peak_memory_mb": _GOAL_MB},
        "runs": [call(captured, each, options.height).answer for each in footage],
        "milliseconds_a_frame_alone": _parts(clip, options) if options.parts_frames else {},
    }


def _demo_clip(folder: Path) -> Path:
    """Return a few seconds of 1080p footage of the demo dancer, made on first use."""
    clip = folder / "clip.mp4"
    if not clip.is_file():
        poses = filming_poses(_CLIP_SECONDS, _CLIP_SIZE, 25.0)
        small = film(poses, folder / "small.mp4", noise=0.0, detail=1)
        enlarged = "scale=1920:1080:flags=lanczos,noise=alls=6:allf=t"
        encoded = ("-vf", enlarged, "-c:v", "libx264", "-preset", "veryfast", "-b:v", "12M")
        _ffmpeg(*input_arguments(small), *encoded, "-pix_fmt", "yuv420p", to=clip)
    return clip


def _repeated(clip: Path, minutes: float, folder: Path) -> Path:
    """Return footage of this length: the clip over and over, not encoded again."""
    footage = folder / f"{clip.stem}_{minutes:g}min.mp4"
    if not footage.is_file():
        again = ("-stream_loop", "-1", *input_arguments(clip), "-t", str(minutes * 60))
        _ffmpeg(*again, "-an", "-c", "copy", to=footage)
    return footage


def _ffmpeg(*arguments: str, to: Path) -> None:
    with Ffmpeg([*arguments, "-f", "mp4", "-y", f"file:{to}"]) as process:
        if process.finish() != 0:
            raise BadInput(f"benchmark footage: {process.complaint}")


def captured(footage: str, height: int) -> dict[str, Any]:
    """Capture in this process and return what it took."""
    with tempfile.TemporaryDirectory() as folder:
        return captured_to(footage, height, str(Path(folder) / "take"))


def captured_to(footage: str, height: int, to: str) -> dict[str, Any]:
    """Capture in this process into a folder, which is kept, and return what it took."""
    seconds: dict[str, float] = {}
    for name in _STAGES:
        setattr(path, name, _timed(getattr(path, name), name, seconds))
    options = path.CaptureOptions(height=height, conditions="warn")
    used, started = processor_seconds(), time.perf_counter()
    with watched(os.getpid()) as memory:
        take = path.video_to_take([Path(footage)], Path(to), options)
    whole = time.perf_counter() - started
    return {
        "source": list(probe(Path(footage)).size),
        "stored": list(take.size),
        "frames": take.frame_count,
        "minutes": round(take.frame_count / take.fps / 60, 2),
        "frames_per_second": round(take.frame_count / whole, 2),
        "seconds": round(whole, 1),
        "processor_milliseconds_a_frame": round(
            1000 * (processor_seconds() - used) / take.frame_count, 1
        ),
        "peak_memory_mb": round(max(memory, default=0.0), 1),
        "seconds_by_stage": {name: round(value, 1) for name, value in seconds.items()},
    }


def _timed(work: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return work(*arguments, **named)
        finally:
            seconds[name] = time.perf_counter() - started

    return timed


def _parts(clip: Path, options: CaptureSpeedOptions) -> dict[str, float]:
    """Return milliseconds a frame of decoding, posing and writing, each alone."""
    size = path.working_size(probe(clip).size, options.height)
    seconds: dict[str, float] = {}
    decoded = islice(read_frames(clip, size=size), options.parts_frames)
    frames = _timed(list, "decode and scale", seconds)(decoded)
    estimator = create("blazepose")
    list(estimator.estimate(frames[:3]))  # what is loaded, is loaded here
    _timed(list, "pose and mask", seconds)(estimator.estimate(frames))

    def write(to: Path) -> None:
        with frame_writer(to, size, 25) as writer:
            for frame in frames:
                writer.write(frame)

    with tempfile.TemporaryDirectory() as folder:
        _timed(write, "write frames", seconds)(Path(folder) / "a.mp4")
    return {name: round(1000 * value / len(frames), 2) for name, value in seconds.items()}


def _table(result: dict[str, Any]) -> str:
    rows: list[tuple[str, ...]] = [("minutes", "frames/s", "cpu ms", "peak MB", *_STAGES)]
    for run in result["runs"]:
        stages = (run["seconds_by_stage"][name] for name in _STAGES)
        rows.append(tuple(map(str, (*(run[name] for name in _COLUMNS), *stages))))
    alone = result["milliseconds_a_frame_alone"].items()
    return "\n".join([
        aligned(rows),
        f"goal: {_GOAL_FPS:g} frames/s, below {_GOAL_MB:g} MB; stages in seconds",
        *(f"alone, {name}: {value} ms a frame" for name, value in alone),
    ])  # fmt: skip


if __name__ == "__main__":
    run_benchmark(measure, _table)
