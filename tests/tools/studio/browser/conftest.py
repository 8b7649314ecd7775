"""The studio in a process of its own, and a real browser, where there is one."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from urllib.request import Request, urlopen

import numpy as np
import pytest

from stickdance.capture.media.video_writer import VideoWriter
from stickdance.tools.demo.song.compose import compose, write_song
from stickdance.tools.jobs.queue import Jobs
from stickdance.tools.studio.workspace import BUILT_IN, Workspace

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
PATIENCE = 240_000  # milliseconds: an upper limit, nothing is measured


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.slow)  # a browser and a server each
            item.add_marker(
                pytest.mark.skipif(CHROMIUM is None, reason="no chromium is on this computer")
            )


class Studio:
    """A studio in a process of its own."""

    def __init__(self, workspace):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.workspace, self.address = workspace, f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        words = ["studio", "--workspace", str(self.workspace), "--port", str(self.port)]
        command = [sys.executable, "-m", "stickdance.tools.cli", *words, "--no-browser"]
        self.process = subprocess.Popen(command, start_new_session=True)
        self.until(lambda: self.asked("/song"), OSError)

    def until(self, happens, passing=(), seconds=60):
        """Wait for something that has to come, and return it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if found := happens():
                    return found
            except passing:
                pass
            time.sleep(0.1)
        return pytest.fail("the studio does not answer as it should")

    def asked(self, path, **values):
        """Ask the server for a page, or for a deed where there are values."""
        headers = {"Content-Type": "application/json"}
        data = json.dumps(values).encode() if values else None
        with urlopen(Request(f"{self.address}{path}", data, headers)) as answer:
            return answer.read()

    def state(self):
        return json.loads(self.asked("/api/state"))

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.process.terminate()
        self.process.wait(120)
        for job in Jobs(self.workspace / "jobs").all():
            assert job.state != "running"


def without_built_in_song(folder):
    """Leave the built-in song out, which takes as long to compose as all else."""
    absent = {"label": "The built-in song", "state": "failed", "reason": "not composed"}
    Workspace(folder).songs.add(absent, BUILT_IN)
    return folder


@pytest.fixture
def studio(tmp_path, request):
    if "song" in request.fixturenames:
        without_built_in_song(tmp_path / "workspace")
    running = Studio(tmp_path / "workspace")
    yield running
    running.end()


@pytest.fixture(scope="module")
def browser():
    arguments = ["--no-sandbox", "--use-fake-ui-for-media-stream"]
    arguments += ["--use-fake-device-for-media-stream=fps=10"]
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


def watched(page, address):
    """Open the studio on a page; return what is asked elsewhere and what goes wrong, so far."""
    page.set_default_timeout(PATIENCE)
    foreign, faults = [], []

    def look(request):
        if not request.url.startswith((address, "blob:", "about:")):
            foreign.append(request.url)

    page.on("request", look)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.goto(address)
    return foreign, faults


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A studio with a song of ten bars, a dance to it, a video, somebody filmed, a job over."""
    folder = without_built_in_song(tmp_path_factory.mktemp("filled") / "workspace")
    running = Studio(folder)
    song = tmp_path_factory.mktemp("song") / "song.wav"
    write_song(compose(2, seconds=20, tempo=120), song)
    headers = {"Content-Type": "audio/wav"}
    sound = Request(f"{running.address}/api/songs?name=A%20song.wav", song.read_bytes(), headers)
    with urlopen(sound) as answer:
        running.song = json.loads(answer.read())["id"]
    running.dance = json.loads(running.asked("/api/dances", song=running.song))["id"]
    running.until(lambda: running.state()["dances"][0]["state"] == "ready")
    workspace = Workspace(folder)
    running.video = workspace.videos.add({"label": "A song", "dance": running.dance})["id"]
    write_video(workspace.videos.path(running.video) / "dance.mp4")
    found = {"verdict": "usable footage", "doubts": ["the camera moves"], "conditions": []}
    found["movements_missing"] = ["arms high"]
    about = {"seconds": 12.0, "size": [64, 96], "footage_is": found}
    workspace.people.add({"label": "Anna", **about})
    job = workspace.jobs.add(["render", "nothing"], "A job that is over")
    workspace.jobs.cancel(job)
    yield running
    running.end()


def write_video(to):
    with VideoWriter(to, (64, 96), 25) as writer:
        for _ in range(25):
            writer.write(np.full((96, 64, 3), 128, np.uint8))


@pytest.fixture
def page(browser, studio):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    foreign, faults = watched(page, studio.address)
    yield page
    page.close()
    assert foreign == []
    assert faults == []


@pytest.fixture
def song(tmp_path):
    write_song(compose(2, seconds=8, tempo=126), tmp_path / "my song.wav")
    return tmp_path / "my song.wav"


@pytest.fixture
def tab_to(page):
    """Presses Tab until the control of a name has the focus, as people without a mouse do."""

    def go(name):
        for _ in range(150):
            page.keyboard.press("Tab")
            told = page.evaluate(
                "document.activeElement.getAttribute('aria-label')"
                " || document.activeElement.innerText || ''"
            )
            if name in told:
                return
        pytest.fail(f"no Tab leads to {name}")

    return go
