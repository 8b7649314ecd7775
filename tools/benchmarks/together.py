"""Whether processes that train together follow the loss curve of one with the whole batch.

    python -m stickdance.tools.benchmarks.together TAKE [--steps 100] [--size 96x160] [--json]

`torchrun` starts two processes (gloo) with half of each batch each; one process alone takes the
whole batch; a third run, alone with another seed, says how far apart two trainings lie that are not
the same. All compute in float32 on the CPU, by one thread in each process, and start afresh.

Conventions
    `first_steps` is the largest difference of any loss within the first steps, as a share of it:
    there only rounding differs. `curve` compares the means of each loss over all steps and
    `worst_part` those over every tenth of the run: rounding grows from step to step, as in any
    two runs.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tyro
from numpy.typing import NDArray

from stickdance.capture.options import Size
from stickdance.tools.benchmarks.harness import call, machine, run_benchmark

_FIRST, _PARTS = 10, 10
_TOGETHER = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")


@dataclass(frozen=True)
class TogetherOptions:
    """What is trained."""

    steps: int = 100
    """Steps of each training."""
    size: Size | None = None
    """Size of the pictures; by default 256 high in the take's shape."""
    seed: int = 0
    """Of the trainings compared; the other one has the seed after it."""


def logged_training(
    take: str, to: str, steps: int, size: tuple[int, int] | None, seed: int = 0
) -> None:
    """Train in this process; TO.losses.json gets the losses by name of every step.

    Args:
        take: folder that `stickdance capture` made.
        to: the performer's folder.
        steps: how many.
        size: (width, height), or None for 256 high.
        seed: of the training.
    """
    import torch

    from stickdance.capture.take.take import Take
    from stickdance.synth.training.distributed import follows
    from stickdance.synth.training.options import TrainingOptions
    from stickdance.synth.training.step import Optimisation
    from stickdance.synth.training.trainer import train
    from stickdance.tools.frame_size import working_size

    log: list[dict[str, float]] = []
    step = Optimisation.step

    def logged(
        self: Optimisation, batch: Mapping[str, torch.Tensor], share: float
    ) -> dict[str, float]:
        log.append(step(self, batch, share))
        return log[-1]

    torch.set_num_threads(1)
    Optimisation.step = logged  # type: ignore[method-assign]
    loaded = Take.load(Path(take))
    options = TrainingOptions(
        steps=steps, seed=seed, size=working_size(size, loaded.size), device="cpu",
        preview_seconds=0.0, precision="float32", afresh=True,
    )  # fmt: skip
    train(loaded, Path(to), options)
    if not follows():
        Path(f"{to}.losses.json").write_text(json.dumps(log) + "\n", encoding="utf-8")


def compared(take: Path, folder: Path, options: TogetherOptions) -> dict[str, Any]:
    """Train three times and return how far the others are from the first, by losses."""

    def trained(name: str, seed: int, launcher: tuple[str, ...] = ()) -> list[dict[str, float]]:
        words = (take, folder / name, options.steps, options.size, seed)
        call(logged_training, *words, launcher=launcher, environment={"OMP_NUM_THREADS": "1"})
        losses: list[dict[str, float]] = json.loads((folder / f"{name}.losses.json").read_text())
        return losses

    alone = trained("alone", options.seed)
    together = trained("together", options.seed, _TOGETHER)
    return {
        "steps": options.steps,
        "together": difference(alone, together),
        "another_seed": difference(alone, trained("other", options.seed + 1)),
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
        curve[name] = round(_apart(pairs.mean(0)), 5)
        parts += [_apart(part.mean(0)) for part in np.array_split(pairs, _PARTS) if len(part)]
        if all(name in each for each in ours[:_FIRST]):
            first += [_apart(pair) for pair in pairs[:_FIRST]]
    return {
        "first_steps": round(max(first), 6),
        "worst_part": round(max(parts), 5),
        "curve": curve,
    }


def _apart(pair: NDArray[np.float64]) -> float:
    return float(abs(pair[1] - pair[0]) / max(abs(pair[0]), 1e-12))


def measure(take: tyro.conf.Positional[Path], options: TogetherOptions) -> dict[str, Any]:
    """Train alone and together, and compare the losses.

    Args:
        take: the folder that `stickdance capture` made.
        options: what is trained.
    """
    with tempfile.TemporaryDirectory() as folder:
        return compared(take, Path(folder), options) | {"machine": machine(("torch",))}


if __name__ == "__main__":
    run_benchmark(measure)
