"""Pages and files: HTML from templates, and the files of the workspace that pages show."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from stickdance.capture.pages.rendering import templates_of
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.plan.styles import STYLES, StyleName
from stickdance.tools.jobs.job import LOG, THUMBNAIL
from stickdance.tools.studio.curves import Curves
from stickdance.tools.studio.dance_work import FIGURE, VIEW
from stickdance.tools.studio.events import Watch
from stickdance.tools.studio.look_work import LOOK
from stickdance.tools.studio.people import People
from stickdance.tools.studio.share_work import SHAPES
from stickdance.tools.studio.song_work import HEARD, PEAKS, SOUND
from stickdance.tools.studio.workbench import Workbench
from stickdance.tools.studio.workspace import VIDEO, Workspace

PACKAGE = "stickdance.tools.studio"
STEPS = ("person", "song", "dance", "video", "queue")
"""The pages, in the order in which people come to them."""
_BYTES, _JSON = "application/octet-stream", "application/json"
_FILES: dict[tuple[str, str], tuple[str, str]] = {
    ("people", "preview"): ("performer.training/preview.mp4", "video/mp4"),
    ("people", "check"): ("check.html", _BYTES),
    ("songs", "sound"): (SOUND, "audio/wav"),
    ("songs", "heard"): (HEARD, _JSON),
    ("songs", "peaks"): (PEAKS, _BYTES),
    ("dances", "view"): (VIEW, _JSON),
    ("dances", "figure"): (FIGURE, _BYTES),
    ("dances", "sound"): ("dance/song.wav", "audio/wav"),
    ("dances", "look"): (LOOK, "image/jpeg"),
    ("videos", "video"): (VIDEO, "video/mp4"),
    ("videos", "report"): ("dance.html", _BYTES),
    **{("videos", shape): (f"{shape}.mp4", "video/mp4") for shape in SHAPES},
}
"""(shelf, what) -> file and type: what is not here is not served."""


class Pages:
    """What is shown of a workspace."""

    def __init__(self, workspace: Workspace, bench: Workbench, people: People) -> None:
        """Show nothing yet."""
        self.workspace, self.bench, self.people = workspace, bench, people
        self.watch = Watch(self.all)
        self._curves = Curves()
        self._actions: list[dict[str, Any]] | None = None

    async def start(self, request: Request) -> Response:
        """Lead to the first step."""
        return RedirectResponse("/song", 303)

    async def page(self, request: Request) -> Response:
        """Answer with one of the pages, for the newest thing of its kind where none is named."""
        return await run_in_threadpool(self._page, request)

    async def film(self, request: Request) -> Response:
        """Answer with the page on which people are filmed."""
        return await run_in_threadpool(self._shown, "person", None, 200, "film")

    def _page(self, request: Request) -> Response:
        kind = request.url.path.split("/")[1]
        workspace, name = self.workspace, request.path_params.get("name", "")
        shelf = {"dance": workspace.dances, "video": workspace.videos}.get(kind)
        if kind == "song" and name:
            shelf = workspace.songs
        item = None
        if shelf is not None:
            newest = shelf.all()
            if not name and newest:
                return RedirectResponse(f"/{kind}/{newest[0]['id']}", 303)
            item = _found(newest, name)
        return self._shown(kind, item, 404 if name and item is None else 200)

    def _shown(
        self, kind: str, item: Mapping[str, Any] | None, status: int, name: str = ""
    ) -> Response:
        styles = [(name, STYLES[name].about) for name in get_args(StyleName)]
        name = name or ("listening" if kind == "song" and item is not None else kind)
        told = {"page": kind, "script": name, "item": item, "styles": styles, "steps": STEPS}
        template = templates_of(PACKAGE).get_template(f"{name}.html")
        return HTMLResponse(template.render(**told, missing=status == 404), status)

    async def file(self, request: Request) -> Response:
        """Answer with one of the files that belong to a thing on a shelf."""
        return await run_in_threadpool(self._file, request)

    def _file(self, request: Request) -> Response:
        shelf_name, name, what = (request.path_params[key] for key in ("shelf", "name", "what"))
        known = _FILES.get((shelf_name, what))
        if known is None:
            raise BadInput("there is no such file")
        shelf = getattr(self.workspace, shelf_name)
        item, path = shelf.find(name), shelf.path(name) / known[0]
        inside = path.resolve().is_relative_to(self.workspace.folder.resolve())
        if not path.is_file() or not inside:
            raise BadInput(f"this {shelf.kind} has no {what} yet")
        headers = {"cache-control": "private, no-cache"}
        if "download" in request.query_params or path.suffix == ".html":
            ending = path.suffix
            headers["content-disposition"] = _attachment(f"{item['label']}{ending}")
        return FileResponse(path, media_type=known[1], headers=headers)

    async def thumbnail(self, request: Request) -> Response:
        """Answer with the picture of a job."""
        job = await run_in_threadpool(self.workspace.jobs.find, request.path_params["name"])
        path = self.workspace.jobs.folder_of(job) / THUMBNAIL
        if not path.is_file():
            raise BadInput("this job has no picture yet")
        return FileResponse(path, media_type="image/jpeg")

    async def curve(self, request: Request) -> Response:
        """Answer with the curve of a training: (minutes, loss) points."""
        job = await run_in_threadpool(self.workspace.jobs.find, request.path_params["name"])
        log = self.workspace.jobs.folder_of(job) / LOG
        return JSONResponse(await run_in_threadpool(self._curves.of, log))

    async def state(self, request: Request) -> Response:
        """Answer with the state of the workspace."""
        return JSONResponse(await run_in_threadpool(self.all))

    def all(self) -> dict[str, Any]:
        """Return all that pages show, as JSON values."""
        chosen = self.workspace.chosen_person()
        return {**self.workspace.state(), "people": self.people.shown(), "chosen": chosen}

    async def events(self, request: Request) -> Response:
        """Answer with the state, and again whenever it changes."""
        last = request.headers.get("last-event-id", "")
        return StreamingResponse(self.watch.events(last), media_type="text/event-stream")

    async def actions(self, request: Request) -> Response:
        """Answer with the actions that a step can be."""
        if self._actions is None:
            from stickdance.tools.studio.dance_work import known_actions

            self._actions = await self.bench.do(known_actions)
        return JSONResponse(self._actions)


def _found(items: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    return next((item for item in items if item["id"] == name), None)


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(Path(name).name, safe='')}"
