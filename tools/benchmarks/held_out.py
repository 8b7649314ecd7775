"""Renderers by the held-out protocol: takes, generators, budgets and seeds, in one table.

    python -m stickdance.tools.benchmarks.held_out TAKE... --to FOLDER --minutes 10 --seeds 0 1 2
    python -m stickdance.tools.benchmarks.held_out TAKE --to FOLDER
        --generators compact pix2pixhd --steps 600

Every training is a performer of its own in FOLDER; one that is there already is scored again, one
that was stopped carries on. Budgets of minutes count only training, so run nothing beside it; with
`--steps` the result does not depend on what else the machine does. The table is kept as table.json.

Conventions
    `flicker_ratio` is the temporal warping error of the rendered frames over that of the real ones
    (`stickdance.synth.quality.flicker`), over the whole frame. `head_patches` are grey levels
    between patches of the rendered heads and the likest ones of the heads trained on
    (`stickdance.tools.benchmarks.coherence`); the row "ceiling" has that of the real heads.
    The strips show real frames, and below them each generator's with its largest budget and its
    first seed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import tyro
from numpy.typing import NDArray

from stickdance.capture.media.images import write_png
from stickdance.capture.options import Size
from stickdance.capture.take.take import Take
from stickdance.synth.appearance.head_boxes import head_boxes, head_side
from stickdance.synth.performer.performer import Performer
from stickdance.synth.quality.flicker import mean_where, motion_between, warping_error_map
from stickdance.synth.quality.held_out import BASELINES, held_out, rendered
from stickdance.synth.training.options import Network, TrainingOptions
from stickdance.synth.training.trainer import train
from stickdance.tools.benchmarks.coherence import Coherence
from stickdance.tools.benchmarks.harness import keep, machine, run_benchmark
from stickdance.tools.frame_size import working_size
from stickdance.tools.text_table import aligned, figure

_SCORES = (
    "ssim_skimage",
    "ssim_gaussian",
    "psnr",
    "ms_ssim",
    "sharpness",
    "face.sharpness",
    "hands.sharpness",
    "lpips",
)
_COLUMNS = (*_SCORES, "flicker_ratio", "head_patches")
_STRIP = 8  # frames


@dataclass(frozen=True)
class HeldOutOptions:
    """What is trained and scored."""

    to: Path
    """Folder of the performers, the table and the strips."""
    minutes: tuple[float, ...] = (10.0,)
    """Budgets of training."""
    steps: int | None = None
    """One budget of steps in place of minutes."""
    seeds: tuple[int, ...] = (0, 1, 2)
    """Seeds; each is a training of its own."""
    generators: tuple[str, ...] = ("compact",)
    """Which generators."""
    network: Network = "standard"
    """Their size."""
    size: Size | None = None
    """WIDTHxHEIGHT; by default 256 high in the take's shape."""


def table(
    takes: tyro.conf.Positional[tuple[Path, ...]],
    /,
    *,
    options: tyro.conf.OmitArgPrefixes[HeldOutOptions],
) -> dict[str, Any]:
    """Train and score renderers on takes.

    Args:
        takes: folders that `stickdance capture` made.
        options: what is trained.
    """
    options.to.mkdir(parents=True, exist_ok=True)
    rows = []
    for place in takes:
        take = Take.load(place)
        rows += [_row(take, options, *run) for run in _runs(options)]
        _write_strip(take, options)
    about = machine(("torch", "numpy", "ai-edge-litert", "openvino"))
    return keep({"machine": about, "rows": rows}, options.to)


def scored(take: Take, performer: Performer) -> dict[str, Any]:
    """Return how long a performer was trained, its held-out scores and those of the baselines."""
    scores = held_out(take, performer)
    patches, real_patches = head_patches(take, performer)
    baselines = scores["baselines"]
    baselines["ceiling"]["head_patches"] = real_patches
    return {
        "steps": performer.training["steps"],
        "trained_seconds": performer.training["seconds"],
        **{name: scores.get(name) for name in _SCORES},
        "flicker_ratio": flicker_ratio(take, performer),
        "head_patches": patches,
        "baselines": {
            name: {column: baselines[name].get(column) for column in (*_SCORES, "head_patches")}
            for name in BASELINES
        },
    }


def flicker_ratio(take: Take, performer: Performer) -> float | None:
    """Return the warping error of rendered held-out frames over that of the real ones."""
    own = _own_frames(take, performer)
    real = take.truth(performer.framing, take.training_frames)
    errors: list[tuple[float, float]] = []
    for (before, now), (own_before, own_now) in zip(pairwise(real), pairwise(own), strict=True):
        motion = motion_between(before, now)
        if motion is None:
            return None
        ours = mean_where(warping_error_map(motion, own_before, own_now), motion.known)
        theirs = mean_where(warping_error_map(motion, before, now), motion.known)
        if ours is not None and theirs is not None:
            errors.append((ours, theirs))
    sums = np.sum(errors, axis=0)
    return float(sums[0] / sums[1])


