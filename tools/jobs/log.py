"""What a job tells while it runs: `log.jsonl`, a line for each note, at most one a second of work.

    {"at": 1714000000.0, "note": "stage 2 of 4: choreograph ..."}
    {"at": 1714000001.0, "work": "painting", "done": 120, "total": 1200, "unit": "frame",
     "left": 31.0, "details": ""}
    {"at": 1714000011.0}

The last kind is a sign of life where nothing else happens. Readers look at the end of the file
alone, however long it is.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from stickdance.checkpoints.progress import Work

_OFTEN = 1.0  # seconds between two lines of work
_BEAT = 5.0  # seconds without a line, at most
_TAIL = 1 << 14  # bytes


@dataclass(frozen=True)
class Heard:
    """What was last heard of a job."""

    at: float | None = None
    """Its last sign of life."""
    note: str = ""
    work: str = ""
    done: float = 0.0
    total: float | None = None
    left: float | None = None
    """Seconds until the whole job is done; None where that is not known."""


class JobLog:
    """Writes what long work reports (`stickdance.checkpoints.progress`)."""

    def __init__(self, file: IO[str]) -> None:
        """Write into an open file."""
        self._file, self._lock = file, threading.Lock()
        self._outer: Work | None = None
        self._next = self.last = 0.0

    def update(self, work: Work) -> None:
        """Write how far the outermost work is, where a line is due."""
        if self._outer is None and not work.is_over:
            self._outer, self._next = work, 0.0
        if work is not self._outer:
            return
        if work.is_over:
            self._outer = None
        if time.time() < self._next and not work.is_over:
            return
        self._next = time.time() + _OFTEN
        told = {"work": work.name, "done": work.done, "total": work.total, "unit": work.unit}
        self.write({**told, "left": work.left, "details": work.details})

    def note(self, line: str) -> None:
        """Write a line for people."""
        self.write({"note": line})

    def write(self, values: dict[str, Any]) -> None:
        """Write a line, now."""
        with self._lock:
            self.last = time.time()
            self._file.write(json.dumps({"at": round(self.last, 3), **values}) + "\n")
            self._file.flush()


@contextmanager
def job_log(path: Path) -> Iterator[JobLog]:
    """Give a log that shows signs of life while the block runs."""
    over = threading.Event()
    with path.open("a", encoding="utf-8") as file:
        log = JobLog(file)

        def beat() -> None:
            while not over.wait(_BEAT):
                if time.time() - log.last >= _BEAT:
                    with suppress(OSError):  # a full disk is the work's own trouble
                        log.write({})

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield log
        finally:
            over.set()
            thread.join()


def last_heard(path: Path) -> Heard:
    """Return what the end of a log tells; nothing where there is none."""
    heard: dict[str, Any] = {}
    for line in _tail(path):
        with suppress(ValueError):  # cut off by a crash, or by where the tail begins
            values = json.loads(line)
            if not isinstance(values, dict):
                continue
            if "note" in values:
                values |= {"work": "", "done": 0.0, "total": None}
            heard |= {name: values[name] for name in Heard.__dataclass_fields__ if name in values}
    return Heard(**heard)


def notes_in(path: Path) -> list[str]:
    """Return the last lines for people in a log."""
    found = []
    for line in _tail(path):
        with suppress(ValueError, AttributeError):
            found.append(json.loads(line).get("note"))
    return [str(note) for note in found if note]


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL))
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
