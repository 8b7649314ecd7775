"""Whether a training that is killed again and again ends with the very weights of an unbroken one.

    python -m stickdance.tools.benchmarks.resume TAKE [--steps 40] [--size 64x96] [--kills 3]
        [--json]

`stickdance train` runs once unbroken. Then it runs again at another place and is killed (SIGKILL,
which no process can answer) at so many random moments, started again each time, and left to end.
All that was learned is compared bit by bit: the performer's weights, and in the state the weights,
their average, the optimisers and the best weights by validation. Equality holds on a CPU.
"""

import json
import random
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import tyro
from safetensors import safe_open

from stickdance.checkpoints.folder import WEIGHTS
from stickdance.checkpoints.state import STATE
from stickdance.checkpoints.tensors import read_tensors
from stickdance.tools.benchmarks.harness import call, command, machine, run_benchmark


@dataclass(frozen=True)
class ResumeOptions:
    """What is trained and how often it is killed."""

    steps: int = 40
    """Steps of the training."""
    size: str = "64x96"
    """WIDTHxHEIGHT of the pictures."""
    kills: int = 3
    """Times that it is killed."""
    seed: int = 0
    """Seed of the moments."""
    generator: str = "compact"
    """The generator that is trained."""
    patience: int = 0
    """As of the training."""


def trained(*words: str) -> None:
    """Run `stickdance train` in this process."""
    from stickdance.tools.cli import main

    main(["train", *words])


def compared(take: Path, folder: Path, options: ResumeOptions) -> dict[str, Any]:
    """Train unbroken and broken, and return how they compare, as JSON values."""
    unbroken, broken = folder / "unbroken", folder / "broken"
    call(trained, take, *_flags(unbroken, options))
    chance = random.Random(options.seed)
    moments = sorted(chance.sample(range(options.steps), options.kills))
    killed = [_killed_at(step, chance.random(), take, broken, options) for step in moments]
    call(trained, take, *_flags(broken, options))
    ours, theirs = _learned(unbroken), _learned(broken)
    shared = {name for name in ours.keys() & theirs if torch.equal(ours[name], theirs[name])}
    differing = sorted((ours.keys() | theirs) - shared)
    return {
        "steps": options.steps,
        "killed": killed,
        "tensors": len(ours),
        "differing": differing,
        "bit_equal": not differing,
    }


def _flags(to: Path, options: ResumeOptions) -> list[str]:
    arguments = {
        "--output": to, "--steps": options.steps, "--size": options.size, "--device": "cpu",
        "--generator": options.generator, "--patience": options.patience,
        "--validate-steps": 5, "--save-seconds": 1, "--preview-seconds": 0,
    }  # fmt: skip
    return [str(part) for pair in arguments.items() for part in pair]


def _killed_at(
    step: int, pause: float, take: Path, to: Path, options: ResumeOptions
) -> dict[str, float | int | None]:
    """Kill a training so many seconds after a state of that step or a later one was saved."""
    quiet = subprocess.DEVNULL
    words = command(trained, take, *_flags(to, options))
    process = subprocess.Popen(words, stdout=quiet, stderr=quiet)
    while process.poll() is None and _saved(to) < step:
        time.sleep(0.1)
    time.sleep(pause)
    process.kill()
    process.wait()
    return {"from_step": step, "status": process.returncode, "went_on_from": _saved(to)}


def _saved(to: Path) -> int:
    """Return the step that a training would go on from."""
    state = _training(to) / STATE
    if not state.exists():
        return 0
    with safe_open(state, framework="pt") as file:
        return int(json.loads(file.metadata()["about"])["steps"])


def _learned(to: Path) -> dict[str, torch.Tensor]:
    state, _ = read_tensors(_training(to) / STATE)
    performer, _ = read_tensors(to / WEIGHTS)
    return state | {f"performer.{name}": values for name, values in performer.items()}


def _training(to: Path) -> Path:
    return to.with_name(f"{to.name}.training")


def measure(take: tyro.conf.Positional[Path], options: ResumeOptions) -> dict[str, Any]:
    """Kill a training at random moments and compare what it learned with an unbroken one.

    Args:
        take: the folder that `stickdance capture` made.
        options: what is trained and how often it is killed.
    """
    with tempfile.TemporaryDirectory() as folder:
        return compared(take, Path(folder), options) | {"machine": machine(("torch",))}


if __name__ == "__main__":
    run_benchmark(measure, failed=lambda result: not result["bit_equal"])
