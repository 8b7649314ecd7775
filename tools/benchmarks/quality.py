"""How fast and how exact the frame scores are, beside the libraries that people use.

    python -m stickdance.tools.benchmarks.quality [--json] [--size 512] [--seconds 3]

Every implementation scores the same pairs of uint8 RGB pictures in one run. Those that want float
tensors get them ready-made, outside the time. Each runs both with all of torch's threads, one pair
after another, and with one pair a thread; the faster counts. Needs the extra `benchmarks`.

Conventions
    `pairs_per_second` by implementation; a ratio is ours over the best peers. "best peers" of
    several scores need the sum of the times of the fastest peer of each.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2

from stickdance.tools.benchmarks.machine import machine
from stickdance.tools.benchmarks.quality_peers import (
    Pair,
    Score,
    agreement,
    example_pairs,
    implementations,
    tensors,
)
from stickdance.tools.program import leave_with

_PACKAGES = (
    "torch", "numpy", "numba", "opencv-contrib-python", "scikit-image", "kornia", "piq",
    "torchmetrics", "pytorch-msssim", "lpips",
)  # fmt: skip
_THREADS = 2
_PAIRS = 16


def main() -> None:
    """Run everything and print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--size", type=int, default=512, help="side of the pictures in pixels")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each implementation")
    parser.add_argument("--memory-of", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory_of:
        print(_extra_memory(options.size, options.memory_of))
        return
    result = benchmark(options.size, options.seconds)
    print(json.dumps(result, indent=2) if options.json else _table(result))


def benchmark(size: int, seconds: float) -> dict[str, Any]:
    """Return speeds, ratios, agreement and memory for pictures of `size` x `size`."""
    warnings.simplefilter("ignore")
    about = machine(_PACKAGES)
    pairs = example_pairs(size, _PAIRS)
    speeds = {
        score: {name: _speed(function, ready, seconds) for name, function, ready in rows}
        for score, rows in implementations(pairs).items()
    }
    folders = _from_folders(pairs, speeds, seconds)
    speeds["lpips"] = _lpips_speeds(pairs, seconds)
    return {
        "machine": about,
        "size": size,
        "pairs_per_second": {**speeds, "png_folders": folders},
        "ratio_to_best_peers": _ratios(speeds, folders),
        "largest_difference": agreement(pairs[:4]),
        "extra_memory_mb": {count: _memory_in_a_process(size, count) for count in (200, 2000)},
    }


def _speed(score: Score, pairs: Sequence[Any], seconds: float) -> float:
    """Return pairs a second, in the faster of two ways to use the processor."""
    import torch

    with torch.inference_mode():
        score(*pairs[0])  # what compiles, compiles here
    cores = torch.get_num_threads()
    one_by_one = _rate(lambda: [_inferred(score, pair) for pair in pairs], len(pairs), seconds / 2)
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(_THREADS) as pool:
            side_by_side = _rate(
                lambda: list(pool.map(lambda pair: _inferred(score, pair), pairs)),
                len(pairs),
                seconds / 2,
            )
    finally:
        torch.set_num_threads(cores)
    return round(max(one_by_one, side_by_side), 2)


def _inferred(score: Score, pair: Any) -> Any:
    import torch

    with torch.inference_mode():
        return score(*pair)


def _rate(work: Callable[[], Any], count: int, seconds: float) -> float:
    """Return how many of `count` pairs a second the fastest round of `work` does."""
    best, begun = float("inf"), time.perf_counter()
    while time.perf_counter() - begun < seconds or best == float("inf"):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return count / best


def _from_folders(
    pairs: Sequence[Pair],
    speeds: dict[str, dict[str, float]],
    seconds: float,
) -> dict[str, float]:
    """Return pairs a second from two folders of PNGs: ours, and the best peers after cv2.imread."""
    from stickdance.synth.quality.compare import CompareOptions, compare

    repeats = 8
    with tempfile.TemporaryDirectory() as name:
        sides = [Path(name, side) for side in ("real", "rendered")]
        for place, side in enumerate(sides):
            side.mkdir()
            for number in range(repeats * len(pairs)):
                picture = cv2.cvtColor(pairs[number % len(pairs)][place], cv2.COLOR_RGB2BGR)
                cv2.imwrite(str(side / f"{number:05d}.png"), picture)
        files = sorted(sides[0].iterdir())
        options = CompareOptions(metrics="psnr,ssim,ms_ssim")
        with _quiet():
            ours = _rate(lambda: compare(sides[0], sides[1], options), len(files), seconds)

        def read(file: Path) -> None:
            for side in sides:
                cv2.cvtColor(cv2.imread(str(side / file.name)), cv2.COLOR_BGR2RGB)

        with ThreadPoolExecutor(_THREADS) as pool:
            reading = _rate(lambda: list(pool.map(read, files)), len(files), seconds / 2)
    peers = 1 / (1 / reading + 1 / _best_peers(speeds))
    return {"stickdance": round(ours, 2), "cv2.imread + best peers": round(peers, 2)}


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep progress bars out of the results."""
    before = os.environ.get("TQDM_DISABLE")
    os.environ["TQDM_DISABLE"] = "1"
    try:
        yield
    finally:
        os.environ.pop("TQDM_DISABLE")
        if before is not None:
            os.environ["TQDM_DISABLE"] = before


def _lpips_speeds(pairs: Sequence[Pair], seconds: float) -> dict[str, float]:
    """Return pairs a second; the time does not depend on the weights, so any will do."""
    import lpips
    import torch
    from torchvision.models import alexnet

    from stickdance.synth.quality.lpips import Lpips, lpips_network

    features = alexnet(weights=None).features
    plain = lpips.LPIPS(net="alex", pnet_rand=True, verbose=False).eval()
    last = lpips.LPIPS(net="alex", pnet_rand=True, verbose=False).eval()
    last = last.to(memory_format=torch.channels_last)
    ready = [tuple(x / 127.5 - 1 for x in pair) for pair in tensors(pairs, 1.0)]
    rearranged = [
        tuple(x.contiguous(memory_format=torch.channels_last) for x in pair) for pair in ready
    ]
    ours = Lpips(lpips_network(features))
    half = Lpips(lpips_network(features), bfloat16=True)
    many = [(pairs[0][0], b) for _, b in pairs]
    return {
        "stickdance": _speed(ours.distance, pairs, seconds),
        "stickdance, bfloat16": _speed(half.distance, pairs, seconds),
        "stickdance, many candidates of one reference": _speed(ours.distance, many, seconds),
        "lpips": _speed(plain, ready, seconds),
        "lpips, channels_last": _speed(last, rearranged, seconds),
    }


def _best_peers(speeds: dict[str, dict[str, float]]) -> float:
    """Return pairs a second of the fastest peers of PSNR, SSIM and MS-SSIM, one after another."""
    best = [
        max(speed for name, speed in speeds[score].items() if name != "stickdance")
        for score in ("psnr", "ssim", "ms_ssim")
    ]
    return 1 / sum(1 / speed for speed in best)


def _ratios(speeds: dict[str, dict[str, float]], folders: dict[str, float]) -> dict[str, float]:
    together = speeds["psnr + ssim + ms_ssim"]["stickdance"]
    peers, lpips = _best_peers(speeds), speeds["lpips"]
    best_lpips = max(lpips["lpips"], lpips["lpips, channels_last"])
    return {
        "psnr + ssim + ms_ssim": round(together / peers, 2),
        "png_folders": round(folders["stickdance"] / folders["cv2.imread + best peers"], 2),
        "lpips": round(lpips["stickdance"] / best_lpips, 2),
        "lpips, bfloat16": round(lpips["stickdance, bfloat16"] / best_lpips, 2),
    }


def _memory_in_a_process(size: int, count: int) -> float:
    command = [sys.executable, "-m", "stickdance.tools.benchmarks.quality"]
    command += ["--size", str(size), "--memory-of", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def _extra_memory(size: int, count: int) -> float:
    """Return by how many MB scoring `count` pairs as they stream in raises the peak of memory."""
    from stickdance.synth.quality.psnr import mse
    from stickdance.synth.quality.side_by_side import ahead
    from stickdance.synth.quality.ssim import similarities

    pairs = example_pairs(size, 2)
    tiny = example_pairs(192, 1)[0]
    mse(*tiny)  # what is compiled is loaded now
    similarities(*tiny)
    before = _peak_memory(afresh=True)
    with ThreadPoolExecutor(_THREADS) as pool:
        work = (tuple(x.copy() for x in pairs[number % 2]) for number in range(count))
        for _ in ahead(lambda pair: (mse(*pair), similarities(*pair)), work, pool):
            pass
    return round((_peak_memory() - before) / 1024, 1)


def _peak_memory(afresh: bool = False) -> int:
    """Return the most memory that was used, in kB; `afresh`: from now on (Linux)."""
    if afresh:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


def _table(result: dict[str, Any]) -> str:
    about = result["machine"]
    lines = [f"{about['processor']}, {about['cores']} cores, Python {about['python']}"]
    lines.append(", ".join(f"{name} {version}" for name, version in about["versions"].items()))
    for score, speeds in result["pairs_per_second"].items():
        lines.append(f"{score}, pairs a second")
        lines += [f"  {name:<46}{speed:>10.1f}" for name, speed in speeds.items()]
    for title in ("ratio_to_best_peers", "largest_difference", "extra_memory_mb"):
        lines.append(title)
        lines += [f"  {name!s:<46}{value:>10.3g}" for name, value in result[title].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    leave_with(main, Path(__file__).stem)
