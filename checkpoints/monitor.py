"""What is seen of a training while it runs: a bar, an estimate, curves and pictures.

The curves also lie in the training's state and later in the performer, so they need no TensorBoard.
"""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from torch import Tensor
from tqdm import tqdm

from stickdance.checkpoints.budget import Budget
from stickdance.checkpoints.errors import saying_why

Curves = dict[str, list[tuple[float, float]]]

_WARM_UP = 3  # steps that are slower than the others
_MEASURED_SECONDS = 4.0
_NOTE_EVERY_SECONDS = 2.0
_LONGEST_CURVE = 600


class Watching(Protocol):
    """What a training tells of itself while it runs."""

    def after_step(self, losses: Mapping[str, float]) -> None:
        """Note one more step and its losses by name."""

    def note(self, name: str, value: float) -> None:
        """Add a point to a curve, now."""

    def setting(self, name: str, value: float) -> None:
        """Tell a number that is set, not learned, e.g. a learning rate."""

    def show(self, name: str, picture: Tensor) -> None:
        """Show a picture, (3, H, W) in [0, 1]."""

    def close(self) -> None:
        """Note what is left."""


class Unwatched:
    """Tells nobody: of several processes that train together, one is watched."""

    def after_step(self, losses: Mapping[str, float]) -> None:
        """Do nothing."""

    def note(self, name: str, value: float) -> None:
        """Do nothing."""

    def setting(self, name: str, value: float) -> None:
        """Do nothing."""

    def show(self, name: str, picture: Tensor) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class Monitor:
    """Tells people how a training goes; nothing here changes what is learned."""

    def __init__(self, folder: Path, budget: Budget, curves: Curves) -> None:
        """Open the bar and TensorBoard's files; a full disk is `OutputFailed`, here and later.

        Args:
            folder: TensorBoard's, made where it is not there.
            budget: of the training.
            curves: (minutes, value) points by name; those of earlier runs, added to here.
        """
        from torch.utils.tensorboard import SummaryWriter

        self.budget, self.curves = budget, curves
        self._folder = folder
        with saying_why(folder):
            self._writer = SummaryWriter(str(folder), purge_step=budget.steps)
        by_steps = budget.steps_wanted is not None
        self._bar = tqdm(
            desc="train",
            total=budget.steps_wanted if by_steps else round(60 * budget.minutes),
            initial=budget.steps if by_steps else int(budget.seconds),
            unit="step" if by_steps else "s",
        )
        self._started: tuple[float, int] | None = None
        self._estimated = False
        self._sums: dict[str, tuple[float, int]] = {}
        self._noted = time.perf_counter()

    def after_step(self, losses: Mapping[str, float]) -> None:
        """Move the bar on, and every few seconds note the mean losses."""
        budget = self.budget
        done = budget.steps if budget.steps_wanted is not None else int(budget.seconds)
        self._bar.update(min(done, self._bar.total) - self._bar.n)
        for name, value in losses.items():
            total, count = self._sums.get(name, (0.0, 0))
            self._sums[name] = (total + value, count + 1)
        if not self._estimated:
            self._estimate()
        if time.perf_counter() - self._noted >= _NOTE_EVERY_SECONDS:
            self._note()

    def note(self, name: str, value: float) -> None:
        """Add a point to a curve, now."""
        self._add(name, value)

    def setting(self, name: str, value: float) -> None:
        """Show a number that is set, not learned, e.g. a learning rate, in TensorBoard alone."""
        with saying_why(self._folder):
            self._writer.add_scalar(name, value, self.budget.steps)

    def show(self, name: str, picture: Tensor) -> None:
        """Add a picture, (3, H, W) in [0, 1], to what TensorBoard shows."""
        with saying_why(self._folder):
            self._writer.add_image(name, picture, self.budget.steps)
            self._writer.flush()

    def close(self) -> None:
        """Note what is left and close the files."""
        self._note()
        self._bar.close()
        with saying_why(self._folder):
            self._writer.close()

    def _estimate(self) -> None:
        now, steps = time.perf_counter(), self.budget.steps
        if self._started is None:
            if steps - self.budget.first_step >= _WARM_UP:
                self._started = (now, steps)
            return
        passed, done = now - self._started[0], steps - self._started[1]
        if passed < _MEASURED_SECONDS and done < 200:
            return
        speed = done / passed
        left, seconds = self.budget.expected(speed)
        end = time.strftime("%H:%M:%S", time.localtime(time.time() + seconds))
        say(
            f"train: {speed:.2f} steps a second, about {left:,} more steps in "
            f"{seconds / 60:.1f} minutes, until {end}"
        )
        self._estimated = True

    def _note(self) -> None:
        for name, (total, count) in self._sums.items():
            self._add(name, total / count)
        shown = {name: f"{total / count:.3g}" for name, (total, count) in self._sums.items()}
        self._bar.set_postfix(shown, refresh=False)
        self._sums.clear()
        self._noted = time.perf_counter()

    def _add(self, name: str, value: float) -> None:
        with saying_why(self._folder):
            self._writer.add_scalar(f"loss/{name}", value, self.budget.steps)
        points = self.curves.setdefault(name, [])
        points.append((round(self.budget.seconds / 60, 4), round(value, 6)))
        if len(points) > _LONGEST_CURVE:
            points[:] = points[::2]


def say(line: str) -> None:
    """Write a line to standard error without breaking a bar."""
    tqdm.write(line, file=sys.stderr)
