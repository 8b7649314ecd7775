"""Training: a take in, a performer out, and nothing lost in between.

    1. prepare the take at the working size            (`preparation`)
    2. carry on from NAME.training/ where there is one  (`checkpoints.state`)
    3. step until the budget is used                    (`training_run`, `optimisation`)
    4. write the performer                              (`performer`, `card`)

The state is saved about every half minute, and at Ctrl-C or SIGTERM. Samples are drawn by seed and
number, so a run with a budget of steps that was killed and started again ends with the very weights
of an unbroken one (on a CPU; sums on a GPU are not taken in a fixed order).
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
import tyro

from capture.take import Take
from checkpoints.budget import Budget
from checkpoints.errors import CheckpointError
from checkpoints.folder import check_place
from checkpoints.monitor import say
from checkpoints.resume import as_read_back, budget_after, earlier_run
from checkpoints.state import STATE, only_one
from checkpoints.stopping import StopRequests
from synth.card import add_scores as add_scores
from synth.catalog import GENERATORS
from synth.device import DeviceName, choose_device, half_helps
from synth.errors import BadOptions
from synth.performer import KIND, Performer
from synth.preparation import check_take, digest
from synth.recipe import Recipe
from synth.training_run import TrainingRun, spent

_SIDES = range(32, 2049)
_DEFAULT_HEIGHT = 256


@dataclass(frozen=True)
class TrainingOptions:
    """How a performer is trained."""

    minutes: float = 10.0
    """Minutes of training, in total over all runs; more of them carry a finished training on. 0
    trains nothing: the target's own pixels, moved part by part, seconds after capture."""
    steps: int | None = None
    """Number of steps in place of a time; such a training can be repeated exactly on a CPU."""
    size: tyro.conf.Suppress[tuple[int, int] | None] = None
    """Width and height of the pictures; by default 256 high in the shape of the take's frames."""
    seed: int = 0
    """Seed of weights and samples."""
    generator: Literal["compact", "pix2pixhd", "pix2pixhd_fine"] = "compact"
    """compact: real time on a CPU; pix2pixhd: the published 182-million generator, whole frames;
    pix2pixhd_fine: with the local enhancer, coarse to fine, for frames of 512 pixels and more."""
    adversary: Literal["least_squares", "hinge", "log"] | None = None
    """What generator and discriminators play for; by default the generator's own: least_squares."""
    batch: int | None = None
    """Samples a step; by default the generator's own."""
    device: DeviceName = "auto"
    """Where to train; auto takes CUDA, then Apple's MPS, then the CPU."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Number type of the networks; auto takes bfloat16 where the device is made for it."""
    validation: float = 0.05
    """Share of the training frames that is only looked at, to see how the training goes."""
    save_seconds: float = 30.0
    """Seconds between two saved states; longer where saving takes long."""
    workers: int = 0
    """Processes that prepare samples; 0 prepares them in a thread beside the steps."""
    afresh: bool = False
    """Forget an earlier training at the same place."""


_DEFAULT = TrainingOptions()


def train(take: Take, to: Path, options: TrainingOptions = _DEFAULT) -> Performer:
    """Train a performer on the first part of a take, or carry on with an earlier run.

    Args:
        take: footage of one person, with poses.
        to: the performer's folder; the unfinished training lies beside it as NAME.training.
        options: how long, how large, by which generator.

    Raises:
        BadOptions: a value out of range; ChangedOptions: other ones than the run to carry on had.
        UnfitTake: the take cannot be trained on.
        TrainingFailed: a loss is not a number any more; the last good state is kept.
        OutOfMemory: names a batch that fits.
        CheckpointError, NotWritten: the state cannot be read, or something cannot be written.
    """
    to, options = Path(to), _settled(take, options)
    check_place(to, KIND)
    folder = training_folder(to)
    recipe = _recipe(options)
    device = choose_device(options.device)
    identity = _identity(take, options, recipe, device)
    with only_one(folder), _clearing_away(folder):
        state = earlier_run(folder, identity, options.afresh)
        budget = budget_after(state, options.minutes, options.steps)
        if budget.is_used and (done := _finished(to, identity, budget, options)) is not None:
            say(f"train: {to} is trained already ({spent(budget)}); more --minutes carry it on")
            return done
        half = _is_half(options, device)
        run = TrainingRun(take, folder, options, recipe, device, identity, budget, state, half)
        with StopRequests() as stop:
            run.until_done(stop)
        run.performer(to).save(to)
    return Performer.load(to, options.device)


def training_folder(to: Path) -> Path:
    """Return where the unfinished training of a performer lies."""
    return Path(to).with_name(f"{Path(to).name}.training")


@contextmanager
def _clearing_away(folder: Path) -> Iterator[None]:
    """Remove what a training left that failed before its first state."""
    try:
        yield
    except BaseException:
        if not (folder / STATE).exists():
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _settled(take: Take, options: TrainingOptions) -> TrainingOptions:
    check_take(take)
    if options.size is None:
        width = round(take.size[0] / take.size[1] * _DEFAULT_HEIGHT / 16) * 16
        options = replace(options, size=(width, _DEFAULT_HEIGHT))
    width, height = options.size or (0, 0)
    if width not in _SIDES or height not in _SIDES or width % 2 or height % 2:
        raise BadOptions(f"--size {width}x{height}: sides must be even, from 32 to 2048")
    if options.steps is None and not 0 <= options.minutes < 1e6:
        raise BadOptions(f"--minutes {options.minutes:g}: must be 0 or more")
    untrained = options.steps is None and options.minutes == 0
    if untrained and not GENERATORS[options.generator].sees_appearance:
        raise BadOptions(
            f"--minutes 0: {options.generator} paints nothing untrained; give it time, "
            "or take --generator compact"
        )
    if options.steps is not None and options.steps < 1:
        raise BadOptions(f"--steps {options.steps}: must be at least 1")
    if options.batch is not None and not 1 <= options.batch <= 1024:
        raise BadOptions(f"--batch {options.batch}: must be from 1 to 1024")
    if not 0 <= options.validation <= 0.5:
        raise BadOptions(f"--validation {options.validation:g}: must be from 0 to 0.5")
    return options


def _recipe(options: TrainingOptions) -> Recipe:
    recipe = GENERATORS[options.generator].recipe
    return replace(
        recipe,
        batch=recipe.batch if options.batch is None else options.batch,
        adversary=options.adversary or recipe.adversary,
    )


def _is_half(options: TrainingOptions, device: torch.device) -> bool:
    if options.precision == "auto":
        return half_helps(device)
    return options.precision == "bfloat16"


def _identity(
    take: Take, options: TrainingOptions, recipe: Recipe, device: torch.device
) -> dict[str, Any]:
    """Return what must stay the same when a training is carried on; budgets may change."""
    kind = GENERATORS[options.generator]
    return as_read_back(
        {
            "take": digest(take),
            "generator": options.generator,
            "numbers": dict(kind.numbers),
            "size": options.size,
            "seed": options.seed,
            "batch": recipe.batch,
            "precision": "bfloat16" if _is_half(options, device) else "float32",
            "validation": options.validation,
            "augmentation": asdict(kind.augmentation),
            "recipe": asdict(recipe),
        }
    )


def _finished(
    to: Path, identity: Mapping[str, Any], budget: Budget, options: TrainingOptions
) -> Performer | None:
    try:
        performer = Performer.load(to, options.device)
    except CheckpointError:
        return None
    same = performer.training.get("identity") == identity
    return performer if same and performer.training.get("steps") == budget.steps else None
