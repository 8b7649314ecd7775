"""How fast and how exact the frame scores are, beside the libraries that people use.

    python -m stickdance.tools.benchmarks.quality [--json] [--size 512] [--seconds 3]

Every implementation scores the same pairs of uint8 RGB pictures in one run. Those that want float
tensors get them ready-made, outside the time. Each runs both with all of torch's threads, one pair
after another, and with one pair a thread; the faster counts. Needs the extra `benchmarks`.

Conventions
    `pairs_per_second` by implementation; a ratio is ours over the best peers. "best peers" of
    several scores need the sum of the times of the fastest peer of each.
"""

import os
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch

import cv2
import torch

from stickdance.synth.quality.compare import compare
from stickdance.synth.quality.options import CompareOptions
from stickdance.tools.benchmarks.harness import call, machine, run_benchmark
from stickdance.tools.benchmarks.quality_peers import (
    Pair,
    Score,
    agreement,
    example_pairs,
    implementations,
    lpips_implementations,
)
from stickdance.tools.text_table import aligned, figure

_PACKAGES = (
    "torch", "numpy", "numba", "opencv-contrib-python", "scikit-image", "kornia", "piq",
    "torchmetrics", "pytorch-msssim", "lpips",
)  # fmt: skip
_THREADS = 2
_PAIRS = 16


def measure(size: int = 512, seconds: float = 3.0) -> dict[str, Any]:
    """Time and compare the frame scores of stickdance and of its peers.

    Args:
        size: side of the pictures in pixels.
        seconds: for each implementation.
    """
    warnings.simplefilter("ignore")
    about = machine(_PACKAGES)
    pairs = example_pairs(size, _PAIRS)
    speeds = {
        score: {name: _speed(function, ready, seconds) for name, function, ready in rows}
        for score, rows in implementations(pairs).items()
    }
    folders = _from_folders(pairs, _best_peers(speeds), seconds)
    speeds["lpips"] = {
        name: _speed(function, ready, seconds)
        for name, function, ready in lpips_implementations(pairs)
    }
    return {
        "machine": about,
        "size": size,
        "pairs_per_second": {**speeds, "png_folders": folders},
        "ratio_to_best_peers": _ratios(speeds, folders),
        "largest_difference": agreement(pairs[:4]),
        "extra_memory_mb": {count: call(extra_memory, size, count).answer for count in (200, 2000)},
    }


def _speed(score: Score, pairs: Sequence[Any], seconds: float) -> float:
    """Return pairs a second, in the faster of two ways to use the processor."""

    def inferred(pair: Any) -> Any:
        with torch.inference_mode():
            return score(*pair)

    inferred(pairs[0])  # what compiles, compiles here
    cores, count = torch.get_num_threads(), len(pairs)
    one_by_one = _rate(lambda: [inferred(pair) for pair in pairs], count, seconds / 2)
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(_THREADS) as pool:
            side_by_side = _rate(lambda: list(pool.map(inferred, pairs)), count, seconds / 2)
    finally:
        torch.set_num_threads(cores)
    return round(max(one_by_one, side_by_side), 2)


def _rate(work: Callable[[], Any], count: int, seconds: float) -> float:
    """Return how many of `count` pairs a second the fastest round of `work` does."""
    best, begun = float("inf"), time.perf_counter()
    while time.perf_counter() - begun < seconds or best == float("inf"):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return count / best


def _from_folders(pairs: Sequence[Pair], best_peers: float, seconds: float) -> dict[str, float]:
    """Return pairs a second from two folders of PNGs: ours, and the best peers after cv2.imread."""
    with tempfile.TemporaryDirectory() as name:
        sides = [Path(name, side) for side in ("real", "rendered")]
        for place, side in enumerate(sides):
            side.mkdir()
            for number in range(8 * len(pairs)):
                picture = cv2.cvtColor(pairs[number % len(pairs)][place], cv2.COLOR_RGB2BGR)
                cv2.imwrite(str(side / f"{number:05d}.png"), picture)
        files = sorted(sides[0].iterdir())
        options = CompareOptions(metrics="psnr,ssim,ms_ssim")
        with patch.dict(os.environ, TQDM_DISABLE="1"):
            ours = _rate(lambda: compare(sides[0], sides[1], options), len(files), seconds)

        def read(file: Path) -> None:
            for side in sides:
                cv2.imread(str(side / file.name), cv2.IMREAD_COLOR_RGB)

        with ThreadPoolExecutor(_THREADS) as pool:
            reading = _rate(lambda: list(pool.map(read, files)), len(files), seconds / 2)
    peers = 1 / (1 / reading + 1 / best_peers)
    return {"stickdance": round(ours, 2), "cv2.imread + best peers": round(peers, 2)}


def _best_peers(speeds: dict[str, dict[str, float]]) -> float:
    """Return pairs a second of the fastest peers of PSNR, SSIM and MS-SSIM, one after another."""
    best = [
        max(speed for name, speed in speeds[score].items() if name != "stickdance")
        for score in ("psnr", "ssim", "ms_ssim")
    ]
    return 1 / sum(1 / speed for speed in best)


def _ratios(speeds: dict[str, dict[str, float]], folders: dict[str, float]) -> dict[str, float]:
    lpips, together = speeds["lpips"], speeds["psnr + ssim + ms_ssim"]["stickdance"]
    best_lpips = max(lpips["lpips"], lpips["lpips, channels_last"])
    return {
        "psnr + ssim + ms_ssim": round(together / _best_peers(speeds), 2),
        "png_folders": round(folders["stickdance"] / folders["cv2.imread + best peers"], 2),
        "lpips": round(lpips["stickdance"] / best_lpips, 2),
        "lpips, bfloat16": round(lpips["stickdance, bfloat16"] / best_lpips, 2),
    }


def extra_memory(size: int, count: int) -> float:
    """Return by how many MB scoring `count` pairs as they stream in raises the peak of memory.

    It needs Linux and a process of its own.
    """
    from stickdance.synth.quality.psnr import mse
    from stickdance.synth.quality.side_by_side import ahead
    from stickdance.synth.quality.ssim import similarities

    pairs = example_pairs(size, 2)
    tiny = example_pairs(192, 1)[0]
    mse(*tiny)  # what is compiled is loaded now
    similarities(*tiny)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak counts from here
    before = _peak_memory()
    with ThreadPoolExecutor(_THREADS) as pool:
        work = (tuple(x.copy() for x in pairs[number % 2]) for number in range(count))
        for _ in ahead(lambda pair: (mse(*pair), similarities(*pair)), work, pool):
            pass
    return round((_peak_memory() - before) / 1024, 1)


def _peak_memory() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


def _table(result: dict[str, Any]) -> str:
    about = result["machine"]
    lines = [f"{about['processor']}, {about['cores']} cores, Python {about['python']}"]
    lines.append(", ".join(f"{name} {version}" for name, version in about["versions"].items()))
    parts = {f"{name}, pairs a second": one for name, one in result["pairs_per_second"].items()}
    titles = ("ratio_to_best_peers", "largest_difference", "extra_memory_mb")
    for title, values in (parts | {title: result[title] for title in titles}).items():
        rows = [(f"  {name}", figure(value)) for name, value in values.items()]
        lines += [title, aligned(rows)]
    return "\n".join(lines)


if __name__ == "__main__":
    run_benchmark(measure, _table)
