"""How fast dances are rendered, beside pix2pixHD's global generator, and in how much memory.

    python -m stickdance.tools.benchmarks.render [--performer FOLDER] [--json]

Everything is timed in one run, in turns: in each round pix2pixHD's network on six pictures, then
each engine's network alone and its whole rendering, from poses to a file with sound. The fastest
of each counts, since other work on the machine can only slow down. Networks compute as many
pictures beside one another as in a rendering. `times` are pictures a second for each one of
pix2pixHD's network alone (PyTorch, float32, 256x256). `core_ms` are the milliseconds of processor
time that a picture takes, encoder included, which other work on the machine changes less;
`core_times` is their ratio to those of pix2pixHD. The engine that is taken by itself is timed
without the mark in the pixels too.

As it comes, pix2pixHD's network gives its memory back to the system and fetches it anew at every
layer; `memory kept` is its pace where glibc is told not to, half as fast again. Ours hardly gains.

Loss is the difference of an engine's pictures from the generator's in float32, in grey levels.
"""

import tempfile
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from stickdance.checkpoints.progress import tracked
from stickdance.synth.compute.device import half_helps
from stickdance.synth.compute.threads import one_thread_each
from stickdance.synth.engines.contract import Engine
from stickdance.synth.engines.engine import build_engine, chosen_engine, installed_engines
from stickdance.synth.engines.torch_engine import TorchEngine
from stickdance.synth.generators.pix2pixhd import GlobalGenerator
from stickdance.synth.options import RenderOptions
from stickdance.synth.performer.performer import Performer
from stickdance.synth.poses_to_video import poses_to_video, read_dance
from stickdance.synth.rendering.renderer import Poses
from stickdance.tools.benchmarks.harness import call, machine, processor_seconds, run_benchmark
from stickdance.tools.benchmarks.render_material import danced, doubled, lengthened

_CPU = torch.device("cpu")
_WINDOWS = 12  # that networks are timed on
_BASELINE_PICTURES = 6  # in each round
_MEMORY_KEPT = {
    "MALLOC_TOP_PAD_": str(1 << 30),
    "MALLOC_MMAP_THRESHOLD_": str(1 << 32),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 32),
}
_GREY = 127.5


@dataclass(frozen=True)
class Speed:
    """How fast pictures are made."""

    fps: float
    """Pictures a second of the clock."""
    core_ms: float
    """Milliseconds of processor time for each, over all cores."""


def measure(
    performer: Path = Path("checkpoints/demo"),
    seconds: float = 8.0,
    rounds: int = 3,
    doubled_too: bool = True,
    memory_seconds: tuple[float, float] | None = None,
) -> dict[str, Any]:
    """Time rendering by every engine that is installed.

    Args:
        performer: its generator is timed at its own size and at twice that.
        seconds: length of the dance that is rendered.
        rounds: how often everything is timed.
        doubled_too: at twice the performer's size as well.
        memory_seconds: two lengths of dance whose peak memory is compared too, e.g. 10 600.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = timed(performer, seconds, rounds, doubled_too, Path(folder))
        if memory_seconds is not None:
            result["memory"] = peak_memory(performer, memory_seconds, Path(folder))
    return result | {"machine": machine(("torch", "onnxruntime", "openvino"))}


def timed(
    performer: Path, seconds: float, rounds: int, doubled_too: bool, folder: Path
) -> dict[str, Any]:
    """Return pictures a second of the baseline, of each engine's network and whole renderings."""
    actors = [Performer.load(performer, "cpu")]
    actors += [doubled(actors[0], folder / "doubled")] if doubled_too else []
    dance = danced(actors[0].body, max(seconds, 20.0), folder)
    jobs: dict[tuple[str, str, str], Callable[[], Speed]] = {
        ("256x256", "pix2pixhd", "network"): _baseline(memory_kept=False),
        ("256x256", "pix2pixhd, memory kept", "network"): _baseline(memory_kept=True),
    }
    losses: dict[tuple[str, str], dict[str, float]] = {}
    for actor in actors:
        size = "x".join(map(str, actor.size))
        windows = _windows(actor, dance)
        wanted = _pictures(TorchEngine(actor.generator, _CPU, half=False), windows)
        for name, engine in _engines(actor.generator).items():
            losses[size, name] = _loss(_pictures(engine, windows), wanted)
            jobs[size, name, "network"] = _network(engine, windows)
        for name in installed_engines():
            jobs[size, name, "whole"] = _whole(dance, actor.path, folder, name, seconds)
        name = chosen_engine("auto", _CPU)
        jobs[size, name, "whole, unmarked"] = _whole(
            dance, actor.path, folder, name, seconds, mark=False
        )
    best = {key: Speed(0.0, float("inf")) for key in jobs}
    for _ in tracked(range(rounds), "rounds", unit="round"):
        for key, job in jobs.items():
            best[key] = _best([best[key], job()])
    return as_table(best, losses)


