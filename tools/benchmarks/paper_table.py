"""Islam et al.'s table for the demo dancer or a real person, in their own definitions.

    python -m stickdance.tools.benchmarks.paper_table --to FOLDER --side 256 --minutes 10
    python -m stickdance.tools.benchmarks.paper_table --to FOLDER --take takes/anna --side 160

Films the demo dancer for three minutes with the noise of a camera, captures and trains as for any
person, renders the last minute from its poses and compares it with the footage: over the whole
frame, and inside the person. A take of somebody is taken as it is: what it holds out is compared.
The paper's figures stand beside them as what they are: another
person, another size, OpenPose (Islam, Rahman and Amin, "Beat Based Realistic Dance Video
Generation using Deep Learning", table I).

Conventions
    `psnr_of_mean_mse` is the paper's PSNR; `ssim` here is the Gaussian one, `keypoint_mse` in px²
    with poses found anew on both sides. What lies in the folder finished is used again;
    the table is kept there as table.json.
"""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tyro
from numpy.typing import NDArray

from stickdance.capture.media.images import write_png
from stickdance.capture.take.take import Take
from stickdance.capture.video_to_take import CaptureOptions, video_to_take
from stickdance.checkpoints.progress import tracked
from stickdance.synth.performer.performer import Performer
from stickdance.synth.quality.compare import compare
from stickdance.synth.quality.held_out import rendered
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train
from stickdance.tools.benchmarks.harness import keep, machine, run_benchmark
from stickdance.tools.demo.performer import film_demo
from stickdance.tools.text_table import aligned, figure

PAPER = {
    "mse": 11.95,
    "keypoint_mse": 7.5,
    "psnr_of_mean_mse": 37.358,
    "ssim_gaussian": 0.864,
    "ms_ssim": 0.887,
    "lpips": 0.0168,
}
_LOWER_IS_BETTER = ("mse", "keypoint_mse", "lpips")
_SECONDS, _HELD_OUT = 180.0, 1 / 3
_STEP = 32  # pixels that the renderer's sides are multiples of
_METRICS = "mse,psnr,ssim,ms_ssim,lpips,sharpness,keypoints"


@dataclass(frozen=True)
class PaperTableOptions:
    """What is made for the table."""

    to: Path
    """Folder of footage, take, performer and table."""
    side: int = 256
    """Width and height of the frames."""
    minutes: float = 10.0
    """Minutes of training."""
    steps: int | None = None
    """Steps in place of minutes."""
    seed: int = 0
    """Of the training; the film is always the same."""
    footage: Path | None = None
    """Footage of the demo dancer that was filmed before."""
    take: Path | None = None
    """A take of a real person, in place of the demo dancer's; --side is its shorter side."""


def paper_table(options: tyro.conf.OmitArgPrefixes[PaperTableOptions]) -> dict[str, Any]:
    """Make the table: our scores by region, the paper's, and which are at least as good.

    Args:
        options: what is made.
    """
    options.to.mkdir(parents=True, exist_ok=True)
    take = _take(options)
    size = _size(take.size, options.side)
    training = TrainingOptions(
        minutes=options.minutes, steps=options.steps, seed=options.seed, size=size
    )
    performer = train(take, options.to / "performer", training)
    scores = _scores(take, performer)
    whole = {name: scores.get(name) for name in (*PAPER, "sharpness")}
    result = {
        "size": list(size),
        "steps": performer.training["steps"],
        "trained_seconds": performer.training["seconds"],
        "frames": scores["frames"],
        "whole_frame": whole,
        "inside_the_person": {name: scores.get(f"person.{name}") for name in whole},
        "paper": PAPER,
        "at_least_as_good": {name: _is_as_good(name, whole[name]) for name in PAPER},
        "machine": machine(("torch", "ai-edge-litert", "openvino")),
    }
    return keep(result, options.to)


def _take(options: PaperTableOptions) -> Take:
    if options.take is not None:
        return Take.load(options.take)
    place = options.to / "take"
    if not place.exists():
        footage = options.footage or options.to / "footage.mp4"
        if not footage.exists():
            film_demo(footage, _SECONDS, options.side)
        video_to_take([footage], place, CaptureOptions(height=options.side, held_out=_HELD_OUT))
    return Take.load(place)


def _size(filmed: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the (width, height) of frames whose shorter side is about `side`."""
    scale = side / min(filmed)
    width, height = (max(1, round(edge * scale / _STEP)) * _STEP for edge in filmed)
    return width, height


def _scores(take: Take, performer: Performer) -> dict[str, Any]:
    start, framing = take.training_frames, performer.framing
    poses = take.poses.framed(framing).part(start, take.frame_count)
    with tempfile.TemporaryDirectory() as scratch:
        real, ours = Path(scratch, "real"), Path(scratch, "rendered")
        _write(take.truth(framing, start), real, len(poses))
        _write(rendered(performer, poses), ours, len(poses))
        options = CompareOptions(metrics=_METRICS, take=take.path, first=start)
        return compare(real, ours, options)


def _write(pictures: Iterable[NDArray[np.uint8]], to: Path, count: int) -> None:
    to.mkdir()
    for number, picture in enumerate(tracked(pictures, to.name, count)):
        write_png(to / f"{number:06d}.png", picture)


def _is_as_good(name: str, ours: float | None) -> bool | None:
    if ours is None:
        return None
    return ours <= PAPER[name] if name in _LOWER_IS_BETTER else ours >= PAPER[name]


def _text(result: dict[str, Any]) -> str:
    kinds = ("whole_frame", "inside_the_person", "paper")
    rows = [(name, *(figure(result[kind][name]) for kind in kinds)) for name in PAPER]
    return aligned([("", "whole frame", "the person", "paper"), *rows])


if __name__ == "__main__":
    run_benchmark(paper_table, _text)
