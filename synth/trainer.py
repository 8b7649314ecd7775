"""Training: a take in, a performer out, and nothing lost in between.

    1. prepare the take at the working size            (`preparation`)
    2. carry on from NAME.training/ where there is one  (`checkpoints.state`)
    3. step until the budget is used                    (`optimisation`, `budget`, `monitor`)
    4. write the performer                              (`performer`, `card`)

The state is saved about every half minute, and at Ctrl-C or SIGTERM. Samples are drawn by seed and
number, so a run with a budget of steps that was killed and started again ends with the very weights
of an unbroken one (on a CPU; sums on a GPU are not taken in a fixed order).
"""

import math
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import cv2
import torch
import tyro
from torch.utils.data import DataLoader, Dataset

from capture.take import Take
from checkpoints.errors import CheckpointError, WeightsAbsent
from checkpoints.folder import check_place
from checkpoints.pretrained import vgg19
from checkpoints.state import TrainingState, only_one, save_state
from synth.budget import Budget
from synth.card import add_scores as add_scores
from synth.card import machine, write_card
from synth.catalog import GENERATORS
from synth.dataset import TakeDataset
from synth.device import DeviceName, choose_device
from synth.errors import BadOptions, OutOfMemory, TrainingFailed
from synth.losses import PerceptualLoss
from synth.monitor import Monitor, say
from synth.optimisation import Optimisation
from synth.performer import KIND, Performer
from synth.preparation import Material, check_take, digest, prepare
from synth.recipe import Recipe
from synth.resume import as_read_back, budget_after, curves_of, earlier_run
from synth.stopping import StopRequests

_SIDES = range(32, 2049)
_DEFAULT_HEIGHT = 256
_SAVING_SHARE = 0.05  # of the time may go into saving


@dataclass(frozen=True)
class TrainingOptions:
    """How a performer is trained."""

    minutes: float = 10.0
    """Minutes of training, in total over all runs; more of them carry a finished training on."""
    steps: int | None = None
    """Number of steps in place of a time; such a training can be repeated exactly on a CPU."""
    size: tyro.conf.Suppress[tuple[int, int] | None] = None
    """Width and height of the pictures; by default 256 high in the shape of the take's frames."""
    seed: int = 0
    """Seed of weights and samples."""
    generator: Literal["compact", "pix2pixhd"] = "compact"
    """compact: real time on a CPU; pix2pixhd: the published 182-million generator, whole frames."""
    batch: int | None = None
    """Samples a step; by default the generator's own."""
    device: DeviceName = "auto"
    """Where to train; auto takes CUDA, then Apple's MPS, then the CPU."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Number type of the networks; auto takes bfloat16 on CUDA and float32 elsewhere."""
    validation: float = 0.05
    """Share of the training frames that is only looked at, to see how the training goes."""
    save_seconds: float = 30.0
    """Seconds between two saved states; longer where saving takes long."""
    workers: int | None = None
    """Processes that prepare samples; by default one beside a CPU, up to eight for a GPU."""
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
    with only_one(folder):
        state = earlier_run(folder, identity, options.afresh)
        budget = budget_after(state, options.minutes, options.steps)
        if budget.is_used and (done := _finished(to, identity, budget)) is not None:
            say(f"train: {to} is trained already ({_spent(budget)}); more --minutes carry it on")
            return done
        run = _Run(take, folder, options, recipe, device, identity, budget, state)
        with StopRequests() as stop:
            run.until_done(stop)
        performer = run.performer(to)
        performer.save(to)
    return replace(performer, path=to)


def training_folder(to: Path) -> Path:
    """Return where the unfinished training of a performer lies."""
    return Path(to).with_name(f"{Path(to).name}.training")


