import asyncio
import json

import pytest

pytest.importorskip("starlette", reason="the studio is not installed: stickdance[studio]")
pytest.importorskip("httpx", reason="httpx is not installed: stickdance[test]")

from starlette.testclient import TestClient

from stickdance.tools.studio.guard import hosts_for
from stickdance.tools.studio.server import studio
from stickdance.tools.studio.workbench import Workbench
from stickdance.tools.studio.workspace import BUILT_IN, Workspace

PORT = 8765
VIEW = {
    "revision": 1, "fps": 25, "frames": 1000, "aspect": 1, "seconds": 40.0, "steps": [],
    "sections": [
        {"label": "A", "start": 0.0, "end": 12.0, "chorus": False},
        {"label": "B", "start": 12.0, "end": 40.0, "chorus": True},
    ],
}  # fmt: skip


class HereBench(Workbench):
    """Works in this process, which tests need not wait for."""

    async def do(self, work, *arguments, **named):
        return await asyncio.to_thread(work, *arguments, **named)


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "studio")


@pytest.fixture
def client(workspace):
    """Asks as a page of the studio does; neither worker nor preparation runs."""
    app = studio(workspace, hosts_for("127.0.0.1", PORT), bench=HereBench())
    return TestClient(app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False)


@pytest.fixture
def dance(workspace):
    """A dance that is ready, as far as the shelf tells."""
    workspace.people.add({"label": "The built-in performer", "chosen": 0.0}, BUILT_IN)
    song = workspace.songs.add({"label": "A song", "state": "ready", "seconds": 40.0})
    (workspace.songs.path(song["id"]) / "sound.wav").write_bytes(b"RIFF")
    values = {
        "label": "A song", "song": song["id"], "person": BUILT_IN, "state": "ready",
        "revision": 1, "newest": 1, "style": "pop", "energy": None,
    }  # fmt: skip
    made = workspace.dances.add(values)
    folder = workspace.dances.path(made["id"])
    (folder / "plans").mkdir()
    (folder / "plans" / "1.json").write_text("{}")
    (folder / "view.json").write_text(json.dumps(VIEW))
    return made
