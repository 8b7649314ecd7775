"""Which job begins when, and which is tried again.

Jobs begin in the order of the manifest, as many at once as there is room for; only those at work
are held in memory. What failed in a way that may pass begins again after a while, which doubles.
"""

import heapq
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from stickdance.tools.batch.doing import Outcome
from stickdance.tools.batch.manifest import JobRow

MAY_PASS = (1, 5)
"""Exit statuses that another try may not have; so may any death by a signal, which is over 128."""
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 60.0  # seconds


class Machines(Protocol):
    """What jobs run on."""

    most: int
    """Jobs at work at once."""

    def has_room(self, command: str) -> bool:
        """Return whether a job of a command can begin; true where none is at work."""

    def start(self, row: JobRow) -> None:
        """Begin a job."""

    def wait(self, seconds: float | None) -> Sequence[Outcome]:
        """Return what came of jobs that ended; without any, after so many seconds at most."""

    def stop(self) -> None:
        """End all jobs, which save their work, and wait for it."""


@dataclass(order=True)
class _Later:
    at: float
    number: int
    row: JobRow = field(compare=False)


def outcomes(
    rows: Iterable[JobRow],
    machines: Machines,
    retries: int,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Outcome]:
    """Do jobs and yield what came of each, as they end.

    Args:
        rows: the jobs, read when there is room for the next.
        machines: what they run on; ended with this iterator.
        retries: how often one is tried again.
        clock: seconds.
    """
    begun = _Begun(iter(rows), machines, retries, clock)
    try:
        while begun.fill():
            for outcome in machines.wait(begun.until_next()):
                if (over := begun.over(outcome)) is not None:
                    yield over
    finally:
        machines.stop()


class _Begun:
    """The jobs that are at work, or will be again."""

    def __init__(
        self,
        rows: Iterator[JobRow],
        machines: Machines,
        retries: int,
        clock: Callable[[], float],
    ) -> None:
        self._rows, self._machines, self._retries, self._clock = rows, machines, retries, clock
        self._next: JobRow | None = next(rows, None)
        self._later: list[_Later] = []
        self._tries: dict[int, int] = {}
        self._running = 0

    def fill(self) -> bool:
        """Begin what there is room for; return whether anything is left."""
        while self._running < self._machines.most:
            again = bool(self._later) and self._later[0].at <= self._clock()
            row = self._later[0].row if again else self._next
            if row is None or not self._machines.has_room(row.command):
                break
            if again:
                heapq.heappop(self._later)
            else:
                self._next = next(self._rows, None)
            self._tries[row.number] = self._tries.get(row.number, 0) + 1
            self._running += 1
            self._machines.start(row)
        return bool(self._running or self._later or self._next is not None)

    def until_next(self) -> float | None:
        """Return the seconds until a job is tried again; None where none will be."""
        return max(0.0, self._later[0].at - self._clock()) if self._later else None

    def over(self, outcome: Outcome) -> Outcome | None:
        """Return what came of a job, None where it is tried again."""
        self._running -= 1
        row, tries = outcome.row, self._tries[outcome.row.number]
        passes = outcome.status in MAY_PASS or outcome.status > 128
        if outcome.state == "failed" and passes and tries <= self._retries:
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (tries - 1))
            heapq.heappush(self._later, _Later(self._clock() + pause, row.number, row))
            return None
        del self._tries[row.number]
        return replace(outcome, tries=tries)