class _Run:
    """One process's share of a training."""

    def __init__(
        self,
        take: Take,
        folder: Path,
        options: TrainingOptions,
        recipe: Recipe,
        device: torch.device,
        identity: Mapping[str, Any],
        budget: Budget,
        state: TrainingState | None,
    ) -> None:
        self.take, self.folder, self.options, self.recipe = take, folder, options, recipe
        self.device, self.identity, self.budget = device, identity, budget
        self.kind = GENERATORS[options.generator]
        assert options.size is not None
        self.material: Material = prepare(
            take,
            options.size,
            options.seed,
            options.validation,
            self.kind.sees_appearance,
            self.kind.augmentation,
        )
        self.warnings: list[str] = []
        torch.manual_seed(options.seed)
        generator = self.kind.build(**self.kind.numbers)
        half = _is_half(options, device)
        self.optimisation = Optimisation(generator, recipe, device, self._perceptual(), half)
        self.curves: dict[str, list[tuple[float, float]]] = {}
        self._next_save = options.save_seconds
        if state is not None:
            self._carry_on(state)

    def until_done(self, stop: StopRequests) -> None:
        """Step until the budget is used or a stop is asked for; the state is saved at the end."""
        monitor = Monitor(self.folder / "tensorboard", self.budget, self.curves)
        try:
            self.budget.start()
            saved = self.budget.seconds
            for batch in self._batches() if not self.budget.is_used else ():
                losses = self._step(batch)
                self.budget.count_step()
                monitor.after_step(losses)
                if stop or self.budget.is_used:
                    break
                if self.budget.seconds - saved >= self._next_save:
                    self._validate(monitor)
                    self._save()
                    saved = self.budget.seconds
            self._validate(monitor)
            self._save()
        finally:
            monitor.close()
        if stop:
            say(f"train: stopped after {_spent(self.budget)}; the same command carries on")

    def performer(self, to: Path) -> Performer:
        """Return the performer that the average of the weights makes."""
        training = {
            "generator": self.options.generator,
            "parameters": sum(p.numel() for p in self.optimisation.generator.parameters()),
            "steps": self.budget.steps,
            "seconds": round(self.budget.seconds, 1),
            "machine": machine(),
            "recipe": asdict(self.recipe),
            "options": asdict(self.options),
            "identity": dict(self.identity),
            "warnings": self.warnings,
        }
        material = self.material
        return Performer(
            path=to,
            framing=material.framing,
            skeleton=material.skeleton,
            style=material.style,
            plate=material.plate,
            body=material.body,
            generator_name=self.options.generator,
            numbers=self.kind.numbers,
            generator=self._averaged().eval().requires_grad_(False),
            appearance=material.appearance,
            card=write_card(to.name, self.take, training),
            training=training,
            curves=self.curves,
        )

    def _validate(self, monitor: Monitor) -> None:
        if (frames := self.material.watched) is not None:
            on_device = {name: each.to(self.device) for name, each in frames.items()}
            monitor.validate(self._averaged().eval(), on_device)

    def _batches(self) -> Iterator[dict[str, torch.Tensor]]:
        workers = self.options.workers
        if workers is None:
            workers = _usual_workers(self.device)
        loader = DataLoader(
            _Batches(self.material.samples, self.recipe.batch),
            batch_size=None,
            sampler=range(self.budget.steps, 1 << 40),
            num_workers=workers,
            worker_init_fn=_settle_worker,
            pin_memory=self.device.type == "cuda",
            generator=torch.Generator(),  # leaves the global random state alone
        )
        return iter(loader)

    def _step(self, batch: Mapping[str, torch.Tensor]) -> dict[str, float]:
        try:
            losses = self.optimisation.step(batch, self.budget.share)
        except torch.OutOfMemoryError:
            raise self._no_room(batch) from None
        for name, value in losses.items():
            if not math.isfinite(value):
                raise TrainingFailed(
                    f"{self.folder}: the loss {name!r} became {value} at step "
                    f"{self.budget.steps + 1}; the state before is kept there; "
                    "try --precision float32, another --seed, or --afresh"
                )
        return losses

    def _no_room(self, batch: Mapping[str, torch.Tensor]) -> OutOfMemory:
        size, words = self.options.size or (0, 0), f"--size {self.options.size}"
        count = self.recipe.batch
        while (count := count // 2) >= 1:
            part = {name: value[:count] for name, value in batch.items()}
            try:
                torch.cuda.empty_cache()
                self.optimisation.step(part, self.budget.share)
                words = f"--batch {count} fits"
                break
            except torch.OutOfMemoryError:
                continue
        else:
            words = f"one sample does not fit either: try --size {size[0] // 2}x{size[1] // 2}"
        return OutOfMemory(
            f"{self.device}: no room for batch {self.recipe.batch} at {size[0]}x{size[1]}; {words}"
        )

    def _averaged(self) -> torch.nn.Module:
        # Built from the same numbers, so that the network in training is not touched.
        with torch.device("meta"):
            network = self.kind.build(**self.kind.numbers)
        network.load_state_dict(
            {name: value.clone() for name, value in self.optimisation.average.items()}, assign=True
        )
        return network

    def _save(self) -> None:
        if not self.optimisation.is_finite():
            raise TrainingFailed(
                f"{self.folder}: a weight is not a number at step {self.budget.steps}; the state "
                "before is kept there; try --precision float32, another --seed, or --afresh"
            )
        began = time.perf_counter()
        about = {
            "identity": dict(self.identity),
            "steps": self.budget.steps,
            "seconds": self.budget.seconds,
            "curves": self.curves,
        }
        save_state(self.folder, self.optimisation.tensors(), about)
        took = time.perf_counter() - began
        self._next_save = max(self.options.save_seconds, took / _SAVING_SHARE)

    def _carry_on(self, state: TrainingState) -> None:
        try:
            self.optimisation.load(state.tensors, self.budget.steps)
            self.curves = curves_of(state)
        except (KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
            raise CheckpointError(
                f"{state.path}: does not fit this training ({error!s:.100}); add --afresh"
            ) from None
        state.restore_random()
        if not self.budget.is_used:
            say(f"train: carries on after {_spent(self.budget)}")

    def _perceptual(self) -> PerceptualLoss | None:
        if not self.recipe.weights.get("perceptual", 0):
            return None
        try:
            return PerceptualLoss(vgg19())
        except WeightsAbsent as error:
            say(f"train: goes on without the perceptual loss. {error}")
            self.warnings.append(f"trained without the perceptual loss: {error}")
            return None


class _Batches(Dataset[dict[str, torch.Tensor]]):
    """The batch of every step, by the number of the step."""

    def __init__(self, samples: TakeDataset, size: int) -> None:
        self.samples, self.size = samples, size

    def __getitem__(self, step: int) -> dict[str, torch.Tensor]:
        return self.samples.batch(step, self.size)


def _settled(take: Take, options: TrainingOptions) -> TrainingOptions:
    check_take(take)
    if options.size is None:
        width = round(take.size[0] / take.size[1] * _DEFAULT_HEIGHT / 16) * 16
        options = replace(options, size=(width, _DEFAULT_HEIGHT))
    width, height = options.size or (0, 0)
    if width not in _SIDES or height not in _SIDES or width % 2 or height % 2:
        raise BadOptions(f"--size {width}x{height}: sides must be even, from 32 to 2048")
    if options.steps is None and not 0 < options.minutes < 1e6:
        raise BadOptions(f"--minutes {options.minutes:g}: must be above 0")
    if options.steps is not None and options.steps < 1:
        raise BadOptions(f"--steps {options.steps}: must be at least 1")
    if options.batch is not None and not 1 <= options.batch <= 1024:
        raise BadOptions(f"--batch {options.batch}: must be from 1 to 1024")
    if not 0 <= options.validation <= 0.5:
        raise BadOptions(f"--validation {options.validation:g}: must be from 0 to 0.5")
    return options


def _recipe(options: TrainingOptions) -> Recipe:
    recipe = GENERATORS[options.generator].recipe
    return recipe if options.batch is None else replace(recipe, batch=options.batch)


def _is_half(options: TrainingOptions, device: torch.device) -> bool:
    if options.precision == "auto":
        return device.type == "cuda" and torch.cuda.is_bf16_supported()
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


def _finished(to: Path, identity: Mapping[str, Any], budget: Budget) -> Performer | None:
    try:
        performer = Performer.load(to)
    except CheckpointError:
        return None
    same = performer.training.get("identity") == identity
    return performer if same and performer.training.get("steps") == budget.steps else None


def _spent(budget: Budget) -> str:
    return f"{budget.steps:,} steps in {budget.seconds / 60:.1f} minutes"


def _usual_workers(device: torch.device) -> int:
    if sys.platform != "linux":  # elsewhere a process starts anew and copies all pictures
        return 0
    spare = len(os.sched_getaffinity(0)) - 1
    return max(0, min(spare, 1 if device.type == "cpu" else 8))


def _settle_worker(worker: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the training decides when to stop
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cv2.setNumThreads(1)
