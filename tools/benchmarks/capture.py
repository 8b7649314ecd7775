"""How fast footage becomes a take, what each stage costs, and whether memory stays flat.

    python -m stickdance.tools.benchmarks.capture [--minutes 1 3] [--video FILE] [--json]

1080p footage (the demo dancer, enlarged, with a sensor's noise, as H.264 of a phone's bit rate) is
captured at 512 pixels in height, once for each length, every time in a process of its own, whose
memory is watched together with that of its children. Beside the whole, each part that runs side by
side there is timed alone on the first frames.

Beside the frames a second, which depend on what else the machine does, stands the processor time
that a frame costs in all processes: two cores that do nothing else can reach 2000 divided by it.

Conventions: milliseconds a frame; memory in MB, the sum of the proportional share (PSS) of the
process and all its children where the system tells it (Linux), else of their own largest sizes.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import tyro

from stickdance.capture import video_to_take as path
from stickdance.capture.estimators.catalog import create
from stickdance.capture.first_pass import frame_writer
from stickdance.capture.media.ffmpeg import Ffmpeg, input_arguments
from stickdance.capture.media.video import probe, read_frames
from stickdance.checkpoints.errors import BadInput
from stickdance.tools.program import leave_with

_GOAL_FPS, _GOAL_MB = 18.0, 1500.0
_STAGES = ("film", "gather", "plate_of", "write_mattes")
_CLIP_SECONDS, _CLIP_SIZE = 4.0, (480, 270)


@dataclass(frozen=True)
class Options:
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


def main() -> None:
    """Measure, print a table, or one JSON object with --json."""
    if sys.argv[1:2] == ["--one"]:
        _capture_once(Path(sys.argv[2]), int(sys.argv[3]))
        return
    as_json = "--json" in sys.argv
    words = [word for word in sys.argv[1:] if word != "--json"]
    options = tyro.cli(Options, args=words, prog="python -m stickdance.tools.benchmarks.capture")
    result = measure(options)
    print(json.dumps(result) if as_json else _table(result))


def measure(options: Options) -> dict[str, Any]:
    """Return frames a second, seconds by stage and peak memory for each length, and the parts."""
    clip = options.video or _demo_clip(options.folder)
    runs = [_run(_repeated(clip, length, options.folder), options) for length in options.minutes]
    parts = _parts(clip, options) if options.parts_frames else {}
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "load_before": os.getloadavg()[0],
        "goal": {"frames_per_second": _GOAL_FPS, "peak_memory_mb": _GOAL_MB},
        "runs": runs,
        "milliseconds_a_frame_alone": parts,
    }


def _demo_clip(folder: Path) -> Path:
    """Return a few seconds of 1080p footage of the demo dancer, made on first use."""
    from stickdance.tools.demo.filming import film, filming_poses

    clip = folder / "clip.mp4"
    if clip.is_file():
        return clip
    folder.mkdir(parents=True, exist_ok=True)
    small = film(
        filming_poses(_CLIP_SECONDS, _CLIP_SIZE, 25.0), folder / "small.mp4", noise=0.0, detail=1
    )
    enlarged = "scale=1920:1080:flags=lanczos,noise=alls=6:allf=t"
    _ffmpeg(
        *input_arguments(small),
        *("-vf", enlarged, "-c:v", "libx264", "-preset", "veryfast", "-b:v", "12M"),
        *("-pix_fmt", "yuv420p", "-f", "mp4", "-y", f"file:{clip}"),
    )
    return clip


def _repeated(clip: Path, minutes: float, folder: Path) -> Path:
    """Return footage of this length: the clip over and over, not encoded again."""
    folder.mkdir(parents=True, exist_ok=True)
    footage = folder / f"{clip.stem}_{minutes:g}min.mp4"
    if not footage.is_file():
        _ffmpeg(
            *("-stream_loop", "-1", *input_arguments(clip), "-t", str(minutes * 60), "-an"),
            *("-c", "copy", "-f", "mp4", "-y", f"file:{footage}"),
        )
    return footage


def _ffmpeg(*arguments: str) -> None:
    with Ffmpeg(arguments) as process:
        if process.finish() != 0:
            raise BadInput(f"benchmark footage: {process.complaint}")


def _run(footage: Path, options: Options) -> dict[str, Any]:
    command = [sys.executable, "-m", "stickdance.tools.benchmarks.capture", "--one"]
    command += [str(footage), str(options.height)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as process,
        _watched(process.pid) as memory,
    ):
        answer, _ = process.communicate()
    if process.returncode != 0:
        raise BadInput(f"{footage}: capture failed with {process.returncode}")
    return {**json.loads(answer), "peak_memory_mb": round(max(memory, default=0.0), 1)}


def _capture_once(footage: Path, height: int) -> None:
    """Capture in this process and print what it took as JSON."""
    seconds: dict[str, float] = {}
    for name in _STAGES:
        setattr(path, name, _timed(getattr(path, name), name, seconds))
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        take = path.video_to_take(
            [footage],
            Path(folder) / "take",
            path.CaptureOptions(height=height, conditions="warn"),
        )
    whole = time.perf_counter() - started
    times = os.times()
    worked = times.user + times.system + times.children_user + times.children_system
    result = {
        "source": list(probe(footage).size),
        "stored": list(take.size),
        "frames": take.frame_count,
        "minutes": round(take.frame_count / take.fps / 60, 2),
        "frames_per_second": round(take.frame_count / whole, 2),
        "seconds": round(whole, 1),
        "processor_milliseconds_a_frame": round(1000 * worked / take.frame_count, 1),
        "seconds_by_stage": {name: round(value, 1) for name, value in seconds.items()},
    }
    print(json.dumps(result))


def _timed(work: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return work(*arguments, **named)
        finally:
            seconds[name] = time.perf_counter() - started

    return timed


@contextmanager
def _watched(process: int) -> Iterator[list[float]]:
    """Give a list that fills with the memory of a process and its children, twice a second."""
    seen: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            seen.append(sum(_memory(each) for each in _family(process)))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _family(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task")
    found = [process]
    for thread in children.glob("*/children"):
        try:
            found += [each for word in thread.read_text().split() for each in _family(int(word))]
        except OSError:  # it has just ended
            continue
    return found


def _memory(process: int) -> float:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def _parts(clip: Path, options: Options) -> dict[str, float]:
    """Return milliseconds a frame of decoding, posing and writing, each alone."""
    size = path.working_size(probe(clip).size, options.height)
    frames: list[np.ndarray] = []
    timing = {
        "decode and scale": _each(
            frames.extend, islice(read_frames(clip, size=size), options.parts_frames)
        )
    }
    estimator = create("blazepose")
    warm = list(estimator.estimate(frames[:3]))
    assert len(warm) == 3
    timing["pose and mask"] = _each(list, estimator.estimate(frames))
    with tempfile.TemporaryDirectory() as folder:
        timing["write frames"] = _each(_write, (frames, Path(folder) / "a.mp4", size))
    count = len(frames)
    return {name: round(1000 * value / count, 2) for name, value in timing.items()}


def _each(work: Callable[[Any], Any], on: Any) -> float:
    started = time.perf_counter()
    work(on)
    return time.perf_counter() - started


def _write(what: tuple[list[np.ndarray], Path, tuple[int, int]]) -> None:
    frames, to, size = what
    with frame_writer(to, size, 25) as writer:
        for frame in frames:
            writer.write(frame)


def _table(result: dict[str, Any]) -> str:
    lines = [f"{'minutes':>8} {'frames/s':>9} {'cpu ms':>8} {'peak MB':>8}  seconds by stage"]
    for run in result["runs"]:
        stages = ", ".join(f"{name} {value}" for name, value in run["seconds_by_stage"].items())
        figures = [
            f"{run['minutes']:>8} {run['frames_per_second']:>9}",
            f"{run['processor_milliseconds_a_frame']:>8} {run['peak_memory_mb']:>8}  {stages}",
        ]
        lines.append(" ".join(figures))
    goal = result["goal"]
    lines.append(f"goal: {goal['frames_per_second']} frames/s, below {goal['peak_memory_mb']} MB")
    lines += [
        f"alone, {name}: {value} ms a frame"
        for name, value in result["milliseconds_a_frame_alone"].items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    leave_with(main, Path(__file__).stem)
