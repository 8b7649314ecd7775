"""What is seen of a training while it runs: progress, curves and pictures.

The curves also lie in the training's state and later in the performer, so they need no TensorBoard.
"""

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from stickdance.checkpoints.budget import Budget
from stickdance.checkpoints.errors import saying_why
from stickdance.checkpoints.progress import Work

Curves = dict[str, list[tuple[float, float]]]

_NOTE_EVERY_SECONDS = 2.0
_LONGEST_CURVE = 600


class Watching:
    """What a training tells of itself while it runs; here nobody is told.

    Of several processes that train together, one is watched.
    """

    def after_step(self, losses: Mapping[str, float]) -> None:
        """Note one more step and its losses by name."""

    def note(self, name: str, value: float) -> None:
        """Add a point to a curve, now."""

    def setting(self, name: str, value: float) -> None:
        """Tell a number that is set, not learned, e.g. a learning rate."""

    def show(self, name: str, picture: Tensor) -> None:
        """Show a picture, (3, H, W) in [0, 1]."""

    def note_losses(self) -> None:
        """Add the mean losses since they were last noted to the curves, e.g. to save these."""

    def close(self) -> None:
        """Note what is left."""


class Monitor(Watching):
    """Tells people how a training goes; nothing here changes what is learned."""

    def __init__(self, folder: Path, budget: Budget, curves: Curves) -> None:
        """Open TensorBoard's files and tell that it begins; a full disk is told, here and later.

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
        self._hook, threading.excepthook = threading.excepthook, self._of_a_thread
        by_steps = budget.steps_wanted is not None
        total = budget.steps_wanted if by_steps else round(60 * budget.minutes)
        self._work = Work("train", total, "step" if by_steps else "s", self._done())
        self._work.__enter__()
        self._sums: dict[str, tuple[float, int]] = {}
        self._noted = time.perf_counter()

    def after_step(self, losses: Mapping[str, float]) -> None:
        """Tell of the step, and every few seconds note the mean losses."""
        self._work.reach(min(self._done(), self._work.total or 0))
        for name, value in losses.items():
            total, count = self._sums.get(name, (0.0, 0))
            self._sums[name] = (total + value, count + 1)
        if time.perf_counter() - self._noted >= _NOTE_EVERY_SECONDS:
            self.note_losses()

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
        self.note_losses()
        self._work.__exit__()
        with saying_why(self._folder):
            self._writer.close()
        threading.excepthook = self._hook

    def _of_a_thread(self, told: threading.ExceptHookArgs) -> None:
        """Print nothing of the thread that writes: its error is raised here at the next call."""
        if not type(told.thread).__module__.startswith("tensorboard."):
            self._hook(told)

    def _done(self) -> int:
        budget = self.budget
        return budget.steps if budget.steps_wanted is not None else int(budget.seconds)

    def note_losses(self) -> None:
        """Add the mean losses since they were last noted to the curves, e.g. to save these."""
        for name, (total, count) in self._sums.items():
            self._add(name, total / count)
        shown = {name: f"{total / count:.3g}" for name, (total, count) in self._sums.items()}
        self._work.details = ", ".join(f"{name} {value}" for name, value in shown.items())
        self._sums.clear()
        self._noted = time.perf_counter()

    def _add(self, name: str, value: float) -> None:
        with saying_why(self._folder):
            self._writer.add_scalar(f"loss/{name}", value, self.budget.steps)
        points = self.curves.setdefault(name, [])
        points.append((round(self.budget.seconds / 60, 4), round(value, 6)))
        if len(points) > _LONGEST_CURVE:
            points[:] = points[::2]
