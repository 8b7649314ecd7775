"""Jobs on processes of this computer, each watched by a thread."""

import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from stickdance.tools.batch.doing import Outcome, Place, do
from stickdance.tools.batch.manifest import JobRow

ALL = 1 << 16
"""The processors of a whole machine."""
CORES = {"capture": 2, "train": ALL, "make": ALL}
"""Processors that a job of a command takes; any other takes one."""


class Processes:
    """This computer."""

    def __init__(self, place: Place, most: int | None = None) -> None:
        self._place, self._cores = place, os.cpu_count() or 1
        self.most = most or self._cores
        self._free, self._bounded = self._cores, most is None
        self._pool = ThreadPoolExecutor(self.most)
        self._stopped = threading.Event()
        self._running: dict[Future[Outcome], int] = {}

    def has_room(self, command: str) -> bool:
        """Return whether its processors are free, or nothing is at work."""
        return not self._running or not self._bounded or self._free >= self._needed(command)

    def start(self, row: JobRow) -> None:
        """Begin a job."""
        cores = self._needed(row.command)
        self._free -= cores
        future = self._pool.submit(do, row, self._place, cores, self._stopped)
        self._running[future] = cores

    def wait(self, seconds: float | None) -> Sequence[Outcome]:
        """Return what came of jobs that ended."""
        if not self._running:
            time.sleep(seconds or 0)
            return []
        done, _ = wait(self._running, seconds, FIRST_COMPLETED)
        for future in done:
            self._free += self._running.pop(future)
        return [future.result() for future in done]

    def stop(self) -> None:
        """End all jobs."""
        self._stopped.set()
        self._pool.shutdown(cancel_futures=True)

    def _needed(self, command: str) -> int:
        return min(self._cores, CORES.get(command, 1))
