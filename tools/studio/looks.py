"""What pages ask about a dance before its video is made: a moment of it, how real its steps are."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from stickdance.checkpoints.errors import BadInput, InUse
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.synth.options import ROOM
from stickdance.tools.studio import look_work
from stickdance.tools.studio.dance_work import DANCE, VIEW, Floor
from stickdance.tools.studio.deeds import BACKGROUNDS, Deeds
from stickdance.tools.studio.requests import json_of, one_of
from stickdance.tools.studio.shelf import Item, label
from stickdance.tools.studio.workbench import Workbench


class Looks:
    """Looks at dances on a bench of their own: changing a step does not wait for them."""

    def __init__(self, deeds: Deeds, bench: Workbench) -> None:
        """Do nothing yet."""
        self.deeds, self.bench = deeds, bench

    async def moment(self, request: Request) -> Response:
        """Paint one moment of a dance, and answer with its picture."""
        asked = await json_of(request)
        second = asked.get("at", 0.0)
        if isinstance(second, bool) or not isinstance(second, int | float) or not second >= 0:
            raise BadInput(f"at {second!r:.20}: expected a second of the dance")
        behind = one_of(asked.get("background", "room"), BACKGROUNDS, "background")
        dance, floor = await run_in_threadpool(self._found, request.path_params["name"])
        await self.bench.do(
            look_work.moment_of,
            floor.folder / DANCE,
            floor.performer,
            float(second),
            BACKGROUNDS[behind] or ROOM,
            label(asked.get("label", ""), ""),
            floor.folder / look_work.LOOK,
        )
        return JSONResponse({"file": f"/files/dances/{dance['id']}/look"}, 201)

    async def made(self, request: Request) -> Response:
        """Answer with how real each step of a dance will be."""
        dance, floor = await run_in_threadpool(self._found, request.path_params["name"])
        to = floor.folder / look_work.MADE
        known = await run_in_threadpool(_known, floor, dance)
        if known is None:
            folder, view = floor.folder / DANCE, floor.folder / VIEW
            known = await self.bench.do(look_work.made_of, folder, floor.performer, view, to)
        return JSONResponse(known)

    def _found(self, name: str) -> tuple[Item, Floor]:
        dance = self.deeds.workspace.dances.find(name)
        if dance["state"] != "ready":
            raise InUse("the dance is being made; wait a moment")
        return dance, self.deeds.floor(dance)


def _known(floor: Floor, dance: Item) -> dict[str, Any] | None:
    """Return what was found of a dance as it is now."""
    file = floor.folder / look_work.MADE
    if not file.is_file():
        return None
    made = read_json_object(file, "how a dance is made")
    same = made.get("revision") == dance["revision"] and made.get("steps")
    return made if same else None
