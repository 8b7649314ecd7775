"""Whether a training that is killed again and again ends with the very weights of an unbroken one.

    python -m tools.benchmarks.resume TAKE [--steps 40] [--size 64x96] [--kills 3] [--json]

`stickdance train` runs once unbroken. Then it runs again at another place and is killed (SIGKILL,
which no process can answer) at so many random moments, started again each time, and left to end.
All that was learned is compared bit by bit: the performer's weights, and in the state the weights,
their average, the optimisers and the best weights by validation. Equality holds on a CPU.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import torch
import tyro

from checkpoints.folder import WEIGHTS
from checkpoints.state import STATE
from checkpoints.tensors import read_tensors
from tools.benchmarks.machine import machine

_COMMAND = "from tools.cli import main; main()"


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


def compared(take: Path, folder: Path, options: ResumeOptions) -> dict[str, Any]:
    """Train unbroken and broken, and return how they compare, as JSON values."""
    began = time.perf_counter()
    _finish(_started(take, folder / "unbroken", options))
    unbroken = time.perf_counter() - began
    moments = random.Random(options.seed)
    killed = [
        _killed_after(moments.uniform(0.2, 0.9) * unbroken, take, folder / "broken", options)
        for _ in range(options.kills)
    ]
    _finish(_started(take, folder / "broken", options))
    differing = _differing(folder / "unbroken", folder / "broken")
    return {
        "steps": options.steps,
        "unbroken_seconds": round(unbroken, 1),
        "killed": killed,
        "tensors": len(_learned(folder / "unbroken")),
        "differing": differing,
        "bit_equal": not differing,
    }


def _started(take: Path, to: Path, options: ResumeOptions) -> subprocess.Popen[bytes]:
    arguments = {
        "--to": to, "--steps": options.steps, "--size": options.size, "--device": "cpu",
        "--generator": options.generator, "--patience": options.patience,
        "--validate-steps": 5, "--save-seconds": 1, "--preview-seconds": 0,
    }  # fmt: skip
    flags = [str(part) for pair in arguments.items() for part in pair]
    return subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "train", str(take), *flags],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def _finish(process: subprocess.Popen[bytes]) -> None:
    _, said = process.communicate()
    if process.returncode:
        raise SystemExit(f"the training failed: {said.decode(errors='replace')[-400:]}")


def _killed_after(
    seconds: float, take: Path, to: Path, options: ResumeOptions
) -> dict[str, float | int | None]:
    process = _started(take, to, options)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return {"after_seconds": round(seconds, 1), "status": process.returncode, "saved": _saved(to)}


def _saved(to: Path) -> int | None:
    """Return the step that a training would go on from; None before its first state."""
    state = _training(to) / STATE
    return int(read_tensors(state)[1]["steps"]) if state.exists() else None


def _learned(to: Path) -> dict[str, torch.Tensor]:
    state, _ = read_tensors(_training(to) / STATE)
    performer, _ = read_tensors(to / WEIGHTS)
    return state | {f"performer.{name}": values for name, values in performer.items()}


def _training(to: Path) -> Path:
    return to.with_name(f"{to.name}.training")


def _differing(one: Path, other: Path) -> list[str]:
    ours, theirs = _learned(one), _learned(other)
    names = sorted(ours.keys() | theirs.keys())
    return [
        name
        for name in names
        if name not in ours or name not in theirs or not torch.equal(ours[name], theirs[name])
    ]


def main(
    take: tyro.conf.Positional[Path],
    options: ResumeOptions,
    as_json: Annotated[bool, tyro.conf.arg(name="json")] = False,
) -> None:
    """Kill a training at random moments and compare what it learned with an unbroken one.

    Args:
        take: the folder that `stickdance capture` made.
        options: what is trained and how often it is killed.
        as_json: print one JSON object.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = compared(take, Path(folder), options) | {"machine": machine(("torch",))}
    print(json.dumps(result) if as_json else json.dumps(result, indent=1))
    sys.exit(int(not result["bit_equal"]))


if __name__ == "__main__":
    tyro.cli(main, config=(tyro.conf.OmitArgPrefixes,))
