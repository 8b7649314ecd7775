"""Subcommands for jobs: work that waits in a queue on disk, and whoever does it."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from tyro.conf import Positional, arg

from stickdance.checkpoints.errors import UsageError
from stickdance.tools.duration import in_words
from stickdance.tools.studio.places import JOBS, default_workspace
from stickdance.tools.text_table import aligned

if TYPE_CHECKING:
    from stickdance.tools.jobs.job import Job
    from stickdance.tools.jobs.queue import Jobs

Workspace = Annotated[Path, arg(aliases=("-w",))]


def jobs_add(
    command: Positional[str], workspace: Workspace = default_workspace(), title: str = ""
) -> dict[str, Any]:
    """Put a command into the queue; `stickdance jobs work` or the studio does it.

    Example:
        stickdance jobs add "make song.mp3 --footage anna.mp4 -o out/anna.mp4"

    Args:
        command: the command line after the word stickdance, in quotes: make, capture,
            check-footage, choreograph, train or render. Its paths are relative to this folder.
        workspace: folder of the studio, with the queue in it.
        title: what to call the job; by default its command line.
    """
    import shlex

    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"COMMAND: {error}; write it as in a shell, in quotes") from None
    job = _queue(workspace).add(words, title)
    return {"job": job.id, "in_a_line": f"job {job.id}: {job.title}"}


def jobs_list(workspace: Workspace = default_workspace()) -> dict[str, Any]:
    """List all jobs in their order: what they are, and how far.

    Example:
        stickdance jobs list

    Args:
        workspace: folder of the studio, with the queue in it.
    """
    jobs = _queue(workspace)
    return _told(jobs, jobs.all())


def jobs_show(job: Positional[str], workspace: Workspace = default_workspace()) -> dict[str, Any]:
    """Tell all of one job: its command, its last lines, why it failed, what it made.

    Example:
        stickdance jobs show 3fa1

    Args:
        job: its id, or the beginning of it.
        workspace: folder of the studio, with the queue in it.
    """
    import shlex

    from stickdance.tools.jobs.job import LOG, RESULT
    from stickdance.tools.jobs.log import notes_in

    jobs = _queue(workspace)
    found = jobs.find(job)
    folder = jobs.folder_of(found)
    return {
        **_row(jobs, found),
        "command": shlex.join(["stickdance", *found.words]),
        "in": found.place,
        "lines": notes_in(folder / LOG)[-10:],
        "result": str(folder / RESULT) if (folder / RESULT).is_file() else None,
    }


def jobs_cancel(job: Positional[str], workspace: Workspace = default_workspace()) -> dict[str, Any]:
    """Cancel a job; one that runs saves its work first.

    Example:
        stickdance jobs cancel 3fa1

    Args:
        job: its id, or the beginning of it.
        workspace: folder of the studio, with the queue in it.
    """
    jobs = _queue(workspace)
    return _told(jobs, [jobs.cancel(jobs.find(job))])


def jobs_retry(job: Positional[str], workspace: Workspace = default_workspace()) -> dict[str, Any]:
    """Put a job that is over back into the queue; it carries on from what it had finished.

    Example:
        stickdance jobs retry 3fa1

    Args:
        job: its id, or the beginning of it.
        workspace: folder of the studio, with the queue in it.
    """
    jobs = _queue(workspace)
    return _told(jobs, [jobs.retry(jobs.find(job))])


def jobs_reorder(
    job: Positional[str], place: int = 1, workspace: Workspace = default_workspace()
) -> dict[str, Any]:
    """Give a job another place among those that wait.

    Example:
        stickdance jobs reorder 3fa1 --place 1

    Args:
        job: its id, or the beginning of it.
        place: 1 for the next one.
        workspace: folder of the studio, with the queue in it.
    """
    jobs = _queue(workspace)
    return _told(jobs, jobs.move(jobs.find(job), place))


def jobs_remove(job: Positional[str], workspace: Workspace = default_workspace()) -> dict[str, Any]:
    """Remove a job from the list; what it made stays.

    Example:
        stickdance jobs remove 3fa1

    Args:
        job: its id, or the beginning of it.
        workspace: folder of the studio, with the queue in it.
    """
    jobs = _queue(workspace)
    found = jobs.find(job)
    return {"removed": found.id, "bytes": jobs.remove(found)}


def jobs_export(
    jobs: Positional[tuple[str, ...]],
    output: Annotated[Path, arg(aliases=("-o",))],
    workspace: Workspace = default_workspace(),
) -> dict[str, Any]:
    """Write jobs into one file, with songs, footage and all else that they read.

    Another computer does them: `stickdance jobs import`. They begin anew there; here they stay.

    Example:
        stickdance jobs export 3fa1 77c0 -o jobs.zip

    Args:
        jobs: their ids, or the beginning of each.
        output: the .zip to write.
        workspace: folder of the studio, with the queue in it.
    """
    from stickdance.tools.jobs.archive import export_jobs

    queue = _queue(workspace)
    found = [queue.find(job) for job in jobs]
    read = export_jobs(found, output)
    return {"jobs": [job.id for job in found], "archive": str(output), "with": read}


def jobs_import(
    archive: Positional[Path], workspace: Workspace = default_workspace()
) -> dict[str, Any]:
    """Put jobs of another computer into the queue; what they make comes beside their files.

    Paths that lead elsewhere and commands that would run Python are refused.

    Example:
        stickdance jobs import jobs.zip

    Args:
        archive: what `stickdance jobs export` wrote.
        workspace: folder of the studio, with the queue in it.
    """
    import secrets

    from stickdance.tools.jobs.archive import import_jobs

    queue, folder = _queue(workspace), workspace / "imported" / secrets.token_hex(4)
    return {**_told(queue, import_jobs(queue, archive, folder.absolute())), "folder": str(folder)}


def jobs_clean(workspace: Workspace = default_workspace()) -> dict[str, Any]:
    """Remove all jobs that are done, failed or cancelled from the list; what they made stays.

    Example:
        stickdance jobs clean

    Args:
        workspace: folder of the studio, with the queue in it.
    """
    from stickdance.tools.jobs.queue import cleaned

    removed, size = cleaned(_queue(workspace))
    return {"removed": [job.id for job in removed], "bytes": size}


def jobs_work(workspace: Workspace = default_workspace()) -> dict[str, Any]:
    """Do the jobs that wait, one after another, until none is left.

    A job whose process was killed carries on from what it had finished. Ctrl-C saves the work of
    the job that runs and queues it again; exit status 1 if a job failed.

    Example:
        stickdance jobs work

    Args:
        workspace: folder of the studio, with the queue in it.
    """
    from stickdance.tools.jobs.worker import work

    jobs = _queue(workspace)
    over = work(jobs)
    failed = any(job.state != "done" for job in over if job.state != "cancelled")
    return {**_told(jobs, over), **({"exit_status": 1} if failed else {})}


def _queue(workspace: Path) -> "Jobs":
    from stickdance.tools.jobs.queue import Jobs

    return Jobs(workspace / JOBS)


def _told(jobs: "Jobs", shown: "Sequence[Job]") -> dict[str, Any]:
    """Return jobs, for people as a table."""
    rows = [_row(jobs, job) for job in shown]
    cells = [("job", "state", "title", "")]
    cells += [(row["job"], row["state"], row["title"], row["now"]) for row in rows]
    lines = aligned([(row[0], f"{row[1]:<11}", f"{row[2]:<44.44}", row[3]) for row in cells])
    return {"jobs": rows, "table": lines if rows else "no jobs"}


def _row(jobs: "Jobs", job: "Job") -> dict[str, Any]:
    return {
        "job": job.id,
        "state": job.state,
        "title": job.title,
        "now": _now(jobs, job),
        "exit_status": job.exit_status,
        "pid": job.pid,
    }


def _now(jobs: "Jobs", job: "Job") -> str:
    """Return how far a job is, or why it is over, in a line."""
    from stickdance.tools.jobs.job import LOG, OVER
    from stickdance.tools.jobs.log import last_heard

    if job.state in OVER:
        return job.reason
    if job.state == "queued":
        return "carries on when its turn comes" if job.deaths else ""
    heard = last_heard(jobs.folder_of(job) / LOG)
    left = "" if heard.left is None else f"{in_words(heard.left)} left"
    share = f"{heard.work} {heard.done / heard.total:.0%}" if heard.work and heard.total else ""
    silent = "" if heard.at is None else f"silent for {in_words(time.time() - heard.at)}"
    parts = [share or heard.note, left]
    if heard.at is not None and time.time() - heard.at > 30:
        parts.append(silent)
    return ", ".join(part for part in parts if part)
