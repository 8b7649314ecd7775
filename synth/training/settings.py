"""The settings of a training: options checked, and what follows from them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import UsageError
from stickdance.checkpoints.progress import note
from stickdance.checkpoints.resume import as_read_back
from stickdance.synth.compute.device import half_helps
from stickdance.synth.generators.catalog import GENERATORS, Kind, chosen
from stickdance.synth.generators.recipe import Recipe
from stickdance.synth.training.distillation import Teacher, teacher_from
from stickdance.synth.training.distributed import Processes
from stickdance.synth.training.preparation import check_take, digest

if TYPE_CHECKING:
    from stickdance.synth.training.options import TrainingOptions

_SIDES = range(32, 2049)
_DEFAULT_HEIGHT = 256


@dataclass(frozen=True)
class Settings:
    """What is settled before a training begins; the budget and the state are not."""

    folder: Path
    """Where state, previews and TensorBoard's files are kept."""
    options: "TrainingOptions"
    """Checked, with a size."""
    kind: Kind
    recipe: Recipe
    device: torch.device
    half: bool
    """Compute in bfloat16."""
    identity: Mapping[str, Any]
    """What must be the same when the training is carried on."""
    processes: Processes
    teacher: Teacher | None = None
    """What is learned from beside the photos."""

    @property
    def size(self) -> tuple[int, int]:
        """Return (width, height) of the pictures."""
        assert self.options.size is not None
        return self.options.size

    def say(self, line: str) -> None:
        """Write a line for people, if this process is the one that speaks."""
        if self.processes.leads:
            note(line)


def settings_for(
    take: Take,
    folder: Path,
    options: "TrainingOptions",
    device: torch.device,
    processes: Processes,
) -> Settings:
    """Return the settings of a training with options of `settled`.

    Raises:
        UsageError: a step's batch cannot be shared out as asked, or the teacher does not fit.
        BadInput: the teacher is no whole performer.
    """
    kind, recipe = _kind(options), _recipe(options)
    _check_shares(options, recipe, processes)
    identity, half = _identity(take, options, recipe, device), _is_half(options, device)
    teacher = None
    if options.teacher:
        teacher = teacher_from(Path(options.teacher), identity["take"], options.size, device)
        identity["teacher"] = teacher.digest
    return Settings(folder, options, kind, recipe, device, half, identity, processes, teacher)


def settled(take: Take, options: "TrainingOptions") -> "TrainingOptions":
    """Return the options with a size, checked.

    Raises:
        UsageError: a value out of range.
        BadInput: the take cannot be trained on.
    """
    check_take(take)
    if options.size is None:
        width = round(take.size[0] / take.size[1] * _DEFAULT_HEIGHT / 16) * 16
        options = replace(options, size=(width, _DEFAULT_HEIGHT))
    width, height = options.size or (0, 0)
    if width not in _SIDES or height not in _SIDES or width % 2 or height % 2:
        raise UsageError(f"--size {width}x{height}: sides must be even, from 32 to 2048")
    _check_video_size(options)
    if options.steps is None and not 0 <= options.minutes < 1e6:
        raise UsageError(f"--minutes {options.minutes:g}: must be 0 or more")
    untrained = options.steps is None and options.minutes == 0
    if untrained and not GENERATORS[options.generator].sees_appearance:
        raise UsageError(
            f"--minutes 0: {options.generator} paints nothing untrained; give it time, "
            "or take --generator compact"
        )
    if options.steps is not None and options.steps < 1:
        raise UsageError(f"--steps {options.steps}: must be at least 1")
    if options.batch is not None and not 1 <= options.batch <= 1024:
        raise UsageError(f"--batch {options.batch}: must be from 1 to 1024")
    if not 0 <= options.validation <= 0.5:
        raise UsageError(f"--validation {options.validation:g}: must be from 0 to 0.5")
    if options.validate_steps < 1:
        raise UsageError(f"--validate-steps {options.validate_steps}: must be at least 1")
    if options.patience < 0:
        raise UsageError(f"--patience {options.patience}: must be 0 or more")
    if options.patience and not options.validation:
        raise UsageError("--patience: needs frames to look at; give --validation, e.g. 0.05")
    if options.teacher and not _can_be_taught(options):
        raise UsageError(
            f"--teacher {options.teacher}: teaches single frames of a person alone; take "
            "--generator compact and --temporal off"
        )
    if not options.preview_seconds >= 0:
        raise UsageError(f"--preview-seconds {options.preview_seconds:g}: must be 0 or more")
    return options


def _check_video_size(options: "TrainingOptions") -> None:
    video, painted = options.video_size, options.size
    if video is None or video == painted:
        return
    assert painted is not None
    if any(large < small or large % 2 for large, small in zip(video, painted, strict=True)):
        raise UsageError(
            f"--size {video[0]}x{video[1]}: expected even sides, at least the {painted[0]}x"
            f"{painted[1]} that is painted"
        )
    if not GENERATORS[options.generator].paints_matte:
        raise UsageError(
            f"--size {video[0]}x{video[1]}: {options.generator} paints whole frames, which are not "
            "enlarged; take --generator compact"
        )


def _can_be_taught(options: "TrainingOptions") -> bool:
    return GENERATORS[options.generator].paints_matte and options.temporal == "off"


def _check_shares(options: "TrainingOptions", recipe: Recipe, processes: Processes) -> None:
    if recipe.batch % processes.count:
        raise UsageError(
            f"--batch {recipe.batch}: must be a multiple of the {processes.count} processes "
            "that train together"
        )
    own = recipe.batch // processes.count
    if not 1 <= options.accumulate <= own:
        raise UsageError(
            f"--accumulate {options.accumulate}: must be from 1 to {own}, the samples that a "
            "process takes at each step"
        )


def _kind(options: "TrainingOptions") -> Kind:
    return chosen(
        options.generator,
        options.face,
        options.mirror,
        options.temporal,
        options.network,
        with_teacher=bool(options.teacher),
    )


def _recipe(options: "TrainingOptions") -> Recipe:
    recipe = _kind(options).recipe
    return replace(
        recipe,
        batch=recipe.batch if options.batch is None else options.batch,
        adversary=options.adversary or recipe.adversary,
    )


def _is_half(options: "TrainingOptions", device: torch.device) -> bool:
    if options.precision == "auto":
        return half_helps(device)
    return options.precision == "bfloat16"


def _identity(
    take: Take, options: "TrainingOptions", recipe: Recipe, device: torch.device
) -> dict[str, Any]:
    """Return what must stay the same when a training is carried on; budgets may change."""
    kind = _kind(options)
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
