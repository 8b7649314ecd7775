"""Videos of the studio once they are made: what they are made of, copies to share, their end."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from stickdance.checkpoints.errors import InUse
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.tools.jobs.job import RESULT, Job
from stickdance.tools.studio.requests import json_of, one_of
from stickdance.tools.studio.share_work import SHAPES, write_share
from stickdance.tools.studio.workbench import Workbench
from stickdance.tools.studio.workspace import VIDEO, Workspace


class Videos:
    """Everything that is done with videos that are there."""

    def __init__(self, workspace: Workspace, bench: Workbench) -> None:
        """Do nothing yet; copies are made on a bench of their own, and nothing waits for them."""
        self.workspace, self.bench = workspace, bench

    async def share(self, request: Request) -> Response:
        """Make a copy of a video in another shape, small enough to send, and answer with both."""
        asked = await json_of(request)
        name, shape = request.path_params["name"], one_of(asked.get("shape"), SHAPES, "shape")
        folder = self.workspace.videos.path(name)
        if not (folder / VIDEO).is_file():
            raise InUse("the video is being made; wait for it")
        made = await self.bench.do(write_share, folder / VIDEO, folder / f"{shape}.mp4", shape)
        return JSONResponse({**made, "file": f"/files/videos/{name}/{shape}?download"}, 201)

    async def remove(self, request: Request) -> Response:
        """Remove a video and all that it was made of."""
        await json_of(request)
        await run_in_threadpool(self._remove, request.path_params["name"])
        return JSONResponse({})

    def keep_shares(self) -> None:
        """Note how much of each new video was filmed, joined and painted, from its job's result."""
        jobs: dict[str, Job] = {}
        for video in self.workspace.videos.all():
            if "frames" in video:
                continue
            jobs = jobs or {str(job.about.get("video")): job for job in self.workspace.jobs.all()}
            job = jobs.get(video["id"])
            if job is not None and job.state == "done":
                shares = self._shares(job)
                self.workspace.videos.change(
                    video["id"],
                    lambda item, shares=shares: {**item, "frames": shares},  # type: ignore[misc]
                )

    def _shares(self, job: Job) -> dict[str, Any]:
        result = self.workspace.jobs.folder_of(job) / RESULT
        told = read_json_object(result, "a result", nan=True) if result.is_file() else {}
        shares = ((told.get("rendered") or {}).get("shares") or {}).get("frames")
        return shares if isinstance(shares, dict) else {}

    def _remove(self, name: str) -> None:
        self.workspace.videos.find(name)
        for job in self.workspace.jobs.all():
            if job.about.get("video") == name:
                self.workspace.jobs.remove(job)
        self.workspace.videos.remove(name)
