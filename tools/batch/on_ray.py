"""Jobs on Ray: tasks that fetch what they read and put up what they made, on whatever machine.

Through Ray go rows and outcomes alone, never a file. A task whose worker is killed is told as such,
and tried again by the batch; its process ends with it.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from stickdance.tools.batch.doing import Outcome, Place, do
from stickdance.tools.batch.manifest import JobRow
from stickdance.tools.batch.processes import CORES

_KILLED = 137
_ON_GPU = ("capture", "train", "render", "make")
_LONGEST_GOODBYE = 75.0  # seconds: a process has sixty


class RayMachines:
    """The machines of a cluster that is connected."""

    def __init__(
        self, ray: Any, place: Place, processors: int, gpus: float, most: int | None = None
    ) -> None:
        self._ray, self._place = ray, place
        nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        cores = [int(node["CPU"]) for node in nodes if node.get("CPU", 0) >= 1]
        self._whole = min(cores, default=1)
        self._gpus = gpus if any(node.get("GPU") for node in nodes) else 0.0
        self.most = most or 2 * processors  # the next ones wait within Ray
        self._task = ray.remote(do)
        self._running: dict[Any, JobRow] = {}

    def has_room(self, command: str) -> bool:
        """Return true: Ray itself holds back what has no room."""
        return True

    def start(self, row: JobRow) -> None:
        """Begin a job."""
        cores = min(self._whole, CORES.get(row.command, 1))
        gpus = self._gpus if row.command in _ON_GPU else 0
        task = self._task.options(num_cpus=cores, num_gpus=gpus, max_retries=0)
        self._running[task.remote(row, self._place, cores)] = row

    def wait(self, seconds: float | None) -> Sequence[Outcome]:
        """Return what came of jobs that ended."""
        if not self._running:
            time.sleep(seconds or 0)
            return []
        done, _ = self._ray.wait(list(self._running), num_returns=1, timeout=seconds)
        return [self._outcome(reference, self._running.pop(reference)) for reference in done]

    def stop(self) -> None:
        """End all jobs."""
        for reference in self._running:
            with suppress(Exception):  # it has ended
                self._ray.cancel(reference)
        if self._running:
            self._ray.wait(
                list(self._running), num_returns=len(self._running), timeout=_LONGEST_GOODBYE
            )

    def _outcome(self, reference: Any, row: JobRow) -> Outcome:
        try:
            found: Outcome = self._ray.get(reference)
            return found
        except self._ray.exceptions.RayTaskError as error:
            return Outcome(row, "failed", "", 1, f"a fault of stickdance: {error.cause!r:.200}")
        except self._ray.exceptions.RayError as error:
            why = " ".join(str(error).split())[:200]
            return Outcome(row, "failed", "", _KILLED, f"its worker was lost: {why}")
