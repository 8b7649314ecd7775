"""The workspace: everything of the studio, in one folder of the user's own.

songs/ID/     item.json  sound.wav  heard.json  peaks.bin
dances/ID/    item.json  plans/N.json  dance/  figure.bin
videos/ID/    item.json  plan.json  dance.mp4  dance.html  dance.stages/
jobs/ID/      see `stickdance.tools.jobs.job`
people/ID/    item.json  footage.mp4  check.html  take/  performer/
recordings/ID/  footage.recording/  what is being filmed
uploads/      what is still coming in
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import MANIFEST
from stickdance.tools.jobs.job import LOG, THUMBNAIL, Job
from stickdance.tools.jobs.log import Heard, last_heard
from stickdance.tools.jobs.queue import Jobs
from stickdance.tools.make.song_to_video import demo_performer
from stickdance.tools.studio.places import JOBS
from stickdance.tools.studio.shelf import Item, Shelf
from stickdance.tools.studio.song_work import SOUND

BUILT_IN = "builtin"
"""The composed song that is there from the start."""
VIDEO, FOOTAGE = "dance.mp4", "footage.mp4"
_STAGES = {
    "compose": "Composing the song",
    "capture": "Looking at your person",
    "choreograph": "Choosing the steps",
    "train": "Learning your person",
    "score": "Comparing with real frames",
    "render": "Making the frames",
    "report": "Writing the report",
}
_STAGE = re.compile(r"stage (\d+) of (\d+): (\w[\w-]*)")


class Workspace:
    """Songs, dances, videos and jobs."""

    def __init__(self, folder: Path) -> None:
        """Know where they lie; folders are made when they are needed."""
        self.folder = folder.absolute()
        self.songs = Shelf(self.folder / "songs", "song")
        self.dances = Shelf(self.folder / "dances", "dance")
        self.people = Shelf(self.folder / "people", "person")
        self.videos = Shelf(self.folder / "videos", "video")
        self.jobs = Jobs(self.folder / JOBS)
        self.uploads = self.folder / "uploads"

    def song_file(self, name: str) -> Path:
        """Return the sound of a song.

        Raises:
            BadInput: there is no such song, or its sound is gone.
        """
        file = self.songs.path(name) / SOUND
        if not file.is_file():
            raise BadInput(f"the sound of song {name} is gone; add the song again")
        return file

    def performer(self, person: str) -> Path | None:
        """Return the folder of a person's performer; None where there is none yet.

        Raises:
            BadInput: there is no such person.
        """
        folder = self.people.path(person) / "performer"
        if person == BUILT_IN:
            return demo_performer()
        return folder if (folder / MANIFEST).is_file() else None

    def take(self, person: str) -> Path | None:
        """Return the folder of a person's take, whose moves can be danced; None without one."""
        folder = self.people.path(person) / "take"
        return folder if (folder / MANIFEST).is_file() else None

    def chosen_person(self) -> str:
        """Return who dances: whom people chose last, else the built-in performer."""
        people = [each for each in self.people.all() if self.performer(each["id"]) is not None]
        chosen = max(people, key=lambda person: float(person.get("chosen", -1)), default=None)
        return BUILT_IN if chosen is None else str(chosen["id"])

    def plan(self, dance: Item) -> Path:
        """Return the plan that a dance has now."""
        return self.dances.folder / dance["id"] / "plans" / f"{int(dance['revision'])}.json"

    def state(self) -> dict[str, Any]:
        """Return all that pages show of the workspace, as JSON values."""
        jobs = [self.job_shown(job) for job in self.jobs.all()]
        by_video = {job["video"]: job for job in jobs if job["video"]}
        videos = [video | {"job": by_video.get(video["id"])} for video in self.videos.all()]
        return {
            "songs": self.songs.all(),
            "dances": self.dances.all(),
            "videos": [self._video_shown(video) for video in videos],
            "jobs": jobs,
        }

    def job_shown(self, job: Job) -> dict[str, Any]:
        """Return a job as pages show it."""
        folder = self.jobs.folder_of(job)
        heard = last_heard(folder / LOG) if job.state == "running" else Heard()
        return {
            "id": job.id,
            "title": job.title,
            "state": job.state,
            "reason": job.reason,
            "again": job.deaths > 0,
            "stopping": job.asked != "",
            "video": str(job.about.get("video", "")),
            "person": str(job.about.get("person", "")),
            "thumbnail": (folder / THUMBNAIL).is_file(),
            **progress(heard),
        }

    def _video_shown(self, video: Item) -> Item:
        file = self.videos.folder / video["id"] / VIDEO
        there = file.is_file()
        done = there and (video["job"] is None or video["job"]["state"] == "done")
        return video | {"done": done, "bytes": file.stat().st_size if there else 0}


def progress(heard: Heard) -> Mapping[str, Any]:
    """Return the stage that a running job is at, in words, how much is done, and time left."""
    found = _STAGE.search(heard.note)
    stage, place, count = "", 0, 0
    if found:
        place, count, stage = int(found[1]), int(found[2]), _STAGES.get(found[3], found[3])
    share = min(1.0, heard.done / heard.total) if heard.work and heard.total else None
    left = None if heard.left is None else round(heard.left)
    return {"stage": stage, "place": place, "stages": count, "share": share, "left": left}
