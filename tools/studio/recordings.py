"""Filming in the browser: its pieces kept as they come, a person made of them in the end.

A recording is a folder of `stickdance record` (`Session`) that grows by what the browser sends. It
outlives the tab and the studio: one that nobody continues becomes a person's footage by itself.

    recordings/ID/    footage.recording/part.webm  session.json
"""

import asyncio
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from stickdance.capture.media.consent_metadata import NOT_STATED
from stickdance.checkpoints.errors import BadInput, InUse, StickdanceError
from stickdance.tools.recording.moves import MOVES
from stickdance.tools.recording.session import Session
from stickdance.tools.studio.people import People, agreed
from stickdance.tools.studio.person_work import footage_of
from stickdance.tools.studio.requests import TooLarge, json_of, with_room
from stickdance.tools.studio.shelf import label
from stickdance.tools.studio.workbench import Workbench
from stickdance.tools.studio.workspace import FOOTAGE, Workspace

_LONGEST_NAME = 64
LARGEST_PIECE, LARGEST_RECORDING = 64 << 20, 8 << 30
COUNTDOWN = 5.0
ABANDONED = 60.0
"""Seconds without a piece, after which a recording is over."""


class Recordings:
    """All recordings that are coming in."""

    def __init__(self, workspace: Workspace, bench: Workbench, people: People) -> None:
        """Know where they lie."""
        self.folder = workspace.folder / "recordings"
        self.bench, self.people = bench, people
        self._one_end = asyncio.Lock()
        self._left: set[str] = set()

    async def begin(self, request: Request) -> Response:
        """Make the folder of a recording, with the consent that was given, and answer with it."""
        asked = await json_of(request)
        name = label(asked.get("name", ""), "A person")
        consent = agreed(name) if asked.get("agrees") is True else NOT_STATED
        made = secrets.token_hex(6)
        session = self._session(made)
        await run_in_threadpool(session.begin, list(MOVES.values()), COUNTDOWN, consent)
        return JSONResponse({"id": made, "moves": _moves(), "countdown": COUNTDOWN}, 201)

    async def add(self, request: Request) -> Response:
        """Add a piece to a recording at a byte; one that is there already is taken as come."""
        session = self._found(request.path_params["name"])
        at = request.query_params.get("at", "")
        piece = bytearray()
        async for data in request.stream():
            piece += data
            if len(piece) > LARGEST_PIECE:
                raise TooLarge(f"too large: at most {LARGEST_PIECE >> 20} MB at once are taken")
        size = await run_in_threadpool(_append, session.part, at, bytes(piece))
        return JSONResponse({"size": size})

    async def end(self, request: Request) -> Response:
        """Make a person's footage of a recording, and answer with the person."""
        await json_of(request)
        return JSONResponse(await self._ended(request.path_params["name"]), 201)

    async def end_abandoned(self) -> None:
        """Make people of recordings that nobody continues; one that holds nothing goes."""
        for folder in await run_in_threadpool(self._abandoned):
            session = self._session(folder.name)
            if not session.recorded_anything():
                await run_in_threadpool(shutil.rmtree, folder, True)
                continue
            try:
                await self._ended(folder.name)
            except StickdanceError:  # it stays as it is, for other hands
                self._left.add(folder.name)

    async def _ended(self, name: str) -> dict[str, Any]:
        async with self._one_end:
            session = self._found(name)
            try:
                about = await self.bench.do(footage_of, session.to)
            except StickdanceError as error:
                raise BadInput(_without(error, session)) from None
            person = await run_in_threadpool(self.people.filmed, about, session.to.parent)
            await run_in_threadpool(shutil.rmtree, session.to.parent, True)
            return person

    def _session(self, name: str) -> Session:
        return Session(self.folder / name / FOOTAGE, browser=True)

    def _found(self, name: str) -> Session:
        session = self._session(name[:_LONGEST_NAME])
        if not name.isalnum() or len(name) > _LONGEST_NAME or not session.folder.is_dir():
            raise BadInput("there is no such recording; it may be over")
        return session

    def _abandoned(self) -> list[Path]:
        now, found = time.time(), []
        for folder in self.folder.glob("*/*.recording"):
            last = max((file.stat().st_mtime for file in folder.iterdir()), default=0.0)
            if now - last > ABANDONED and folder.parent.name not in self._left:
                found.append(folder.parent)
        return found


def _moves() -> list[dict[str, Any]]:
    return [{"words": move.words, "seconds": move.seconds} for move in MOVES.values()]


def _append(part: Path, at: str, piece: bytes) -> int:
    """Add a piece at a byte and return how many there are."""
    size = part.stat().st_size if part.exists() else 0
    if not at.isdecimal() or len(at) > 12:
        raise BadInput(f"at {at!r:.20}: expected a number of bytes")
    if int(at) + len(piece) <= size and int(at) < size:  # its answer was lost
        return size
    if int(at) != size:
        raise InUse(f"pieces are missing: expected the one at byte {size}")
    if size + len(piece) > LARGEST_RECORDING:
        raise TooLarge(f"too long: at most {LARGEST_RECORDING >> 30} GB are taken")
    with_room(part.parent, len(piece))
    with part.open("ab") as file:
        file.write(piece)
    return size + len(piece)


def _without(error: StickdanceError, session: Session) -> str:
    line = " ".join(str(error).split())
    for path in (session.part, session.folder, session.to):
        line = line.replace(str(path), "the recording")
    return line
