"""One job of a batch: its inputs found, its process run, its result put in place whole.

A result is named by its content: the command and the SHA-256 of its options, of the bytes of its
inputs and of the version of stickdance. What is there already is not made again.

    WORK/KEY/job/       the process, as in the queue (`stickdance.tools.jobs`)
    WORK/KEY/inputs/    what was fetched from stores
    WORK/KEY/result/    what becomes OUTPUT/COMMAND-KEY; a job that is broken off carries on there
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from stickdance.checkpoints.errors import StickdanceError, in_a_line
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.manifest import MANIFEST, write_manifest
from stickdance.tools.batch.cache import Cache, digest_of, fetch
from stickdance.tools.batch.locations import is_url, name_of
from stickdance.tools.batch.manifest import JobRow
from stickdance.tools.batch.stores import KIND, results_in
from stickdance.tools.jobs.job import ERRORS, Job
from stickdance.tools.jobs.process import WITH_PARENT

NAMES = {
    "capture": "take",
    "choreograph": "dance",
    "train": "performer",
    "render": "video.mp4",
    "make": "video.mp4",
    "evaluate": "scores",
}
"""Commands -> what their result is called within a batch's."""
_UNFINISHED = ("**/*.training", "**/*.stages", "**/.*.pieces")
"""What a command carries on from."""
_LOOK_SECONDS, _LONGEST_GOODBYE, _LONGEST_TWIN = 0.1, 60.0, 7 * 86400.0
_KEY_DIGITS = 20


@dataclass(frozen=True)
class Place:
    """Where a batch works."""

    output: str
    """Of the results: an absolute path, or an address in a store."""
    work: Path
    cache: Cache


@dataclass(frozen=True)
class Outcome:
    """What came of a job."""

    row: JobRow
    state: Literal["made", "there", "failed"]
    result: str = ""
    """Name of its result in the output."""
    status: int = 0
    reason: str = ""
    tries: int = 1


def key_of(row: JobRow, digests: Sequence[str]) -> str:
    """Return what stands for the content of a job's result; `digests` are those of its inputs."""
    left = iter(digests)
    words = [[name_of(word.text), next(left)] if word.input else word.text for word in row.words]
    about = [row.command, words, metadata.version("stickdance")]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:_KEY_DIGITS]


def result_of(row: JobRow, cache: Cache) -> str:
    """Return the name of a job's result; its inputs are read for it.

    Raises:
        StickdanceError: one of them is not there, or cannot be read.
    """
    digests = [digest_of(word.text, cache) for word in row.words if word.input]
    return f"{row.command}-{key_of(row, digests)}"


def do(row: JobRow, place: Place, cores: int, stopped: threading.Event | None = None) -> Outcome:
    """Do a job, unless its result is there.

    Args:
        row: the job.
        place: where.
        cores: processors that it may use.
        stopped: breaks the job off when it is set; so does any exception.
    """
    try:
        return _done(row, place, cores, stopped or threading.Event())
    except (StickdanceError, OSError) as error:
        status = getattr(error, "exit_status", 5)
        return Outcome(row, "failed", "", status, in_a_line(error))


def _done(row: JobRow, place: Place, cores: int, stopped: threading.Event) -> Outcome:
    results, name = results_in(place.output), result_of(row, place.cache)
    folder = place.work / name.rpartition("-")[2]
    if results.has(name) and not folder.exists():
        return Outcome(row, "there", name)
    with only_one(folder, patience=_LONGEST_TWIN):  # of the same content, in another row, or killed
        if results.has(name):
            shutil.rmtree(folder, ignore_errors=True)
            return Outcome(row, "there", name)
        try:
            if not (folder / "result" / MANIFEST).is_file():
                status, reason = _made(row, place, folder, cores, stopped)
                if status:
                    return Outcome(row, "failed", name, status, reason)
                if result_of(row, place.cache) != name:
                    (folder / "result" / MANIFEST).unlink()
                    raise StickdanceError("an input was changed while it was read")
            results.put(folder / "result", name)
            shutil.rmtree(folder, ignore_errors=True)
            return Outcome(row, "made", name)
        finally:
            _leave(folder)


def _made(
    row: JobRow, place: Place, folder: Path, cores: int, stopped: threading.Event
) -> tuple[int, str]:
    """Make a result with its manifest in `folder`/result; return status and reason."""
    made = folder / "result"
    made.mkdir(exist_ok=True)
    words = _local_words(row, place.cache, folder)
    output = f"result/{NAMES[row.command]}"
    status, reason = _run((row.command, *words, "--output", output), folder, cores, stopped)
    if status == 0:
        for left in (each for pattern in _UNFINISHED for each in list(made.glob(pattern))):
            shutil.rmtree(left, ignore_errors=True)
        told = ["stickdance", row.command, *(_told(word.text, word.input) for word in row.words)]
        write_manifest(made, KIND, {"command": told})
    return status, reason


def _told(text: str, is_input: bool) -> str:
    return name_of(text) if is_input else text


def _local_words(row: JobRow, cache: Cache, folder: Path) -> list[str]:
    """Return a job's words with inputs of this computer, fetched where they are not."""
    words = []
    for number, word in enumerate(row.words):
        text = word.text
        if word.input and is_url(text):
            text = f"inputs/{number}/{name_of(text)}"
            fetch(word.text, cache, folder / text)
        words.append(text)
    return words


def _run(
    words: Sequence[str], folder: Path, cores: int, stopped: threading.Event
) -> tuple[int, str]:
    """Run a command in a process of its own; return status and reason."""
    job = Job(folder.name, " ".join(words), tuple(words), str(folder), time.time(), state="running")
    record = folder / "job" / folder.name
    record.mkdir(parents=True, exist_ok=True)
    job.save(record)
    command = [sys.executable, "-m", "stickdance.tools.jobs.process", str(record), WITH_PARENT]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(cores))
    with (record / ERRORS).open("wb") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=errors,
            stderr=errors,
            env={**os.environ, **threads},
            start_new_session=True,  # Ctrl-C comes to it through us, once
        )
        try:
            while process.poll() is None and not stopped.is_set():
                time.sleep(_LOOK_SECONDS)
        finally:
            _end(process)
    if process.returncode < 0:
        return 128 - process.returncode, f"its process was killed by signal {-process.returncode}"
    ended = Job.load(record)
    fault = f"its process ended with status {process.returncode}"
    return process.returncode, "" if process.returncode == 0 else ended.reason or fault


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LONGEST_GOODBYE)
    if process.poll() is None:
        process.kill()
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _leave(folder: Path) -> None:
    """Remove a job's folder, unless it holds work that it can carry on from."""
    begun = any(True for pattern in _UNFINISHED for _ in folder.glob(pattern))
    if not begun and not (folder / "result" / MANIFEST).is_file():
        shutil.rmtree(folder, ignore_errors=True)
