"""Whether processes that train together follow the loss curve of one with the whole batch.

    python -m stickdance.tools.benchmarks.together TAKE [--steps 100] [--size 96x160] [--json]

`torchrun` starts two processes (gloo) with half of each batch each; one process alone takes the
whole batch; a third run, alone with another seed, says how far apart two trainings lie that are not
the same. All compute in float32 on the CPU.

Conventions
    `first_steps` is the largest difference of any loss within the first steps, as a share of it:
    there only rounding differs. `curve` compares the means of each loss over all steps and
    `worst_part` those over every tenth of the run: rounding grows from step to step, as in any
    two runs.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tyro

from stickdance.tools.benchmarks.logged_training import losses_of
from stickdance.tools.benchmarks.machine import machine
from stickdance.tools.program import run_program

_FIRST, _PARTS = 10, 10
_LOGGED = "stickdance.tools.benchmarks.logged_training"
_TOGETHER = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")


@dataclass(frozen=True)
class TogetherOptions:
    """What is trained."""

    steps: int = 100
    """Steps of each training."""
    size: str = ""
    """WIDTHxHEIGHT; by default 256 high in the take's shape."""
    seed: int = 0
    """Of the trainings compared; the other one has the seed after it."""


def compared(take: Path, folder: Path, options: TogetherOptions) -> dict[str, Any]:
    """Train three times and return how far the others are from the first, by losses."""
    alone = _trained(take, folder / "alone", (), options, options.seed)
    together = _trained(take, folder / "together", _TOGETHER, options, options.seed)
    other = _trained(take, folder / "other", (), options, options.seed + 1)
    return {
        "steps": options.steps,
        "together": difference(alone, together),
        "another_seed": difference(alone, other),
    }


def difference(
    ours: list[dict[str, float]], theirs: list[dict[str, float]]
) -> dict[str, float | dict[str, float]]:
    """Return how far two runs' losses are apart, as shares of those of the first.

    Args:
        ours: losses by name of each step.
        theirs: as many.

    Returns:
        "first_steps", "worst_part", and "curve" by the losses' names.
    """
    curve, parts, first = {}, [0.0], [0.0]
    for name in sorted(set().union(*ours)):
        pairs = np.array(
            [(a[name], b[name]) for a, b in zip(ours, theirs, strict=True) if name in a]
        )
        curve[name] = round(float(_apart(pairs.mean(0))), 5)
        parts += [
            float(_apart(part.mean(0))) for part in np.array_split(pairs, _PARTS) if len(part)
        ]
        if all(name in each for each in ours[:_FIRST]):
            first += [float(_apart(pair)) for pair in pairs[:_FIRST]]
    return {
        "first_steps": round(max(first), 6),
        "worst_part": round(max(parts), 5),
        "curve": curve,
    }


def _apart(pair: np.ndarray) -> float:
    return abs(pair[1] - pair[0]) / max(abs(pair[0]), 1e-12)


def _trained(
    take: Path, to: Path, launcher: tuple[str, ...], options: TogetherOptions, seed: int
) -> list[dict[str, float]]:
    done = subprocess.run(
        [
            sys.executable, *launcher, "-m", _LOGGED, str(take), str(to),
            "--steps", str(options.steps), "--size", options.size, "--seed", str(seed),
        ],
        env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip() or f"exit status {done.returncode}"
        raise SystemExit(f"the training failed: {said.splitlines()[-1]}")
    losses: list[dict[str, float]] = json.loads(losses_of(to).read_text(encoding="utf-8"))
    return losses


def main(
    take: tyro.conf.Positional[Path],
    options: TogetherOptions,
    as_json: Annotated[bool, tyro.conf.arg(name="json")] = False,
) -> None:
    """Train alone and together, and compare the losses.

    Args:
        take: the folder that `stickdance capture` made.
        options: what is trained.
        as_json: print one JSON object.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = compared(take, Path(folder), options) | {"machine": machine(("torch",))}
    print(json.dumps(result) if as_json else json.dumps(result, indent=1))


if __name__ == "__main__":
    run_program(main)
