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
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import torch
import tyro
from safetensors import safe_open

from stickdance.checkpoints.folder import WEIGHTS
from stickdance.checkpoints.state import STATE
from stickdance.checkpoints.tensors import read_tensors
from stickdance.tools.benchmarks.machine import machine
from stickdance.tools.program import run_program

_COMMAND = "from stickdance.tools.cli import main; main()"


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
    _finish(_started(take, folder / "unbroken", options))
    chance = random.Random(options.seed)
    moments = sorted(chance.sample(range(options.steps), options.kills))
    broken = folder / "broken"
    killed = [_killed_at(step, chance.random(), take, broken, options) for step in moments]
    _finish(_started(take, broken, options))
    differing = _differing(folder / "unbroken", broken)
    return {
        "steps": options.steps,
        "killed": killed,
        "tensors": len(_learned(folder / "unbroken")),
        "differing": differing,
        "bit_equal": not differing,
    }


def _started(
    take: Path, to: Path, options: ResumeOptions, said: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    arguments = {
        "--to": to, "--steps": options.steps, "--size": options.size, "--device": "cpu",
        "--generator": options.generator, "--patience": options.patience,
        "--validate-steps": 5, "--save-seconds": 1, "--preview-seconds": 0,
    }  # fmt: skip
    flags = [str(part) for pair in arguments.items() for part in pair]
    return subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "train", str(take), *flags],
        stdout=subprocess.DEVNULL, stderr=said,
    )  # fmt: skip


def _finish(process: subprocess.Popen[bytes]) -> None:
    _, said = process.communicate()
    if process.returncode:
        raise SystemExit(f"the training failed: {said.decode(errors='replace')[-400:]}")


def _killed_at(
    step: int, pause: float, take: Path, to: Path, options: ResumeOptions
) -> dict[str, float | int | None]:
    """Kill a training so many seconds after a state of that step or a later one was saved."""
    process = _started(take, to, options, subprocess.DEVNULL)
    while process.poll() is None and _saved(to) < step:
        time.sleep(0.1)
    time.sleep(pause)
    process.kill()
    process.communicate()
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
    run_program(main)
