"""How long the main job still takes, told beside all that it does.

Each stage has a usual time, that of an ordinary computer with two cores; the stages that are
finished tell how much slower or faster this one is. A stage that is under way knows its own speed.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from stickdance.checkpoints.progress import Progress, Work

_PRIOR = 5.0  # seconds at the usual speed that are taken for seen: one short stage tells little
_LOADING = 4.0  # usual seconds in which a stage imports what it needs
_FOLLOWING = {
    "compose": ("choreograph",),
    "film": ("capture",),
    "capture": ("choreograph", "train"),
    "watch": ("choreograph",),
    "choreograph": ("render",),
    "train": ("score", "render"),
}
"""Stages whose result is not reused when that of the first is made again."""


@dataclass(frozen=True)
class Usual:
    """The time that a stage usually takes."""

    seconds: float
    """What a slower computer takes longer for."""
    fixed: float = 0.0
    """Seconds that are the same everywhere: minutes of training."""


class TimeLeft:
    """Adds to all work of a job how long the whole of it still takes, and passes it on."""

    def __init__(
        self, stages: Mapping[str, Usual], to: Progress | None, made: Collection[str] = ()
    ) -> None:
        """Expect these stages.

        Args:
            stages: in any order.
            to: is told everything too.
            made: stages that have a result from before, which will be reused if nothing changed.
        """
        self._stages, self._to = stages, to
        self._ahead = set(stages) - set(made)
        self._now: Usual | None = None
        self._began = time.perf_counter()
        self._usual = self._taken = 0.0  # of the stages that are finished
        self._work: Work | None = None
        self._work_began = self._work_first = 0.0

    def begin(self, stage: str) -> None:
        """Note that a stage begins, and that those after it will not be reused."""
        self._ahead |= set(_FOLLOWING.get(stage, ())) & self._stages.keys()
        self._ahead.discard(stage)
        self._now, self._began, self._work = self._stages[stage], time.perf_counter(), None

    def finish(self) -> None:
        """Note that the stage is finished, which tells how fast this computer is."""
        assert self._now is not None
        passed = time.perf_counter() - self._began
        self._usual += self._now.seconds
        self._taken += max(0.0, passed - self._now.fixed)
        self._now = None

    def skip(self, stage: str) -> None:
        """Note that a stage's earlier result is taken."""
        self._ahead.discard(stage)

    def seconds(self) -> float:
        """Return how long the whole job still takes."""
        slowness = (self._taken + _PRIOR) / (self._usual + _PRIOR)
        stages = (self._stages[name] for name in self._ahead)
        ahead = sum(each.seconds * slowness + each.fixed for each in stages)
        if self._now is None:
            return ahead
        passed, of_work = time.perf_counter() - self._began, self._of_work()
        if self._now.fixed and of_work:  # which may carry on an earlier training
            return ahead + of_work + _LOADING * slowness
        return ahead + max(self._now.seconds * slowness + self._now.fixed - passed, of_work)

    def update(self, work: Work) -> None:
        """Pass work on, with the time that the whole job takes."""
        if self._work is None:
            self._work, self._work_first = work, work.done
            self._work_began = time.perf_counter()
        work.left = self.seconds()
        if work.is_over and work is self._work:
            self._work = None
        if self._to is not None:
            self._to.update(work)

    def note(self, line: str) -> None:
        """Pass a line on."""
        if self._to is not None:
            self._to.note(line)

    def _of_work(self) -> float:
        """Return how long the work under way takes at its own speed; 0 where that is not known."""
        work = self._work
        done = 0.0 if work is None else work.done - self._work_first
        if work is None or work.total is None or done <= 0:
            return 0.0
        passed = time.perf_counter() - self._work_began
        return max(0.0, work.total - work.done) * passed / done
