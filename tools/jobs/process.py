"""The process of one job: holds its lock, runs its command, writes how it ended.

python -m stickdance.tools.jobs.process jobs/ID [--with-parent]

With `--with-parent` it ends with whoever started it, by SIGTERM: its standard input is a pipe that
closes then, however that process ends.
"""

import os
import signal
import socket
import sys
import threading
import time
from contextlib import nullcontext, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn

from stickdance.checkpoints.errors import StickdanceError
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.made_by import without_paths
from stickdance.checkpoints.progress import reported_to
from stickdance.tools import cli
from stickdance.tools.jobs.job import LOG, RESULT, THUMBNAIL, Job, State, words_of
from stickdance.tools.jobs.log import JobLog, job_log
from stickdance.tools.jobs.queue import Jobs
from stickdance.tools.program import leave_with

_PATIENCE = 5.0  # seconds: somebody looks whether the job lives
_LONGEST_REASON = 600
WITH_PARENT = "--with-parent"
_LONGEST_GOODBYE = 60.0  # seconds: a training saves its state first


def main(folder: Path, with_parent: str = "") -> NoReturn:
    """Do the job in a folder and leave with its exit status."""
    if with_parent == WITH_PARENT:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    # A batch's results are the same bytes wherever their inputs were fetched to.
    paths = without_paths() if with_parent else nullcontext()
    with paths:
        # One whose parent was killed may be saving its work, which this one carries on.
        patience = _LONGEST_GOODBYE if with_parent else _PATIENCE
        leave_with(partial(done, folder, patience), "stickdance", quiet=True)


def done(folder: Path, patience: float = _PATIENCE) -> int:
    """Do a job that was begun (`worker`) and return its exit status.

    Args:
        folder: of the job.
        patience: seconds to wait for another process that does it.

    Raises:
        InUse: another process does it.
    """
    folder = folder.absolute()
    jobs = Jobs(folder.parent)
    with only_one(folder, patience=patience):
        job = jobs.change(Job.load(folder), _mine)
        if job.asked:
            _over(jobs, job, "cancelled" if job.asked == "cancel" else "queued")
            return 0
        with job_log(folder / LOG) as log:
            return _run(jobs, job, log)


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # nothing ever comes but the end
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_LONGEST_GOODBYE)
    os._exit(128 + signal.SIGTERM)


def _mine(job: Job) -> Job:
    return replace(job, pid=os.getpid(), host=socket.gethostname(), started=time.time())


def _run(jobs: Jobs, job: Job, log: JobLog) -> int:
    folder = jobs.folder_of(job)
    try:
        os.chdir(job.place)
        sys.argv = ["stickdance", *job.words]  # which manifests and locks tell of
        with reported_to(log):
            status = cli.run([*job.words, "--quiet", "--json", str(folder / RESULT)])
        if status == 0:
            _picture(folder)
    except (StickdanceError, OSError) as error:
        status = getattr(error, "exit_status", 5)
        _over(jobs, job, "failed", status, " ".join(str(error).split()))
        raise
    except (KeyboardInterrupt, SystemExit):  # asked by a signal: its work is saved
        _over(jobs, job, "queued")
        raise
    except Exception as error:
        _over(jobs, job, "failed", 1, f"a fault of stickdance: {error!r} (see errors.txt)")
        raise
    _over(jobs, job, "done" if status == 0 else "failed", status, _why(folder, status))
    return status


def _over(jobs: Jobs, job: Job, state: State, status: int | None = None, why: str = "") -> None:
    """Write how the process ended; what it was asked for counts where it was stopped."""

    def end(now: Job) -> Job:
        stopped = state == "queued" or (state == "failed" and now.asked != "")
        ending: State = state
        if stopped:  # what fails while it is stopped was broken off
            ending = "cancelled" if now.asked == "cancel" else "queued"
        return replace(
            now, state=ending, ended=None if ending == "queued" else time.time(), pid=None,
            exit_status=None if stopped else status,
            reason="" if stopped else why[:_LONGEST_REASON], asked="",
        )  # fmt: skip

    jobs.change(job, end)


def _why(folder: Path, status: int) -> str:
    if status == 0:
        return ""
    with suppress(StickdanceError):
        told = read_json_object(folder / RESULT, "a result", nan=True)
        return str(told.get("verdict") or f"exit status {status}")
    return f"exit status {status}"


def _picture(folder: Path) -> None:
    # A picture is an extra: a job whose result is whole has not failed without one.
    with suppress(StickdanceError, OSError, ValueError):
        made = words_of(read_json_object(folder / RESULT, "a result", nan=True))
        if made.endswith(".mp4"):
            from stickdance.tools.jobs.thumbnail import write_thumbnail

            write_thumbnail(Path(made), folder / THUMBNAIL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
