"""One run of a training: steps, saved states, and the performer that comes of them."""

import math
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import torch
from torch.utils.data import DataLoader, Dataset

from capture.prefetch import prefetched
from capture.take import Take
from checkpoints.budget import Budget
from checkpoints.errors import CheckpointError, WeightsAbsent
from checkpoints.monitor import Monitor, say
from checkpoints.pretrained import vgg19
from checkpoints.resume import curves_of
from checkpoints.state import TrainingState, save_state
from checkpoints.stopping import StopRequests
from synth.card import machine, write_card
from synth.catalog import GENERATORS
from synth.dataset import TakeDataset
from synth.errors import OutOfMemory, TrainingFailed
from synth.losses import PerceptualLoss
from synth.optimisation import Optimisation
from synth.performer import Performer
from synth.preparation import Material, prepare
from synth.recipe import Recipe
from synth.validation import validate

if TYPE_CHECKING:
    from synth.trainer import TrainingOptions

_AHEAD = 2  # batches prepared beside the steps
_SAVING_SHARE = 0.05  # of the time may go into saving


class TrainingRun:
    """What one process does of a training; `until_done`, then `performer`."""

    def __init__(
        self,
        take: Take,
        folder: Path,
        options: "TrainingOptions",
        recipe: Recipe,
        device: torch.device,
        identity: Mapping[str, Any],
        budget: Budget,
        state: TrainingState | None,
        half: bool = False,
    ) -> None:
        """Prepare the take and the networks, and carry on where an earlier run stopped.

        Args:
            take: what is trained on.
            folder: where state and curves are kept.
            options: checked, with a size.
            recipe: the numbers to train by.
            device: where to.
            identity: what must be the same when the training is carried on.
            budget: what may be used, and what is used already.
            state: of an earlier run.
            half: compute in bfloat16.

        Raises:
            UnfitTake: the take cannot be trained on.
            CheckpointError: the state does not fit.
        """
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
        self.optimisation = Optimisation(generator, recipe, device, self._perceptual(), half)
        self.curves: dict[str, list[tuple[float, float]]] = {}
        self._next_save = options.save_seconds
        if state is not None:
            self._carry_on(state)

    def until_done(self, stop: StopRequests) -> None:
        """Step until the budget is used or a stop is asked for; the state is saved at the end.

        Raises:
            TrainingFailed: a loss or a weight is not a number; the last good state is kept.
            OutOfMemory: names a batch that fits.
            NotWritten: the state cannot be saved.
        """
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
            say(f"train: stopped after {spent(self.budget)}; the same command carries on")

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
            validate(self._averaged().eval(), on_device, monitor)

    def _batches(self) -> Iterator[dict[str, torch.Tensor]]:
        workers = self.options.workers
        loader = DataLoader(
            _Batches(self.material.samples, self.recipe.batch),
            batch_size=None,
            sampler=range(self.budget.steps, 1 << 40),
            num_workers=workers,
            # A forked process inherits locks that other threads hold, and may wait for ever.
            multiprocessing_context="spawn" if workers else None,
            worker_init_fn=_settle_worker,
            pin_memory=self.device.type == "cuda",
            generator=torch.Generator(),  # leaves the global random state alone
        )
        return iter(loader) if workers else prefetched(loader, _AHEAD)

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
            say(f"train: carries on after {spent(self.budget)}")

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


def spent(budget: Budget) -> str:
    """Return in words how much of a budget is used."""
    return f"{budget.steps:,} steps in {budget.seconds / 60:.1f} minutes"


def _settle_worker(worker: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the training decides when to stop
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cv2.setNumThreads(1)
