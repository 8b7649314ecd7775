"""What the face refiner gives and costs: one training, its held-out heads with and without it.

    python -m stickdance.tools.benchmarks.heads TAKE [--steps 500] [--size 160x256] [--seed 0]
        [--rival]

The refiner is trained beside the generator; without it the same weights paint, so both columns
have had the same steps. Scores are those of the held-out frames, over the whole frame and inside
the discs of `stickdance.synth.quality.regions`.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.take.take import Take
from stickdance.synth.performer.performer import Performer
from stickdance.synth.quality.regions import Guide
from stickdance.synth.quality.scores import FramePair, MeanScores, Scorer
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train
from stickdance.tools.frame_size import working_size
from stickdance.tools.program import leave_with

_SCORER = Scorer(("mse", "psnr", "ssim_skimage", "sharpness"), regions=("person", "face"))
_SHOWN = ("ssim_skimage", "psnr", "sharpness", "face.ssim_skimage", "face.psnr", "face.sharpness")


def heads(take: Take, options: TrainingOptions, to: Path) -> dict[str, dict[str, Any]]:
    """Return held-out scores and milliseconds a frame, "with" and "without" the refiner."""
    performer = train(take, to, options)
    plain = deepcopy(performer.generator)
    plain.register_module("face", None)
    return {
        "without": _scored(take, replace(performer, generator=plain)),
        "with": _scored(take, performer),
    }


def _scored(take: Take, performer: Performer) -> dict[str, Any]:
    start, stop, framing = take.training_frames, take.frame_count, performer.framing
    poses = take.poses.part(start, stop).framed(framing)
    points, confidence, depth = poses.points, poses.confidence, poses.depth
    performer.render(points, confidence, depth)  # the first time is slower
    began = time.perf_counter()
    painted = performer.render(points, confidence, depth)
    milliseconds = (time.perf_counter() - began) / len(painted) * 1e3
    means = MeanScores(_SCORER)
    mattes = (framing.picture(matte) for matte in take.mattes(start, stop))
    truth = take.truth(framing, start, stop)
    rows = zip(truth, painted, mattes, points, confidence, strict=True)
    for real, own, matte, pose, sure in rows:
        means.add(_SCORER.score(FramePair(real, own, Guide(matte, pose, sure))))
    return means.summary() | {"milliseconds": milliseconds}


def _table(found: dict[str, dict[str, Any]]) -> str:
    lines = [f"{'':<10}" + "".join(f"{name:>20}" for name in (*_SHOWN, "ms a frame"))]
    for name, scores in found.items():
        values = [scores[key] for key in (*_SHOWN, "milliseconds")]
        cells = (f"{np.nan if value is None else value:20.4f}" for value in values)
        lines.append(f"{name:<10}" + "".join(cells))
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m stickdance.tools.benchmarks.heads"
    )
    parser.add_argument("take", type=Path)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--size", default="")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rival", action="store_true", help="judge heads by discriminators too")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    take = Take.load(asked.take)
    options = TrainingOptions(
        steps=asked.steps,
        size=working_size(asked.size, take.size),
        seed=asked.seed,
        face="rival" if asked.rival else "on",
    )
    with tempfile.TemporaryDirectory() as folder:
        found = heads(take, options, Path(folder) / "performer")
    print(json.dumps(found, indent=2) if asked.json else _table(found))
    return 0


if __name__ == "__main__":
    leave_with(main, Path(__file__).stem)
