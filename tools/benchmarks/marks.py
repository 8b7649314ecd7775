"""What the mark in the pixels outlives, what it costs, and where it is found that has none.

    python -m stickdance.tools.benchmarks.marks --videos anna.mp4 --side 256 --clips 200

Clips of some seconds are cut from videos without the mark, marked with a message of their own each,
encoded as videos are here, attacked by ffmpeg, and read. Give footage, or videos made with
--no-mark. False alarms are counted on clips of random place, size, time and length, as they are or
mirrored, which are marked by nobody. Each also tells how one random message at one random place
fits, which is a draw from what chance does: the detector takes it to be no wider than a Gaussian.
"""

import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from stickdance.capture.media.ffmpeg import program
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.checkpoints.progress import tracked
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.marking.code import BYTES
from stickdance.synth.marking.detection import fit_at_random, found_in, limit
from stickdance.synth.marking.embedding import marked
from stickdance.synth.marking.reading import mark_in
from stickdance.synth.marking.spectrum import residual
from stickdance.synth.quality.compare import compare
from stickdance.synth.quality.options import CompareOptions
from stickdance.tools.benchmarks.harness import run_benchmark
from stickdance.tools.text_table import aligned

_X264 = ("-c:v", "libx264", "-preset", "veryfast")
_CROP = "crop=trunc(iw*0.45)*2:trunc(ih*0.45)*2"
ATTACKS: dict[str, tuple[str, ...]] = {
    "as written": (),
    "x264, crf 28": (*_X264, "-crf", "28"),
    "half the size": ("-vf", "scale=trunc(iw/4)*2:-2", *_X264, "-crf", "18"),
    "half, crf 23": ("-vf", "scale=trunc(iw/4)*2:-2", *_X264, "-crf", "23"),
    "twice the size": ("-vf", "scale=iw*2:-2", *_X264, "-crf", "23"),
    "10 % cut off": ("-vf", f"{_CROP}:iw*0.03:ih*0.07", *_X264, "-crf", "23"),
    "another rate": ("-vf", "fps=30", *_X264, "-crf", "23"),
    "one frame as PNG": ("-frames:v", "1", "-c:v", "png"),
    "cut, larger, crf 26, 30 fps": (
        *("-vf", f"{_CROP},scale=trunc(iw*0.75)*2:-2,fps=30", *_X264, "-crf", "26"),
    ),
}
"""Name -> ffmpeg's words."""
_FEW = 40  # frames that costs are taken of
_POOL, _POOL_SIDE = (
    500,
    320,
)  # frames of each video that unmarked clips are cut from, and their side
_QUANTILES = (0.5, 0.9, 0.99, 0.999, 1.0)  # of the best fits of unmarked clips
_DEVIATIONS = (0.0, 1.0, 2.0, 3.0)  # at which chance is set against a Gaussian
_LOOKED_AT = 24  # frames of an unmarked clip


@dataclass(frozen=True)
class _Pool:
    """Frames that unmarked clips are cut from."""

    frames: list[Bytes]
    fps: float


@dataclass
class _Tally:
    clips: int = 0
    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ATTACKS, 0))
    read: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ATTACKS, 0))
    wrong: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ATTACKS, 0))
    decibels: list[float] = field(default_factory=list)
    lost_vmaf: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def measure(
    videos: tuple[Path, ...], side: int = 256, seconds: float = 5.0, clips: int = 0, seed: int = 0
) -> dict[str, Any]:
    """Measure the mark on clips of videos that have none.

    Args:
        videos: footage, or videos made with --no-mark.
        side: of the square clips that are marked; the middle of each video. 0 marks none.
        seconds: of each clip; a video is cut into as many as it has.
        clips: of random place, size and length on which false alarms are counted.
        seed: of messages and random clips.
    """
    random, tally = np.random.default_rng(seed), _Tally()
    with tempfile.TemporaryDirectory() as folder:
        shown = _clips(videos, side, seconds) if side else ()
        for frames, fps in tracked(shown, "marking and attacking", unit="clip"):
            _try(frames, fps, random.bytes(BYTES), tally, Path(folder))
    pools = [_some(video) for video in videos] if clips else []
    unmarked = tracked(range(clips), "looking at unmarked clips", unit="clip")
    alarms = [_chance(pools, random) for _ in unmarked]
    fits, draws = (np.array([each[n] for each in alarms]) for n in (1, 2))
    return {
        "side": side,
        "clips": tally.clips,
        "attacks": [
            {"attack": name, "found": tally.found[name], "all_bits": tally.read[name],
             "wrong_bits": tally.wrong[name]}
            for name in ATTACKS
        ],
        "psnr": [round(value, 1) for value in tally.decibels],
        "vmaf_lost": [round(value, 2) for value in tally.lost_vmaf],
        "ms_a_frame": round(float(np.median(tally.milliseconds)), 2) if tally.clips else None,
        "unmarked": clips,
        "false_alarms": sum(each[0] for each in alarms),
        "limit": round(limit(8 * BYTES), 2),
        "highest_fit_unmarked": round(float(fits.max(initial=0.0)), 2),
        "fits_unmarked": np.quantile(fits, _QUANTILES).round(2).tolist() if clips else [],
        "draws": _tails(draws),
    }  # fmt: skip


def _tails(draws: NDArray[np.float64]) -> list[dict[str, float]]:
    """Return how often draws exceed some deviations, and how often Gaussian ones do."""
    return [
        {"above": t, "share": float((draws > t).mean()), "gaussian": float(norm.sf(t))}
        for t in _DEVIATIONS
        if len(draws)
    ]