def peak_memory(
    performer: Path, seconds: tuple[float, float], folder: Path
) -> dict[str, dict[str, float]]:
    """Return for each engine the peak MiB of renderings of two lengths, and their difference."""
    dance, out = folder / "dance", {}
    if not dance.exists():
        dance = danced(Performer.load(performer, "cpu").body, 20.0, folder)
    for name in installed_engines():
        peaks = []
        for each in seconds:
            long = lengthened(dance, each, folder / "long")
            words = (long, performer, folder / "long.mp4", name)
            peaks.append(call(rendered, *words).megabytes or 0.0)
        values = (*peaks, peaks[1] - peaks[0])
        labels = (*(f"{each:g}_s" for each in seconds), "more")
        out[name] = {label: round(value, 1) for label, value in zip(labels, values, strict=True)}
    return out


def rendered(dance: str, performer: str, to: str, engine: str) -> None:
    """Render a dance in this process."""
    options = RenderOptions(device="cpu", engine=engine)  # type: ignore[arg-type]
    poses_to_video(Path(dance), Path(performer), Path(to), options)


@torch.inference_mode()
def _speed(pictures: int, job: Callable[[], object]) -> Speed:
    began, used = time.perf_counter(), processor_seconds()
    job()
    return Speed(
        pictures / (time.perf_counter() - began), (processor_seconds() - used) / pictures * 1e3
    )


def _best(speeds: list[Speed]) -> Speed:
    return Speed(max(each.fps for each in speeds), min(each.core_ms for each in speeds))


def _baseline(memory_kept: bool) -> Callable[[], Speed]:
    """Time pix2pixHD's network in a process of its own: how fast it is hangs on what ran before."""
    environment = _MEMORY_KEPT if memory_kept else {}
    return lambda: Speed(*call(pix2pixhd_speed, _BASELINE_PICTURES, environment=environment).answer)


def pix2pixhd_speed(pictures: int) -> tuple[float, float]:
    """Return the best `Speed` of pix2pixHD's global generator in float32 at 256x256."""
    network = GlobalGenerator().eval()
    # Weights and a picture that are no constants: what vanishes in a normalisation is slow.
    for values in network.parameters():
        values.data.normal_(0, 0.02)
    stick = torch.rand(1, 3, 256, 256) * 2 - 1
    best = _best([_speed(1, lambda: network(stick)) for _ in range(pictures)])
    return best.fps, best.core_ms


def _engines(generator: nn.Module) -> dict[str, Engine]:
    engines = {name: build_engine(name, generator, _CPU) for name in installed_engines()}
    if half_helps(_CPU):
        whole = [name for name, engine in engines.items() if engine.half]
        engines |= {
            f"{name} float32": build_engine(name, generator, _CPU, half=False) for name in whole
        }
    return engines


def _windows(actor: Performer, dance: Path) -> list[dict[str, Tensor]]:
    """Return windows of single frames, spread over the dance."""
    poses, _ = read_dance(dance, actor)
    chosen = slice(0, None, max(1, len(poses) // _WINDOWS))
    groups = actor.small_renderer.windows(Poses.of(poses)[chosen])
    singles = [
        {name: value[place : place + 1] for name, value in group.items()}
        for group in groups
        for place in range(len(group["stick"]))
    ]
    return singles[:_WINDOWS]


def _network(engine: Engine, windows: list[dict[str, Tensor]]) -> Callable[[], Speed]:
    alone = engine.side_by_side > 1

    def paint() -> None:
        count = engine.side_by_side
        with one_thread_each() if alone else nullcontext(), ThreadPoolExecutor(count) as pool:
            deque(pool.map(engine.paint, windows), maxlen=0)

    return lambda: _speed(len(windows), paint)


def _whole(
    dance: Path, actor: Path, folder: Path, engine: str, seconds: float, mark: bool = True
) -> Callable[[], Speed]:
    options = RenderOptions(
        device="cpu",
        engine=engine,  # type: ignore[arg-type]
        end_seconds=seconds,
        mark=mark,
    )

    def render() -> Speed:
        used = processor_seconds()
        done = poses_to_video(dance, actor, folder / "out.mp4", options)
        return Speed(done.frames_per_second, (processor_seconds() - used) / done.frames * 1e3)

    return render


def _pictures(engine: Engine, windows: list[dict[str, Tensor]]) -> list[Tensor]:
    return [engine.paint(each).picture.float() for each in windows]


def _loss(found: list[Tensor], wanted: list[Tensor]) -> dict[str, float]:
    pairs = zip(found, wanted, strict=True)
    differences = [_GREY * (one - other).abs() for one, other in pairs]
    return {
        "mean_loss": round(float(torch.stack([each.mean() for each in differences]).mean()), 4),
        "largest_loss": round(max(float(each.max()) for each in differences), 2),
    }


def as_table(
    best: dict[tuple[str, str, str], Speed], losses: dict[tuple[str, str], dict[str, float]]
) -> dict[str, Any]:
    """Return by size and engine what was measured, and its ratios to pix2pixHD's network."""
    baseline = best["256x256", "pix2pixhd", "network"]
    out: dict[str, Any] = {}
    for (size, name, what), speed in best.items():
        row = out.setdefault(size, {}).setdefault(name, {**losses.get((size, name), {})})
        row[what] = {
            "fps": round(speed.fps, 2),
            "times": round(speed.fps / baseline.fps, 1),
            "core_ms": round(speed.core_ms, 1),
            "core_times": round(baseline.core_ms / speed.core_ms, 1),
        }
    return out


if __name__ == "__main__":
    run_benchmark(measure)