def head_patches(take: Take, performer: Performer) -> tuple[float | None, float | None]:
    """Return the distances of rendered and of real held-out heads from those trained on.

    In grey levels, less is more alike (`stickdance.tools.benchmarks.coherence`); None where there
    are no heads.
    """
    framing, start, stop = performer.framing, take.training_frames, take.frame_count
    trained = list(_heads(take, performer, 0, islice(take.truth(framing, 0), start)))
    if not trained:
        return None, None
    seen = Coherence(trained)
    own, real = _own_frames(take, performer), take.truth(framing, start, stop)
    ours, theirs = (seen.distance(_heads(take, performer, start, each)) for each in (own, real))
    return (ours, theirs) if np.isfinite(ours + theirs) else (None, None)


def _heads(
    take: Take, performer: Performer, first: int, frames: Iterable[NDArray[np.uint8]]
) -> Iterator[NDArray[np.uint8]]:
    """Yield what lies in the heads' boxes of frames from number `first` on."""
    body, size = take.body.framed(performer.framing), performer.framing.size
    poses = take.poses.framed(performer.framing)
    boxes = head_boxes(
        poses.points, poses.confidence, body.face, head_side(body), size, poses.skeleton
    )
    for frame, (left, top, width, height) in zip(frames, boxes[first:], strict=False):
        if width:
            yield frame[top : top + height, left : left + width].copy()  # lets go of the frame


def _runs(options: HeldOutOptions) -> Iterator[tuple[str, float, int]]:
    """Yield generator, minutes (0 where steps count) and seed of each training."""
    for generator in options.generators:
        for minutes in options.minutes if options.steps is None else (0.0,):
            for seed in options.seeds:
                yield generator, minutes, seed


def _place(take: Take, options: HeldOutOptions, generator: str, minutes: float, seed: int) -> Path:
    budget = f"{minutes:g}min" if options.steps is None else f"{options.steps}steps"
    sized = generator if options.network == "standard" else f"{options.network}-{generator}"
    return options.to / f"{take.path.name}-{sized}-{budget}-seed{seed}"


def _row(
    take: Take, options: HeldOutOptions, generator: str, minutes: float, seed: int
) -> dict[str, Any]:
    training = TrainingOptions(
        minutes=minutes,
        steps=options.steps,
        seed=seed,
        generator=generator,  # type: ignore[arg-type]  # checked by the catalog
        network=options.network,
        size=working_size(options.size, take.size),
    )
    performer = train(take, _place(take, options, generator, minutes, seed), training)
    return {
        "take": take.path.name,
        "generator": generator,
        "minutes": minutes if options.steps is None else None,
        "seed": seed,
        **scored(take, performer),
    }


def _own_frames(take: Take, performer: Performer) -> Iterator[NDArray[np.uint8]]:
    poses = take.poses.framed(performer.framing)
    return rendered(performer, poses.part(take.training_frames, take.frame_count))


def _write_strip(take: Take, options: HeldOutOptions) -> None:
    minutes = max(options.minutes)
    places = [_place(take, options, name, minutes, options.seeds[0]) for name in options.generators]
    performers = [Performer.load(place) for place in places]
    count = take.frame_count - take.training_frames
    shown = np.unique(np.linspace(0, count - 1, _STRIP).astype(int))
    rows = [list(take.truth(performers[0].framing, take.training_frames))]
    rows += [list(_own_frames(take, performer)) for performer in performers]
    strip = np.concatenate([np.concatenate([row[n] for n in shown], 1) for row in rows])
    write_png(options.to / f"{take.path.name}.png", strip)


def lines(result: dict[str, Any]) -> str:
    """Return the table as text, baselines below the first row of each take."""
    rows: list[tuple[str, Mapping[str, Any]]] = []
    shown: set[str] = set()
    for row in result["rows"]:
        budget = "" if row["minutes"] is None else f"{row['minutes']:g} min, "
        told = f"{row['take']}, {row['generator']}, {budget}{row['steps']} steps"
        rows.append((f"{told}, seed {row['seed']}", row))
        if row["take"] not in shown:
            shown.add(row["take"])
            rows += [(f"  {name}", scores) for name, scores in row["baselines"].items()]
    return score_table(rows)


def score_table(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Return titles and the scores of each, as `scored` names them, as a table for people."""
    cells = [(title, *(figure(scores.get(name)) for name in _COLUMNS)) for title, scores in rows]
    return aligned([("", *_COLUMNS), *cells])


if __name__ == "__main__":
    run_benchmark(table, lines)
