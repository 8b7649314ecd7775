"""One run of a training: steps, saved states, and the performer that comes of them."""

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from stickdance.capture.take.take import Take
from stickdance.checkpoints.budget import Budget, spent
from stickdance.checkpoints.errors import BadInput, OutOfMemory, TrainingFailed
from stickdance.checkpoints.monitor import Curves, Monitor, Watching
from stickdance.checkpoints.resume import curves_of
from stickdance.checkpoints.state import TrainingState, save_state, seed_all
from stickdance.checkpoints.stopping import StopRequests
from stickdance.synth.compute.threads import one_blas_thread
from stickdance.synth.performer.card import machine, write_card
from stickdance.synth.performer.performer import Performer
from stickdance.synth.training.divergence import check_finite
from stickdance.synth.training.early_stopping import EarlyStopping
from stickdance.synth.training.out_of_memory import is_out_of_memory, what_fits
from stickdance.synth.training.preparation import PreparedTake, prepare
from stickdance.synth.training.preview import PREVIEW, Previews
from stickdance.synth.training.sample_batches import batches
from stickdance.synth.training.settings import Settings
from stickdance.synth.training.step import Optimisation
from stickdance.synth.training.times_shown import Forecast, shown_too_rarely
from stickdance.synth.training.validation import strip, validate

_SAVING_SHARE = 0.05  # of the time may go into saving
_SAMPLES_SHOWN = 4


