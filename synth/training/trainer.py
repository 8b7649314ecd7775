"""Training: a take in, a performer out, and nothing lost in between.

    1. join the processes that train together, if several  (`distributed`)
    2. carry on from NAME.training/ where there is one      (`stickdance.checkpoints.state`)
    3. prepare the take at the working size                 (`preparation`)
    4. step until the budget is used                        (`run`, `step`)
    5. write the performer                                  (`performer`, `card`)

The state is saved about every half minute, and at Ctrl-C or SIGTERM. Samples are drawn by seed and
number, so a run with a budget of steps that was killed and started again ends with the very weights
of an unbroken one (on a CPU; sums on a GPU are not taken in a fixed order).
"""

import json
import zlib
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from stickdance.capture.media.images import write_png
from stickdance.capture.take.take import Take
from stickdance.checkpoints.budget import Budget, spent
from stickdance.checkpoints.errors import BadInput, OutOfMemory, WeightsAbsent
from stickdance.checkpoints.folder import check_model_place
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.public.pretrained import backbone
from stickdance.checkpoints.resume import budget_after, earlier_run
from stickdance.checkpoints.state import TrainingState, clearing_away_unbegun, load_state
from stickdance.checkpoints.stopping import StopRequests, resumable
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.performer.card import SAMPLES, showing_samples
from stickdance.synth.performer.card_pictures import sample_strip
from stickdance.synth.performer.performer import KIND, Performer
from stickdance.synth.playback.keeping import keep_footage
from stickdance.synth.training.distributed import joined
from stickdance.synth.training.losses import PerceptualLoss
from stickdance.synth.training.options import MoreMinutes, TrainingOptions
from stickdance.synth.training.preparation import remarks
from stickdance.synth.training.run import TrainingRun
from stickdance.synth.training.settings import Settings, settings_for, settled

_DEFAULT = TrainingOptions()
_MORE = "more --minutes carry it on"


def train(take: Take, to: Path, options: TrainingOptions = _DEFAULT) -> Performer:
    """Train a performer on the first part of a take, or carry on with an earlier run.

    Args:
        take: footage of one person, with poses.
        to: the performer's folder; the unfinished training lies beside it as NAME.training.
        options: how long, how large, by which generator.

    Raises:
        UsageError: a value out of range; ChangedOptions: other ones than the run to carry on had.
        BadInput: the take cannot be trained on.
        TrainingFailed: a loss is not a number any more; the last good state is kept.
        OutOfMemory: names a setting that fits.
        BadInput, OutputFailed: the state cannot be read, or something cannot be written.
        LeftAlone: another of the processes that train together failed.
    """
    to, options = Path(to), in_total(settled(take, options), Path(to))
    check_model_place(to, KIND)
    processes, device = joined(options.device)
    settings = settings_for(take, training_folder(to), options, device, processes)
    with ExitStack() as held:
        state = _earlier(settings, held)
        budget = budget_after(state, options.minutes, options.steps)
        over = budget.is_used or _was_enough(state, options.patience)
        done = _finished(to, settings, budget) if over else None
        if done is not None and _shown_as_asked(done, options):
            settings.say(f"train: {to} is trained already ({spent(budget)}); {_MORE}")
            return done
        run = _prepared(take, settings, budget, state)
        with resumable(), StopRequests() as stop:
            run.until_done(stop)
        performer = run.performer(to)
        with processes.all_or_none():
            if processes.leads:
                strip = sample_strip(take, performer)
                shown = replace(performer, card=showing_samples(performer.card))
                shown.save(to, partial(_write_extras, take, performer, strip, options))
    return Performer.load(to, options.device) if processes.leads else performer


def in_total(options: TrainingOptions, to: Path) -> TrainingOptions:
    """Return the options with minutes in total, where they were to be added to earlier ones.

    Args:
        options: of the training.
        to: the performer's folder.

    Raises:
        BadInput: the earlier training's state cannot be read.
    """
    if not isinstance(options.minutes, MoreMinutes):
        return options
    state = None if options.afresh else load_state(training_folder(to))
    before = 0.0 if state is None else budget_after(state, 0.0, None).seconds / 60
    return replace(options, minutes=before + float(options.minutes))


