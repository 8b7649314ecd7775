"""What pages ask for: a dance begun and changed, a video made, jobs steered."""

import asyncio
import shutil
from collections.abc import Mapping
from typing import Any, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from stickdance.checkpoints.errors import BadInput, InUse, StickdanceError
from stickdance.choreography.plan.styles import StyleName
from stickdance.tools.jobs.queue import cleaned
from stickdance.tools.studio import dance_work
from stickdance.tools.studio.requests import json_of, one_of
from stickdance.tools.studio.shelf import Item, label
from stickdance.tools.studio.song_work import HEARD
from stickdance.tools.studio.songs import without_place
from stickdance.tools.studio.workbench import Workbench
from stickdance.tools.studio.workspace import BUILT_IN, VIDEO, Workspace

_BEST_SECONDS = 20.0
BACKGROUNDS = {"room": None, "black": "black", "white": "white", "green": "#20c060"}


class Deeds:
    """Everything that changes the workspace."""

    def __init__(self, workspace: Workspace, bench: Workbench) -> None:
        """Do nothing yet."""
        self.workspace, self.bench = workspace, bench
        self._one_change = asyncio.Lock()

    async def begin_dance(self, request: Request) -> Response:
        """Begin a dance to a song, and answer with it at once; it is danced meanwhile."""
        asked = await json_of(request)
        song = self.workspace.songs.find(str(asked.get("song", "")))
        style, energy = _style(asked.get("style", "pop")), asked.get("energy")
        if energy is not None and not (isinstance(energy, int | float) and 0 <= energy <= 1):
            raise BadInput(f"energy {energy!r:.20}: expected 0 to 1")
        seed = asked.get("seed", 0)
        if not isinstance(seed, int) or not 0 <= seed < 2**31:
            raise BadInput(f"seed {seed!r:.20}: expected a whole number")
        person = await run_in_threadpool(self.workspace.chosen_person)
        filmed = self.workspace.take(person) is not None
        own = asked.get("own", filmed)  # as `make` does
        if not isinstance(own, bool) or (own and not filmed):
            raise BadInput("own moves: expected of a person who was filmed; let one of them dance")
        values = {
            "label": song["label"], "song": song["id"], "person": person, "style": style,
            "energy": energy, "seed": seed, "own": own, "state": "waiting", "reason": "",
            "insists": "own" in asked,
            "revision": 0, "newest": 0,
        }  # fmt: skip
        return JSONResponse(await run_in_threadpool(self.workspace.dances.add, values), 201)

    async def change_dance(self, request: Request) -> Response:
        """Change a step, or go back and forth in what was changed, and answer with the dance."""
        asked = await json_of(request)
        async with self._one_change:
            return JSONResponse(await self._changed(request.path_params["name"], asked))

    async def _changed(self, name: str, asked: Mapping[str, Any]) -> Item:
        dance = self.workspace.dances.find(name)
        if dance["state"] != "ready":
            raise InUse("the dance is being made; wait a moment")
        if asked.get("revision") != dance["revision"]:
            raise InUse("the dance was changed in another window; it is shown as it is now")
        now, newest, does = int(dance["revision"]), int(dance["newest"]), asked.get("do")
        floor = self.floor(dance)
        if does in ("undo", "redo"):
            to = now + (1 if does == "redo" else -1)
            if not 1 <= to <= newest:
                raise BadInput(f"there is nothing to {does}")
            made = await self.bench.do(dance_work.earlier_dance, floor, to)
        else:
            newest = now + 1
            if does == "reroll":
                steps = (_place(asked, "step"), _place(asked, "to"))
                style = _style(asked.get("style", dance["style"]))
                made = await self.bench.do(dance_work.rerolled_dance, floor, now, *steps, style)
            else:
                made = await self.bench.do(dance_work.changed_dance, floor, now, asked)
        return await run_in_threadpool(
            self.workspace.dances.change, name, lambda item: {**item, **made, "newest": newest}
        )

    async def make_video(self, request: Request) -> Response:
        """Put the video of a dance into the queue, and answer with it."""
        asked = await json_of(request)
        return JSONResponse(await run_in_threadpool(self._queue_video, asked), 201)

    async def change_job(self, request: Request) -> Response:
        """Cancel a job, try it again, take it first or off the list."""
        asked = await json_of(request)
        await run_in_threadpool(self._change_job, request.path_params["name"], asked.get("do"))
        return JSONResponse({})

    async def clean(self, request: Request) -> Response:
        """Take all jobs that are over off the list."""
        await json_of(request)
        removed, size = await run_in_threadpool(cleaned, self.workspace.jobs)
        return JSONResponse({"removed": len(removed), "bytes": size})

    async def waiting_dances(self) -> None:
        """Dance what was begun."""
        for dance in await run_in_threadpool(self.workspace.dances.all):
            if dance["state"] == "waiting":
                await self._dance(dance)

    async def _dance(self, dance: Item) -> None:
        folder = self.workspace.dances.path(dance["id"])
        try:
            asked = (dance["style"], dance["energy"], dance["seed"], dance.get("insists", True))
            made = await self.bench.do(dance_work.first_dance, self.floor(dance), *asked)
            values = {**made, "newest": 1}
        except StickdanceError as error:
            values = {"state": "failed", "reason": without_place(error, folder)}
        await run_in_threadpool(
            self.workspace.dances.change, dance["id"], lambda item: {**item, **values}
        )

    def floor(self, dance: Item) -> dance_work.Floor:
        """Return where and by whom a dance is danced."""
        folder, person = self.workspace.dances.path(dance["id"]), dance.get("person", BUILT_IN)
        performer = self.workspace.performer(person)
        if performer is None:
            raise BadInput("whoever dances this is not learned yet, or was removed")
        song = self.workspace.song_file(dance["song"])
        corrected = self.workspace.songs.find(dance["song"]).get("corrected", False)
        moves = self.workspace.take(person) if dance.get("own") else None
        return dance_work.Floor(
            folder, song, performer, moves, song.parent / HEARD if corrected else None
        )

    def _queue_video(self, asked: Mapping[str, Any]) -> Item:
        workspace = self.workspace
        dance = workspace.dances.find(str(asked.get("dance", "")))
        if dance["state"] != "ready":
            raise InUse("the dance is being made; wait a moment")
        floor = self.floor(dance)
        more = [*_part(asked.get("part", "all"), workspace, dance), *_look(asked)]
        video = workspace.videos.add(
            {"label": dance["label"], "dance": dance["id"], "revision": dance["revision"]}
        )
        folder = workspace.videos.path(video["id"])
        # The plan as it is now: what is changed later is another video.
        shutil.copyfile(workspace.plan(dance), folder / "plan.json")
        words = ["make", str(floor.song), "--plan", str(folder / "plan.json"), *more]
        words += ["--performer", str(floor.performer), "--output", str(folder / VIDEO)]
        words += [] if floor.moves is None else ["--moves", str(floor.moves)]
        workspace.jobs.add(words, video["label"], folder, {"video": video["id"]})
        return video

    def _change_job(self, name: str, does: Any) -> None:
        jobs = self.workspace.jobs
        job = jobs.find(name)
        deeds = {
            "cancel": lambda: jobs.cancel(job),
            "retry": lambda: jobs.retry(job),
            "first": lambda: jobs.move(job, 1),
            "remove": lambda: jobs.remove(job),
        }
        deeds[one_of(does, deeds, "do")]()