class TrainingRun:
    """What one process does of a training; `until_done`, then `performer`."""

    def __init__(
        self,
        take: Take,
        settings: Settings,
        budget: Budget,
        state: TrainingState | None,
        perceptual: nn.Module | None = None,
        warnings: list[str] | None = None,
    ) -> None:
        """Prepare the take and the networks, and carry on where an earlier run stopped.

        Args:
            take: what is trained on.
            settings: everything settled.
            budget: what may be used, and what is used already.
            state: of an earlier run.
            perceptual: a loss of two pictures, where there is one.
            warnings: what the card will tell.

        Raises:
            BadInput: the take cannot be trained on.
            BadInput: the state does not fit.
        """
        options, self.kind = settings.options, settings.kind
        self.take, self.settings, self.budget = take, settings, budget
        self.processes, self.warnings = settings.processes, warnings or []
        self.material: PreparedTake = prepare(
            take,
            settings.size,
            options.seed,
            options.validation,
            self.kind.sees_appearance,
            self.kind.augmentation,
            trains=not budget.is_used,
            video_size=options.video_size,
        )
        samples = self.material.samples
        self._frames = None if samples is None else len(samples)
        seed_all(options.seed)
        self.optimisation = Optimisation(
            self.kind.build(**self.kind.numbers),
            settings.recipe,
            settings.device,
            perceptual,
            settings.half,
            options.accumulate,
            self.processes,
            settings.teacher,
        )
        self.stopping, self.curves = EarlyStopping(options.patience), Curves()
        self._next_save, self._saved = options.save_seconds, budget.seconds
        preview, shown = settings.folder / PREVIEW, self.material.shown
        self.previews = Previews(preview, shown, options.preview_seconds, budget.seconds)
        if state is not None:
            self._carry_on(state)

    def until_done(self, stop: StopRequests) -> None:
        """Step until the budget is used or a stop is asked for; the state is saved at the end.

        Raises:
            TrainingFailed: a loss or a weight is not a number; the last good state is kept.
            OutOfMemory: names a setting that fits.
            OutputFailed: the state cannot be saved.
            LeftAlone: another process failed.
        """
        monitor = self._monitor()
        try:
            self.budget.start()
            with one_blas_thread():
                self._steps(stop, monitor)
            with self.processes.all_or_none():
                if self.processes.leads:
                    monitor.note_losses()
                    self._save()
                    trained = self.budget.steps > 0 and not stop
                    self.previews.after(self.budget.seconds, self._painter, last=trained)
        finally:
            monitor.close()
        if stop:
            self._say(f"saved after {spent(self.budget)}")
        elif self.stopping.is_over:
            self._say(
                f"stopped early after {spent(self.budget)}: no better since step "
                f"{self.stopping.best_step:,}, whose weights are kept"
            )

    def performer(self, to: Path) -> Performer:
        """Return the performer that the average of the weights makes."""
        training = self._about_training()
        material = self.material
        return Performer(
            path=to,
            framing=material.framing,
            skeleton=material.skeleton,
            style=material.style,
            plate=material.plate,
            body=material.body,
            generator_name=self.settings.options.generator,
            numbers=self.kind.numbers,
            generator=self._painter().requires_grad_(False),
            appearance=material.appearance,
            card=write_card(to.name, self.take, training),
            training=training,
            curves=self.curves,
            shadow=material.shadow if self.kind.paints_matte else None,
            room=material.room,
        )

    def _about_training(self) -> dict[str, Any]:
        options = self.settings.options
        return {
            "generator": options.generator,
            "parameters": sum(p.numel() for p in self.optimisation.generator.parameters()),
            "steps": self.budget.steps,
            "best_step": self.stopping.best_step if self.stopping.weights else None,
            "seconds": round(self.budget.seconds, 1),
            "machine": machine(self.settings.device, self.processes.count),
            "recipe": asdict(self.settings.recipe),
            "options": asdict(options),
            "identity": dict(self.settings.identity),
            "footage": [source.sha256 for source in self.take.sources],
            "consent": self.take.consent,
            "warnings": [*self.warnings, *self._shown_too_rarely()],
        }

    def _shown_too_rarely(self) -> list[str]:
        if self._frames is None or self.stopping.is_over:
            return []
        return shown_too_rarely(self.budget, self.settings.recipe.batch, self._frames)

    def _steps(self, stop: StopRequests, monitor: Watching) -> None:
        if self.budget.is_used or self.stopping.is_over:
            return
        assert self.material.samples is not None
        forecast = Forecast(self.budget, self.settings.recipe.batch, len(self.material.samples))
        with closing(self._batches()) as source:
            for batch in source:
                losses = self._step(batch)
                self.budget.count_step()
                if line := forecast.after_step():
                    self._say(line)
                stop.waits = True
                monitor.after_step(losses)
                self._agree(stop)
                done = self.budget.is_used
                if self.budget.steps % self.settings.options.validate_steps == 0 or done:
                    self._look(batch, monitor)
                if self._rounds_off(stop):
                    return

    def _agree(self, stop: StopRequests) -> None:
        """Take over the leader's clock and everyone's wish to stop."""
        clock = self.budget.seconds if self.processes.leads else 0.0
        seconds, number = self.processes.greatest([clock, stop.signal or 0])
        self.budget.seconds = seconds
        stop.signal = int(number) or None

    def _rounds_off(self, stop: StopRequests) -> bool:
        """Save and show where that is due; return whether the training should stop."""
        late = self.budget.seconds - self._saved >= self._next_save
        own = [float(self.stopping.is_over), float(late)]
        enough, due = self.processes.greatest(own if self.processes.leads else [0.0, 0.0])
        if stop or enough or self.budget.is_used:
            return True
        if due:
            with self.processes.all_or_none():
                if self.processes.leads:
                    self._save()
                    self.previews.after(self.budget.seconds, self._painter)
        return False

    def _batches(self) -> Generator[dict[str, Tensor], None, None]:
        assert self.material.samples is not None
        return batches(
            self.material.samples,
            self.settings.recipe.batch,
            self.processes,
            self.budget.steps,
            self.settings.options.workers,
            pin=self.settings.device.type == "cuda",
        )

    def _step(self, batch: Mapping[str, Tensor]) -> dict[str, float]:
        try:
            losses = self.optimisation.step(batch, self.budget.share)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        else:
            check_finite(losses, self.settings.folder, self.budget.steps + 1)
            return losses
        raise self._no_room(batch)  # here, where the failed step's own memory is free again

    def _no_room(self, batch: Mapping[str, Tensor]) -> OutOfMemory:
        size, recipe, count = self.settings.size, self.settings.recipe, self.processes.count
        remedy = what_fits(self.optimisation, batch, self.budget.share, size, count)
        return OutOfMemory(
            f"{self.settings.device}: no room for batch {recipe.batch} at {size[0]}x{size[1]}; "
            f"{remedy}"
        )

    def _look(self, batch: Mapping[str, Tensor], monitor: Watching) -> None:
        """Validate the averaged weights and show how things stand."""
        with self.processes.all_or_none():
            if not self.processes.leads:
                return
            for name, rate in self.optimisation.rates().items():
                monitor.setting(f"rate/{name}", rate)
            rows = [batch["stick"], batch["warped"][:, :3], batch["photo"]]
            monitor.show("samples", strip(rows, _SAMPLES_SHOWN))
            if (frames := self.material.watched) is None:
                return
            on_device = {name: each.to(self.settings.device) for name, each in frames.items()}
            average = self.optimisation.average
            found = validate(self._network(average), on_device, monitor)
            self.stopping.note(found.error, self.budget.steps, average)

    def _painter(self) -> nn.Module:
        """Return the network that a performer would have now."""
        return self._network(self.stopping.weights or self.optimisation.average)

    def _network(self, weights: Mapping[str, Tensor]) -> nn.Module:
        # Built from the same numbers, so that the network in training is not touched.
        with torch.device("meta"):
            network = self.kind.build(**self.kind.numbers)
        device = self.settings.device
        copies = {name: value.clone().to(device) for name, value in weights.items()}
        network.load_state_dict(copies, assign=True)
        return network.eval()

    def _save(self) -> None:
        if not self.optimisation.is_finite():
            raise TrainingFailed(
                f"{self.settings.folder}: a weight is not a number at step {self.budget.steps}; "
                "the state before is kept there; try --precision float32, another --seed, or "
                "--afresh"
            )
        began = time.perf_counter()
        about = {
            "identity": dict(self.settings.identity),
            "steps": self.budget.steps,
            "seconds": self.budget.seconds,
            "frames": self._frames,
            "patience": self.stopping.about(),
            "curves": self.curves,
        }
        tensors = self.optimisation.tensors() | self.stopping.tensors()
        save_state(self.settings.folder, tensors, about)
        took = time.perf_counter() - began
        self._next_save = max(self.settings.options.save_seconds, took / _SAVING_SHARE)
        self._saved = self.budget.seconds

    def _carry_on(self, state: TrainingState) -> None:
        try:
            self.optimisation.load(state.tensors, self.budget.steps)
            self.stopping.load(state.tensors, state.about.get("patience", {}))
            self.curves = curves_of(state)
            if self._frames is None and (frames := state.about.get("frames")):
                self._frames = int(frames)
        except (KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
            raise BadInput(
                f"{state.path}: does not fit this training ({error!s:.100}); add --afresh"
            ) from None
        state.restore_random()
        if self.budget.steps and not self.budget.is_used:
            self._say(f"carries on after {spent(self.budget)}")

    def _monitor(self) -> Watching:
        if not self.processes.leads:
            return Watching()
        return Monitor(self.settings.folder / "tensorboard", self.budget, self.curves)

    def _say(self, line: str) -> None:
        self.settings.say(f"train: {line}")