def _write_extras(
    take: Take, performer: Performer, strip: Bytes, options: TrainingOptions, folder: Path
) -> None:
    write_png(folder / SAMPLES, strip)
    if options.keep_footage:
        keep_footage(take, performer.in_video.framing, folder)


def _shown_as_asked(done: Performer, options: TrainingOptions) -> bool:
    """Return whether a trained performer keeps what is asked for, at the size of the videos."""
    alike = done.in_video.size == (options.video_size or options.size)
    return alike and (options.keep_footage or done.filmed is None)


def training_folder(to: Path) -> Path:
    """Return where the unfinished training of a performer lies."""
    return Path(to).with_name(f"{Path(to).name}.training")


def _earlier(settings: Settings, held: ExitStack) -> TrainingState | None:
    """Return the state to carry on from; the leader keeps others away until `held` is closed.

    Raises:
        BadInput: not every process finds the same.
    """
    folder, state = settings.folder, None
    with settings.processes.all_or_none():
        if settings.processes.leads:
            held.enter_context(only_one(folder))
            held.enter_context(clearing_away_unbegun(folder))
            state = earlier_run(folder, settings.identity, settings.options.afresh)
    if not settings.processes.leads:
        state = load_state(folder)
    _check_alike(settings, state)
    return state


def _check_alike(settings: Settings, state: TrainingState | None) -> None:
    steps = -1.0 if state is None else float(state.about.get("steps", -1))
    identity = json.dumps(settings.identity, sort_keys=True).encode()
    own = [steps, float(zlib.crc32(identity))]
    most = settings.processes.greatest([*own, *(-value for value in own)])
    if most != [*own, *(-value for value in own)]:
        raise BadInput(
            f"{settings.folder}: the processes that train together do not find the same take, "
            "options and state; on several machines they must lie on a disk that all share"
        )


def _was_enough(state: TrainingState | None, patience: int) -> bool:
    about = {} if state is None else state.about.get("patience", {})
    since = about.get("since", 0) if isinstance(about, dict) else 0
    return isinstance(since, int) and 0 < patience <= since


def _prepared(
    take: Take, settings: Settings, budget: Budget, state: TrainingState | None
) -> TrainingRun:
    perceptual, warnings = _perceptual(settings)
    for line in remarks(take):
        settings.say(f"train: {line}")
        warnings.append(line)
    with settings.processes.all_or_none():
        try:
            return TrainingRun(take, settings, budget, state, perceptual, warnings)
        except MemoryError:
            width, height = settings.size
            raise OutOfMemory(
                f"this computer has no memory left to prepare {take.path} at {width}x{height}; "
                f"try --size {width // 4 * 2}x{height // 4 * 2}"
            ) from None


def _perceptual(settings: Settings) -> tuple[PerceptualLoss | None, list[str]]:
    """Return the perceptual loss, if it is wanted and can be had, and what to say of it."""
    loss: PerceptualLoss | None = None
    warnings: list[str] = []
    if not settings.recipe.weights.get("perceptual", 0):
        return loss, warnings
    with settings.processes.all_or_none():
        try:
            loss = PerceptualLoss(backbone("vgg19"))
        except WeightsAbsent as error:
            settings.say(f"train: goes on without the perceptual loss. {error}")
            warnings.append(f"trained without the perceptual loss: {error}")
    return loss, warnings


def _finished(to: Path, settings: Settings, budget: Budget) -> Performer | None:
    try:
        found = Performer.load(to, settings.options.device)
    except BadInput:
        found = None
    training = {} if found is None else found.training
    same = training.get("identity") == settings.identity
    same = same and training.get("steps") == budget.steps
    same = same and training.get("options", {}).get("patience", 0) == settings.options.patience
    # Either all of the processes that train together go on, or none.
    return None if settings.processes.greatest([float(not same)])[0] else found