def _clips(
    videos: Sequence[Path], side: int, seconds: float
) -> Iterator[tuple[list[Bytes], float]]:
    for video in videos:
        fps, frames = probe(video).fps, list[Bytes]()
        for frame in read_frames(video):
            frames.append(_square(frame, side))
            if len(frames) >= seconds * fps:
                yield frames, fps
                frames = []
        if len(frames) >= 0.6 * seconds * fps:
            yield frames, fps


def _square(frame: Bytes, side: int) -> Bytes:
    height, width = frame.shape[:2]
    part = min(height, width)
    top, left = (height - part) // 2, (width - part) // 2
    middle = np.ascontiguousarray(frame[top : top + part, left : left + part])
    how = cv2.INTER_AREA if part > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(middle, (side, side), interpolation=how))


def _try(frames: list[Bytes], fps: float, message: bytes, tally: _Tally, folder: Path) -> None:
    shown = list(marked(iter(frames), message, fps))
    tally.clips += 1
    error = np.mean([((a.astype(int) - b) ** 2).mean() for a, b in zip(shown, frames, strict=True)])
    tally.decibels.append(float(10 * np.log10(255**2 / error)))
    tally.milliseconds += _costs(frames, fps, message)
    real, plain, video = (folder / f"{name}.mp4" for name in ("real", "plain", "marked"))
    for path, written, crf in ((real, frames, 0), (plain, frames, 18), (video, shown, 18)):
        _write(path, written, fps, crf)
    lost = _vmaf(real, plain) - _vmaf(real, video)
    tally.lost_vmaf.append(lost)
    for name, words in ATTACKS.items():
        found = mark_in(_attacked(video, words, folder))
        right = found.message == message
        tally.found[name] += found.is_mark
        tally.read[name] += found.is_read and right
        tally.wrong[name] += found.is_read and not right


def _costs(frames: list[Bytes], fps: float, message: bytes) -> list[float]:
    """Return the milliseconds of processor time that marking takes, of each of some frames."""
    took = []
    shown = marked(iter(frames[: _FEW + 1]), message, fps)
    next(shown)
    for _ in range(min(_FEW, len(frames) - 1)):
        began = time.process_time()
        next(shown)
        took.append(1000 * (time.process_time() - began))
    return took


def _write(path: Path, frames: Sequence[Bytes], fps: float, crf: int) -> None:
    with VideoWriter(path, (frames[0].shape[1], frames[0].shape[0]), fps, crf=crf) as video:
        for frame in frames:
            video.write(frame)


def _vmaf(real: Path, video: Path) -> float:
    return float(compare(real, video, CompareOptions(metrics="vmaf"))["vmaf"])


def _attacked(video: Path, words: Sequence[str], folder: Path) -> Path:
    if not words:
        return video
    to = folder / ("attacked.mkv" if "png" in words else "attacked.mp4")
    command = [program(), "-v", "error", "-y", "-i", str(video), *words, str(to)]
    subprocess.run(command, check=True)
    return to


def _some(video: Path) -> _Pool:
    info = probe(video)
    smaller = min(1.0, _POOL_SIDE / max(info.size))
    size = max(2, round(info.size[0] * smaller)), max(2, round(info.size[1] * smaller))
    return _Pool(list(islice(read_frames(video, size=size), _POOL)), info.fps)


def _chance(pools: Sequence[_Pool], random: np.random.Generator) -> tuple[bool, float, float]:
    """Look at a random clip that nobody marked.

    Returns:
        Whether it is taken for marked, how well it fits at best, and how well it fits one random
        message at one random place and time: a draw from what chance does.
    """
    pool = pools[int(random.integers(len(pools)))]
    count = int(min(len(pool.frames), random.uniform(1, 8) * pool.fps))
    first = int(random.integers(len(pool.frames) - count + 1))
    height, width = pool.frames[0].shape[:2]
    high, wide = (int(side * random.uniform(0.4, 1)) for side in (height, width))
    top, left = random.integers(height - high + 1), random.integers(width - wide + 1)
    every, turned = -(-count // _LOOKED_AT), int(random.choice([-1, 1]))
    clip = pool.frames[first : first + count : every]
    cut = (frame[top : top + high, left : left + wide][:, ::turned] for frame in clip)
    what = residual(cut, pool.fps / every)
    found = found_in(what)
    return found.is_mark, found.fit, fit_at_random(what, random)


def _text(result: dict[str, Any]) -> str:
    clips = max(1, result["clips"])
    rows = [
        [each["attack"], *(f"{100 * each[key] / clips:.0f} %" for key in ("found", "all_bits")),
         str(each["wrong_bits"])]
        for each in result["attacks"]
    ]  # fmt: skip
    lines = [aligned([["attack", "found", "all 64 bits", "wrong bits said"], *rows])]
    if result["clips"]:
        lines.append(
            f"{result['clips']} clips at {result['side']}: PSNR {min(result['psnr'])} dB at least, "
            f"VMAF lost {np.mean(result['vmaf_lost']):.2f} (most {max(result['vmaf_lost'])}), "
            f"{result['ms_a_frame']} ms a frame"
        )
    lines.append(
        f"unmarked clips: {result['unmarked']}, false alarms {result['false_alarms']}, "
        f"highest fit {result['highest_fit_unmarked']} of {result['limit']} that make one"
    )
    lines += [
        f"one random message and place fits above {each['above']:g} in {100 * each['share']:.2f} % "
        f"(Gaussian: {100 * each['gaussian']:.2f} %)"
        for each in result["draws"]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    run_benchmark(measure, _text)
