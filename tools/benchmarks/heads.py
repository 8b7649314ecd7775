"""What the face refiner gives and costs: one training, its held-out heads with and without it.

    python -m stickdance.tools.benchmarks.heads TAKE [--steps 500] [--size 160x256] [--seed 0]
        [--rival]

The refiner is trained beside the generator; without it the same weights paint, so both columns
have had the same steps. Scores are those of the held-out frames, over the whole frame and inside
the discs of `stickdance.synth.quality.regions`.
"""

import tempfile
import time
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import tyro

from stickdance.capture.options import Size
from stickdance.capture.take.take import Take
from stickdance.synth.generators.catalog import Face
from stickdance.synth.performer.performer import Performer
from stickdance.synth.quality.frame_pair import FramePair
from stickdance.synth.quality.regions import Guide
from stickdance.synth.quality.scores import MeanScores, Scorer
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train
from stickdance.tools.benchmarks.harness import run_benchmark
from stickdance.tools.frame_size import working_size
from stickdance.tools.text_table import aligned, figure

_SCORER = Scorer(("mse", "psnr", "ssim_skimage", "sharpness"), regions=("person", "face"))
_SHOWN = (
    "ssim_skimage", "psnr", "sharpness", "face.ssim_skimage", "face.psnr", "face.sharpness",
    "milliseconds",
)  # fmt: skip


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


def measure(
    take: tyro.conf.Positional[Path],
    steps: int = 500,
    size: Size | None = None,
    seed: int = 0,
    rival: bool = False,
) -> dict[str, Any]:
    """Train with a face refiner, and score held-out heads with and without it.

    Args:
        take: folder that `stickdance capture` made.
        steps: of the training.
        size: WIDTHxHEIGHT; by default 256 high in the take's shape.
        seed: of the training.
        rival: judge heads by discriminators too.
    """
    loaded = Take.load(take)
    shape = working_size(size, loaded.size)
    face: Face = "rival" if rival else "on"
    options = TrainingOptions(steps=steps, size=shape, seed=seed, face=face)
    with tempfile.TemporaryDirectory() as folder:
        return heads(loaded, options, Path(folder) / "performer")


def _table(found: dict[str, dict[str, Any]]) -> str:
    rows = [(way, *(figure(one[name], ".4f") for name in _SHOWN)) for way, one in found.items()]
    return aligned([("", *_SHOWN), *rows])


if __name__ == "__main__":
    run_benchmark(measure, _table)
