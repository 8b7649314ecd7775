"""The folder of all jobs; every change of one is made under the folder's lock, and whole.

Jobs are done one after another, in their order. A running job whose process is gone goes back into
the queue, where its command carries on from what it had finished; one whose process died twice
waits for a person, who may find out why.
"""

import os
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from stickdance.checkpoints.errors import BadInput, InUse, StickdanceError, UsageError, saying_why
from stickdance.checkpoints.locks import only_one
from stickdance.tools.jobs.job import OVER, RECORD, Asked, Job

COMMANDS = ("make", "capture", "check-footage", "choreograph", "train", "render")
"""What a job can be."""
MOST_DEATHS = 2
"""After so many the job waits for a person."""
_CHANGES = ".changes"
_COMING = ".coming"  # a job that has no name yet
_PATIENCE = 10.0  # seconds: changes take milliseconds


class Jobs:
    """All jobs of a folder."""

    def __init__(self, folder: Path) -> None:
        """Know where they lie; the folder is made when the first one is added."""
        self.folder = Path(folder)

    def add(
        self,
        words: Sequence[str],
        title: str = "",
        place: Path | None = None,
        about: Mapping[str, str] | None = None,
    ) -> Job:
        """Put a command line at the end of the queue and return its job.

        Args:
            words: the command line after the word stickdance.
            title: what people call it; by default the command line.
            place: the folder that its paths are relative to; by default the current one.
            about: what is to be known of it later.

        Raises:
            UsageError: it is no command that can be a job.
            OutputFailed: the folder cannot be written.
        """
        if not words or words[0] not in COMMANDS:
            found = repr(words[0]) if words else "nothing"
            raise UsageError(f"a job is one of {', '.join(COMMANDS)}; found {found:.40}")
        with only_one(self.folder / _CHANGES, self.folder, _PATIENCE):
            job = Job(
                id=secrets.token_hex(4),
                title=title or " ".join(words),
                words=tuple(words),
                place=str((place or Path.cwd()).absolute()),
                added=time.time(),
                order=max((each.order for each in self.all()), default=0.0) + 1,
                about=dict(about or {}),
            )
            self._save_first(job)
            return job

    def folder_of(self, job: Job) -> Path:
        """Return the folder of a job."""
        return self.folder / job.id

    def all(self) -> list[Job]:
        """Return all jobs in their order; those whose record is damaged are left out."""
        found = []
        for path in self.folder.glob(f"*/{RECORD}"):
            with suppress(BadInput):  # removed meanwhile, or damaged by other hands
                found.append(Job.load(path.parent))
        return sorted(found, key=lambda job: (job.order, job.added))

    def find(self, name: str) -> Job:
        """Return a job by its id, or the beginning of it.

        Raises:
            BadInput: there is none, or more than one.
        """
        found = [job for job in self.all() if name and job.id.startswith(name)]
        if len(found) != 1:
            many = ", ".join(job.id for job in found) or "none"
            raise BadInput(f"job {name!r:.40}: {many} of that id in {self.folder}; see `jobs list`")
        return found[0]

    def change(self, job: Job, to: Callable[[Job], Job]) -> Job:
        """Write what `to` makes of the job as it stands now, and return that."""
        with only_one(self.folder / _CHANGES, self.folder, _PATIENCE):
            folder = self.folder_of(job)
            changed = to(Job.load(folder))
            changed.save(folder)
            return changed

    def cancel(self, job: Job) -> Job:
        """End a job: a queued one at once, a running one as soon as its work is saved."""
        return self._asked(job, "cancel")

    def stop(self, job: Job) -> Job:
        """Let a running job's process end, and have it carry on later."""
        return self._asked(job, "stop")

    def retry(self, job: Job) -> Job:
        """Put a job that is over at the end of the queue; it carries on where it was.

        Raises:
            UsageError: it is not over.
        """
        if not job.is_over:
            raise UsageError(f"job {job.id}: is {job.state}; only what is over can be tried again")
        last = max(each.order for each in self.all())
        return self.change(
            job,
            lambda now: replace(
                now, state="queued", order=last + 1, deaths=0, asked="", reason="",
                exit_status=None, started=None, ended=None,
            ),
        )  # fmt: skip

    def move(self, job: Job, to: int) -> list[Job]:
        """Give a queued job another place among those that wait, 1 for the next.

        Raises:
            UsageError: it does not wait.
        """
        waiting = [each for each in self.all() if each.state == "queued"]
        if job.id not in {each.id for each in waiting}:
            raise UsageError(f"job {job.id}: is {job.state}; only what is queued has a place")
        orders = [each.order for each in waiting]
        others = [each for each in waiting if each.id != job.id]
        others.insert(min(max(0, to - 1), len(others)), job)
        return [
            self.change(each, lambda now, order=order: replace(now, order=order))  # type: ignore[misc]
            for each, order in zip(others, orders, strict=True)
        ]

    def remove(self, job: Job) -> int:
        """Remove a job's record, log and picture, not what it made; return their bytes.

        Raises:
            UsageError: it runs.
        """
        if job.state == "running":
            raise UsageError(f"job {job.id}: is running; cancel it first")
        size = size_of(self.folder_of(job))
        shutil.rmtree(self.folder_of(job), ignore_errors=True)
        return size

    def lives(self, job: Job) -> bool:
        """Return whether a process holds the job."""
        try:
            with only_one(self.folder_of(job)):
                return False
        except InUse:
            return True

    def settle(self) -> list[Job]:
        """Take back the jobs that run without a living process, and return them."""
        orphans = [job for job in self.all() if job.state == "running" and not self.lives(job)]
        return [self.change(job, _orphaned) for job in orphans]

    def _save_first(self, job: Job) -> None:
        """Give a new job its folder, whole; what is left of one that was killed here goes first."""
        coming = self.folder / _COMING
        shutil.rmtree(coming, ignore_errors=True)
        try:
            with saying_why(self.folder):
                coming.mkdir()
                job.save(coming)
                os.replace(coming, self.folder_of(job))
        except BaseException:
            shutil.rmtree(coming, ignore_errors=True)
            raise

    def _asked(self, job: Job, asked: Asked) -> Job:
        def ask(now: Job) -> Job:
            if now.state == "queued" and asked == "cancel":
                return replace(now, state="cancelled", ended=time.time())
            return replace(now, asked=asked) if now.state == "running" else now

        changed = self.change(job, ask)
        if changed.state == "running":
            self._signal(changed)
        return changed

    def _signal(self, job: Job) -> None:
        # The lock is held: the number is the job's own process, and no other that got it later.
        if job.pid is not None and job.host == socket.gethostname() and self.lives(job):
            with suppress(ProcessLookupError):
                os.kill(job.pid, signal.SIGTERM)


def _orphaned(job: Job) -> Job:
    if job.state != "running":  # its process ended well, just now
        return job
    if job.asked == "cancel":
        return replace(job, state="cancelled", ended=time.time(), pid=None)
    deaths = job.deaths + (job.asked != "stop")
    if deaths < MOST_DEATHS:
        return replace(job, state="queued", deaths=deaths, asked="", pid=None)
    why = f"its process was killed {deaths} times in the middle of the work; try it again by hand"
    return replace(job, state="interrupted", deaths=deaths, ended=time.time(), pid=None, reason=why)


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            total += file.lstat().st_size if not file.is_dir() else 0
    return total


def cleaned(jobs: Jobs) -> tuple[list[Job], int]:
    """Remove the records of all jobs that are over but wait for nobody; return them, and bytes."""
    over = [job for job in jobs.all() if job.state in OVER and job.state != "interrupted"]
    removed, size = [], 0
    for job in over:
        with suppress(StickdanceError):
            size += jobs.remove(job)
            removed.append(job)
    return removed, size