def _style(style: Any) -> str:
    return one_of(style, get_args(StyleName), "style")


def _place(asked: Mapping[str, Any], name: str) -> int:
    place = asked.get(name)
    if not isinstance(place, int) or not 0 <= place < 10**6:
        raise BadInput(f"{name} {place!r:.20}: expected the place of a step")
    return place


def _part(part: Any, workspace: Workspace, dance: Item) -> list[str]:
    """Return the words for a part of the song: all of it, or its best 20 seconds."""
    one_of(part, ("all", "best"), "part")
    view = _view(workspace, dance)
    if part == "all" or view["seconds"] <= _BEST_SECONDS:
        return []
    start = best_start(view["sections"], view["seconds"])
    return ["--from", f"{start:.3f}", "--to", f"{start + _BEST_SECONDS:.3f}"]


def best_start(sections: list[dict[str, Any]], seconds: float) -> float:
    """Return where the best 20 seconds of a song begin: with its first chorus, if it has one."""
    first = next((each["start"] for each in sections if each["chorus"]), 0.0)
    return max(0.0, min(float(first), seconds - _BEST_SECONDS))


def _view(workspace: Workspace, dance: Item) -> dict[str, Any]:
    from stickdance.checkpoints.json_reader import read_json_object

    file = workspace.dances.path(dance["id"]) / dance_work.VIEW
    return read_json_object(file, "a dance's view")


def _look(asked: Mapping[str, Any]) -> list[str]:
    background = one_of(asked.get("background", "room"), BACKGROUNDS, "background")
    colour, words = BACKGROUNDS[background], label(asked.get("label", ""), "")
    # With "=" a text that begins with a dash is still the value of its flag.
    return [
        *([] if colour is None else [f"--background={colour}"]),
        *([f"--label={words}"] if words else []),
    ]
