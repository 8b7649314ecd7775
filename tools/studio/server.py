"""The studio's server: pages, files, deeds and events behind one guard, the worker beside it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import resources

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from stickdance.checkpoints.errors import InUse
from stickdance.tools.jobs.worker import work
from stickdance.tools.studio.deeds import Deeds
from stickdance.tools.studio.guard import Guard
from stickdance.tools.studio.looks import Looks
from stickdance.tools.studio.pages import STEPS, Pages
from stickdance.tools.studio.people import People
from stickdance.tools.studio.recordings import Recordings
from stickdance.tools.studio.requests import answered
from stickdance.tools.studio.songs import Songs
from stickdance.tools.studio.videos import Videos
from stickdance.tools.studio.workbench import Workbench
from stickdance.tools.studio.workspace import Workspace

_LOOK_SECONDS = 0.4
_WORKER_AGAIN = 5.0  # seconds: another worker may be there, and end


def studio(
    workspace: Workspace,
    hosts: tuple[str, ...],
    token: str | None = None,
    bench: Workbench | None = None,
) -> Starlette:
    """Return the application.

    Args:
        workspace: what it shows and changes.
        hosts: what Host may be.
        token: that browsers must show; None where only this computer is listened to.
        bench: where pages' work is done; by default a process of its own.
    """
    copies = bench or Workbench()
    bench = bench or Workbench()
    deeds, people = Deeds(workspace, bench), People(workspace, bench)
    songs, videos = Songs(workspace, bench), Videos(workspace, copies)
    looks = Looks(deeds, copies)
    recordings = Recordings(workspace, copies, people)
    pages = Pages(workspace, bench, people)

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        over = threading.Event()
        worker = threading.Thread(target=_work, args=(workspace, over), daemon=True)
        worker.start()
        preparing = asyncio.create_task(_keep_preparing(deeds, people, songs, videos, recordings))
        try:
            yield
        finally:
            preparing.cancel()
            bench.close()
            copies.close()
            over.set()
            await asyncio.to_thread(worker.join)

    static = StaticFiles(directory=str(resources.files(__package__) / "static"))
    app = Starlette(
        routes=[
            Route("/", pages.start),
            *(Route(f"/{kind}", pages.page) for kind in STEPS),
            *(Route(f"/{kind}/{{name}}", pages.page) for kind in ("song", "dance", "video")),
            Route("/files/jobs/{name}/thumbnail", answered(pages.thumbnail)),
            Route("/files/jobs/{name}/curve", answered(pages.curve)),
            Route("/files/{shelf}/{name}/{what}", answered(pages.file)),
            Route("/api/state", pages.state),
            Route("/api/actions", answered(pages.actions)),
            Route("/api/songs", answered(songs.add), methods=["POST"]),
            Route("/api/songs/{name}", answered(songs.change), methods=["POST"]),
            Route("/api/dances", answered(deeds.begin_dance), methods=["POST"]),
            Route("/api/dances/{name}", answered(deeds.change_dance), methods=["POST"]),
            Route("/api/dances/{name}/look", answered(looks.moment), methods=["POST"]),
            Route("/api/dances/{name}/made", answered(looks.made)),
            Route("/film", pages.film),
            Route("/api/recordings", answered(recordings.begin), methods=["POST"]),
            Route("/api/recordings/{name}/part", answered(recordings.add), methods=["POST"]),
            Route("/api/recordings/{name}/end", answered(recordings.end), methods=["POST"]),
            Route("/api/people", answered(people.add), methods=["POST"]),
            Route("/api/people/{name}", answered(people.change), methods=["POST"]),
            Route("/api/videos", answered(deeds.make_video), methods=["POST"]),
            Route("/api/videos/{name}/share", answered(videos.share), methods=["POST"]),
            Route("/api/videos/{name}/remove", answered(videos.remove), methods=["POST"]),
            Route("/api/jobs/clean", answered(deeds.clean), methods=["POST"]),
            Route("/api/jobs/{name}", answered(deeds.change_job), methods=["POST"]),
            Route("/events", pages.events),
            Mount("/static", static),
        ],
        middleware=[Middleware(Guard, hosts=hosts, token=token)],
        lifespan=running,
    )
    app.state.watch, app.state.recordings = pages.watch, recordings
    return app


async def _keep_preparing(
    deeds: Deeds, people: People, songs: Songs, videos: Videos, recordings: Recordings
) -> None:
    await run_in_threadpool(people.prepare)
    await songs.prepare()
    while True:
        await deeds.waiting_dances()
        await run_in_threadpool(people.go_on)
        await run_in_threadpool(videos.keep_shares)
        await recordings.end_abandoned()
        await asyncio.sleep(_LOOK_SECONDS)


def _work(workspace: Workspace, over: threading.Event) -> None:
    """Do jobs until the studio ends; where another worker is there, it does them."""
    while not over.is_set():
        with suppress(InUse):
            work(workspace.jobs, over.is_set)
            return
        over.wait(_WORKER_AGAIN)
