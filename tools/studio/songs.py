"""Songs of the studio: added, listened to, and corrected where people hear more than it does."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from stickdance.checkpoints.errors import BadInput, InUse, StickdanceError
from stickdance.choreography.music.beat_hints import BeatShift
from stickdance.tools.studio import song_work
from stickdance.tools.studio.requests import json_of, one_of, uploaded
from stickdance.tools.studio.shelf import Item, label
from stickdance.tools.studio.workbench import Workbench
from stickdance.tools.studio.workspace import BUILT_IN, Workspace

LARGEST_SONG = 1 << 30


class Songs:
    """Everything that changes the songs of a workspace."""

    def __init__(self, workspace: Workspace, bench: Workbench) -> None:
        """Do nothing yet."""
        self.workspace, self.bench = workspace, bench

    async def prepare(self) -> None:
        """Put the built-in song on its shelf, and finish what a crash broke off."""
        songs = self.workspace.songs
        shutil.rmtree(self.workspace.uploads, ignore_errors=True)
        if BUILT_IN not in {song["id"] for song in songs.all()}:
            songs.add({"label": "The built-in song", "state": "waiting"}, BUILT_IN)
        for song in songs.all():
            if song["state"] == "coming" and not (songs.path(song["id"]) / "song").is_file():
                songs.remove(song["id"])
            elif song["state"] in ("waiting", "coming"):
                await self._hear(song)

    async def add(self, request: Request) -> Response:
        """Take an uploaded song, listen to it, and answer with it."""
        songs = self.workspace.songs
        file = await uploaded(request, self.workspace.uploads, LARGEST_SONG)
        name = request.query_params.get("name", "")
        song = await run_in_threadpool(
            songs.add, {"label": label(Path(name).stem, "A song"), "state": "coming", "reason": ""}
        )
        folder = songs.path(song["id"])
        file.replace(folder / "song")
        song = await self._hear(song)
        if song["state"] == "failed":
            await run_in_threadpool(songs.remove, song["id"])
            raise BadInput(song["reason"])
        return JSONResponse(song, 201)

    async def change(self, request: Request) -> Response:
        """Correct the beat that was heard, or where a section begins, and answer with the song."""
        asked = await json_of(request)
        song = self.workspace.songs.find(request.path_params["name"])
        if song["state"] != "ready":
            raise InUse("the song is being listened to; wait a moment")
        made = await self._corrected(self.workspace.song_file(song["id"]).parent, asked)
        return JSONResponse(
            await run_in_threadpool(
                self.workspace.songs.change, song["id"], lambda item: {**item, **made}
            )
        )

    async def _corrected(self, folder: Path, asked: Mapping[str, Any]) -> Item:
        does, to = asked.get("do"), asked.get("to")
        if does == "beats":
            shift = one_of(to, ("", *get_args(BeatShift)), "to")
            return await self.bench.do(song_work.heard_again, folder, shift)
        if does == "section":
            number = asked.get("number")
            if isinstance(number, bool) or not isinstance(number, int):
                raise BadInput(f"number {number!r:.20}: expected that of a section")
            if isinstance(to, bool) or not isinstance(to, int | float):
                raise BadInput(f"to {to!r:.20}: expected a second of the song")
            return await run_in_threadpool(song_work.section_moved, folder, number, float(to))
        raise BadInput(f"{does!r:.20}: expected beats or section")

    async def _hear(self, song: Item) -> Item:
        folder = self.workspace.songs.path(song["id"])
        try:
            if song["id"] == BUILT_IN:
                told = await self.bench.do(song_work.compose_built_in, folder)
            else:
                told = await self.bench.do(song_work.hear_song, folder / "song")
            values = {**told, "state": "ready", "reason": ""}
        except StickdanceError as error:
            values = {"state": "failed", "reason": without_place(error, folder)}
        return await run_in_threadpool(
            self.workspace.songs.change, song["id"], lambda item: {**item, **values}
        )


def without_place(error: StickdanceError, folder: Path) -> str:
    """Return an error in a line, without where things lie: pages know labels alone."""
    line = " ".join(str(error).split())
    for path in sorted((str(each) for each in folder.rglob("*")), key=len, reverse=True):
        line = line.replace(path, "the file")
    return line.replace(str(folder), "the file")
