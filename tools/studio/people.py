"""People of the studio: footage looked at, consent, and what makes a performer of it.

Looking at footage, capturing it and training are jobs; a person's state is told by the newest of
theirs. Capturing done, the training is put into the queue behind it.

    people/ID/    item.json  footage.mp4  check.html  take/  performer/
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from stickdance.capture.media.consent_metadata import NOT_STATED
from stickdance.checkpoints.errors import BadInput, StickdanceError
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.tools.jobs.job import RESULT, Job
from stickdance.tools.studio.person_work import look_at
from stickdance.tools.studio.requests import json_of, uploaded
from stickdance.tools.studio.shelf import Item, label
from stickdance.tools.studio.workbench import Workbench
from stickdance.tools.studio.workspace import BUILT_IN, FOOTAGE, Workspace

LONGEST_TRAINING = 24 * 60.0
"""Minutes that can be asked for at once."""
_ABOUT_FOOTAGE = ("verdict", "conditions", "doubts", "movements_missing")


class People:
    """Everything that changes the people of a workspace."""

    def __init__(self, workspace: Workspace, bench: Workbench) -> None:
        """Do nothing yet."""
        self.workspace, self.bench = workspace, bench

    def prepare(self) -> None:
        """Put the built-in performer on the shelf."""
        people = self.workspace.people
        if BUILT_IN not in {person["id"] for person in people.all()}:
            people.add({"label": "The built-in performer", "chosen": 0.0, "consent": ""}, BUILT_IN)

    async def add(self, request: Request) -> Response:
        """Take uploaded footage, see that it is a video, and have it looked at."""
        file = await uploaded(request, self.workspace.uploads)
        try:
            about = await self.bench.do(look_at, file)
        except StickdanceError as error:
            file.unlink(missing_ok=True)
            raise BadInput(str(error).replace(str(file), "this file")) from None
        name = label(Path(request.query_params.get("name", "")).stem, "A person")
        return JSONResponse(await run_in_threadpool(self._added, name, about, file), 201)

    def filmed(self, about: Mapping[str, Any], folder: Path) -> Item:
        """Add somebody whose footage was recorded into a folder; have it looked at.

        Args:
            about: as `person_work.look_at` tells it.
            folder: with the footage and the notes beside it.
        """
        consent = str(about.get("consent", NOT_STATED))
        name = consent.partition(",")[0] if consent != NOT_STATED else "A person"
        return self._added(label(name, "A person"), about, folder / FOOTAGE)

    def _added(self, name: str, about: Mapping[str, Any], footage: Path) -> Item:
        person = self.workspace.people.add({"label": name, **about})
        folder = self.workspace.people.path(person["id"])
        footage.replace(folder / FOOTAGE)
        notes = footage.with_suffix(".moves.json")  # which move is where
        if notes.is_file():
            notes.replace((folder / FOOTAGE).with_suffix(".moves.json"))
        words = ["check-footage", str(folder / FOOTAGE), "--output", str(folder / "check.html")]
        self._queue(person, "check", f"Looking at {person['label']}", words)
        return person

    async def change(self, request: Request) -> Response:
        """Learn a person, train longer, choose who dances, or remove somebody."""
        asked = await json_of(request)
        person = self.workspace.people.find(request.path_params["name"])
        await run_in_threadpool(self._change, person, asked)
        return JSONResponse({})

    def go_on(self) -> None:
        """Keep what was found out about footage, and train on what has been captured."""
        for person in self.workspace.people.all():
            check, capture = (self._newest(person["id"], deed) for deed in ("check", "capture"))
            if "footage_is" not in person and check and check.is_over:
                self._set(person, footage_is=_told(self.workspace, check))
            if person.get("minutes") and capture and capture.state == "done":
                minutes = float(person["minutes"])
                self._train(self._set(person, minutes=None), f"{minutes:g}")

    def shown(self) -> list[dict[str, Any]]:
        """Return all people as pages show them."""
        return [self._shown(person) for person in self.workspace.people.all()]

    def _change(self, person: Item, asked: Mapping[str, Any]) -> None:
        does = asked.get("do")
        if does == "choose" and self.workspace.performer(person["id"]) is not None:
            self._set(person, chosen=time.time())
        elif does in ("learn", "more", "remove") and person["id"] == BUILT_IN:
            raise BadInput("the built-in performer stays as it is")
        elif does == "learn":
            self._learn(person, asked)
        elif does == "more" and self.workspace.performer(person["id"]) is not None:
            self._train(person, f"+{_minutes(asked):g}")
        elif does == "remove":
            self._remove(person)
        else:
            raise BadInput(f"{does!r:.20}: cannot be done with {person['label']} now")

    def _learn(self, person: Item, asked: Mapping[str, Any]) -> None:
        minutes, name = _minutes(asked), label(asked.get("name", ""), person["label"])
        consent = str(person.get("consent") or NOT_STATED)
        if consent == NOT_STATED and asked.get("agrees") is True:
            consent = agreed(name)
        person = self._set(person, label=name, minutes=minutes, consent=consent)
        folder = self.workspace.people.path(person["id"])
        words = ["capture", str(folder / FOOTAGE), "--output", str(folder / "take")]
        words += ["--conditions=warn", f"--consent={consent}"]
        self._queue(person, "capture", f"Finding {name} in the footage", words)

    def _train(self, person: Item, minutes: str) -> None:
        folder = self.workspace.people.path(person["id"])
        words = ["train", str(folder / "take"), "--output", str(folder / "performer")]
        words += [f"--minutes={minutes}", "--preview-seconds=30"]
        self._queue(person, "train", f"Learning {person['label']}", words)

    def _queue(self, person: Item, deed: str, title: str, words: list[str]) -> None:
        about = {"person": str(person["id"]), "deed": deed}
        self.workspace.jobs.add(words, title, self.workspace.people.path(person["id"]), about)

    def _remove(self, person: Item) -> None:
        jobs = [job for job in self._jobs() if job.about["person"] == person["id"]]
        for job in jobs:
            self.workspace.jobs.remove(job)
        self.workspace.people.remove(person["id"])

    def _shown(self, person: Item) -> dict[str, Any]:
        job = self._newest(person["id"])
        folder = self.workspace.people.folder / person["id"]
        preview = folder / "performer.training" / "preview.mp4"
        return {
            "footage_is": {},
            **person,
            "ready": self.workspace.performer(person["id"]) is not None,
            "filmed": self.workspace.take(person["id"]) is not None,
            "job": None if job is None else self.workspace.job_shown(job),
            "deed": "" if job is None else job.about["deed"],
            "preview": preview.stat().st_mtime if preview.is_file() else None,
        }

    def _set(self, person: Item, **values: Any) -> Item:
        return self.workspace.people.change(person["id"], lambda item: {**item, **values})

    def _newest(self, person: str, deed: str = "") -> Job | None:
        found = [
            job
            for job in self._jobs()
            if job.about["person"] == person and deed in ("", job.about["deed"])
        ]
        return max(found, key=lambda job: job.added, default=None)

    def _jobs(self) -> list[Job]:
        return [job for job in self.workspace.jobs.all() if "person" in job.about]


def agreed(name: str) -> str:
    """Return the sentence that is kept where somebody agreed today."""
    day = time.strftime("%d %B %Y").lstrip("0")
    return f"{name}, {day}: may be shown dancing in videos made with this footage"


def _minutes(asked: Mapping[str, Any]) -> float:
    minutes = asked.get("minutes", 5)
    is_number = isinstance(minutes, int | float) and not isinstance(minutes, bool)
    if not is_number or not 0 < minutes <= LONGEST_TRAINING:
        raise BadInput(f"minutes {minutes!r:.20}: expected up to {LONGEST_TRAINING:g}")
    return float(minutes)


def _told(workspace: Workspace, check: Job) -> dict[str, Any]:
    """Return what was found out about footage; nothing where looking at it failed."""
    result = workspace.jobs.folder_of(check) / RESULT
    if not result.is_file():
        return {}
    told = read_json_object(result, "a result", nan=True)
    return {name: told.get(name) for name in _ABOUT_FOOTAGE}
