"""One job: a stickdance command line, and what became of it, as `job.json` in a folder of its own.

    jobs/ID/job.json  log.jsonl  result.json  errors.txt  thumbnail.jpg  lock

The lock is held by the process that does the job (`stickdance.checkpoints.locks`): the system lets
go of it however that process ends, so that whether a job runs is never a matter of belief. Its
number, start and last sign of life are told for people, and to signal it.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import write_json
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.reading import refusing

State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
Asked = Literal["", "cancel", "stop"]
OVER: tuple[State, ...] = ("done", "failed", "cancelled", "interrupted")
"""Nothing happens to these until a person says so."""
RECORD, RESULT, ERRORS, LOG, THUMBNAIL = (
    "job.json", "result.json", "errors.txt", "log.jsonl", "thumbnail.jpg",
)  # fmt: skip


@dataclass(frozen=True)
class Job:
    """A command line in the queue."""

    id: str
    title: str
    """What people call it."""
    words: tuple[str, ...]
    """The command line after the word stickdance."""
    place: str
    """The folder that its paths are relative to."""
    added: float
    """Seconds since 1970, as all times here."""
    order: float = 0.0
    """Those of a lower order are done first."""
    state: State = "queued"
    started: float | None = None
    ended: float | None = None
    pid: int | None = None
    """Of the process that does it, on `host`."""
    host: str = ""
    asked: Asked = ""
    """What its process was asked for: cancel, or stop, after which it is queued again."""
    deaths: int = 0
    """How often its process died in the middle of it."""
    exit_status: int | None = None
    reason: str = ""
    """Why it failed, in a line."""
    about: Mapping[str, str] = field(default_factory=dict)
    """What whoever added it wants to know of it later."""

    @property
    def is_over(self) -> bool:
        """Return whether it waits for nothing but a person."""
        return self.state in OVER

    def save(self, folder: Path) -> None:
        """Write it into its folder."""
        write_json(folder / RECORD, asdict(self))

    @staticmethod
    def load(folder: Path) -> "Job":
        """Read a job from its folder.

        Raises:
            BadInput: there is none, or it is damaged.
        """
        path, what = folder / RECORD, "a job"
        values = read_json_object(path, what)
        with refusing(path, what):
            job = Job(**{**values, "words": tuple(map(str, values["words"]))})
            _check(job, folder)
        return job


def _check(job: Job, folder: Path) -> None:
    if job.id != folder.name:
        raise BadInput(f"{folder / RECORD}: is of job {job.id!r:.40}, not of {folder.name}")
    if job.state not in get_args(State) or job.asked not in get_args(Asked):
        raise ValueError(f"its state {job.state!r:.40} is none")
    times = [job.added, job.order, job.started or 0.0, job.ended or 0.0]
    if not all(isinstance(each, int | float) and math.isfinite(each) for each in times):
        raise ValueError("its times are no numbers")
    if not (
        isinstance(job.title, str) and isinstance(job.place, str) and isinstance(job.about, dict)
    ):
        raise ValueError("title, place or about are of another kind")


def words_of(result: Any) -> str:
    """Return where the result of a command lies, in a line; "" where it says nothing of it."""
    if not isinstance(result, Mapping):
        return ""
    found = (result.get(name) for name in ("video", "performer", "take", "dance"))
    return next((each for each in found if isinstance(each, str)), "")
