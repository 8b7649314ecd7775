"""A training whose losses are logged step by step, to compare runs that should be alike.

    python -m stickdance.tools.benchmarks.logged_training TAKE TO --steps 40
    torchrun --standalone --nproc-per-node 2 -m stickdance.tools.benchmarks.logged_training
        TAKE TO --steps 40

It computes in float32 by one thread in each process; TO.losses.json holds a list of losses by name
for every step, over all processes. A run starts afresh.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import tyro
from torch import Tensor

from stickdance.capture.take.take import Take
from stickdance.synth.training.distributed import follows
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.step import Optimisation
from stickdance.synth.training.trainer import train
from stickdance.tools.frame_size import working_size
from stickdance.tools.program import run_program


def losses_of(to: Path) -> Path:
    """Return the file of a logged training's losses."""
    return to.with_name(f"{to.name}.losses.json")


def logged_training(take: Path, to: Path, steps: int, size: str, seed: int = 0) -> Path:
    """Train and return the file with the losses of every step.

    Args:
        take: folder that `stickdance capture` made.
        to: the performer's folder.
        steps: how many.
        size: WIDTHxHEIGHT, or nothing for 256 high.
        seed: of the training.
    """
    log: list[dict[str, float]] = []
    step = Optimisation.step

    def logged(self: Optimisation, batch: Mapping[str, Tensor], share: float) -> dict[str, float]:
        losses = step(self, batch, share)
        log.append(losses)
        return losses

    loaded = Take.load(take)
    settings: dict[str, Any] = {"preview_seconds": 0.0, "precision": "float32", "afresh": True}
    options = TrainingOptions(
        steps=steps, seed=seed, size=working_size(size, loaded.size), device="cpu", **settings
    )
    Optimisation.step = logged  # type: ignore[method-assign]
    try:
        train(loaded, to, options)
    finally:
        Optimisation.step = step  # type: ignore[method-assign]
    if not follows():
        losses_of(to).write_text(json.dumps(log) + "\n", encoding="utf-8")
    return losses_of(to)


def main(
    take: tyro.conf.Positional[Path],
    to: tyro.conf.Positional[Path],
    steps: int = 40,
    size: str = "",
    seed: int = 0,
) -> None:
    """Train and log; see `logged_training`."""
    torch.set_num_threads(1)
    logged_training(take, to, steps, size, seed)


if __name__ == "__main__":
    run_program(main)
