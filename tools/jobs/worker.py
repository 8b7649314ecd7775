"""The worker: one at a folder of jobs, starts the next job where none runs.

Each job is a process in a session of its own: it outlives the worker, whatever becomes of that, and
the next worker waits for it.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from stickdance.checkpoints.errors import InUse, StickdanceError
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.progress import note
from stickdance.tools.jobs.job import ERRORS, Job
from stickdance.tools.jobs.queue import Jobs

WORKER = ".worker"
_LOOK_SECONDS = 0.3
_LONGEST_GOODBYE = 60.0  # seconds: a training saves its state first


def work(jobs: Jobs, is_over: Callable[[], bool] | None = None) -> list[Job]:
    """Do jobs until none waits or runs, and return those that are over since.

    Stopped in the middle, the running job's work is saved and it is queued again.

    Args:
        jobs: the queue.
        is_over: ends the work when it says so, in place of the empty queue.

    Raises:
        InUse: another worker is there.
    """
    before = {job.id for job in jobs.all() if job.is_over}
    with only_one(jobs.folder / WORKER, jobs.folder):
        worker = Worker(jobs)
        try:
            while worker.step() or is_over is not None:
                if is_over is not None and is_over():
                    break
                time.sleep(_LOOK_SECONDS)
        finally:
            worker.stop()
    return [job for job in jobs.all() if job.is_over and job.id not in before]


class Worker:
    """Starts jobs; `step` is called every moment."""

    def __init__(self, jobs: Jobs) -> None:
        """Begin nothing yet."""
        self.jobs = jobs
        self._child: subprocess.Popen[bytes] | None = None

    def step(self) -> bool:
        """Start the next job where none runs; return whether any runs or waits."""
        if self._child is not None and self._child.poll() is None:
            return True
        self._child = None
        for job in self.jobs.settle():
            note(f"job {job.id} ({job.title}): its process is gone; {job.state}")
        known = self.jobs.all()
        if any(job.state == "running" for job in known):  # of an earlier worker
            return True
        waiting = [job for job in known if job.state == "queued"]
        if waiting:
            self._begin(waiting[0])
        return bool(waiting)

    def stop(self) -> None:
        """Let the running job save its work and queue it again."""
        running = [job for job in self.jobs.all() if job.state == "running"]
        for job in running:
            with suppress(InUse, StickdanceError):
                self.jobs.stop(job)
        if self._child is None:
            return
        try:
            self._child.wait(_LONGEST_GOODBYE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self.jobs.settle()

    def _begin(self, job: Job) -> None:
        started = self.jobs.change(
            job,
            lambda now: now if now.state != "queued" else replace(now, state="running", pid=None),
        )
        if started.state != "running":  # cancelled just now
            return
        note(f"job {job.id}: {job.title}")
        folder = self.jobs.folder_of(job).absolute()
        command = [sys.executable, "-m", "stickdance.tools.jobs.process", str(folder)]
        with (folder / ERRORS).open("ab") as errors:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,
            )
