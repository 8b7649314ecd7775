"""The studio as a person uses it, in a real browser, where there is one."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from urllib.request import urlopen

import pytest

from stickdance.capture.media.video import probe
from stickdance.tools.demo.song.compose import compose, write_song
from stickdance.tools.jobs.queue import Jobs
from stickdance.tools.studio.workspace import BUILT_IN, Workspace

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
pytestmark = [
    pytest.mark.slow,  # a browser, a server and a video each
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium is on this computer"),
]
PATIENCE = 240_000  # milliseconds: an upper limit, nothing is measured


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
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                return urlopen(f"{self.address}/song").close()
            except OSError:
                time.sleep(0.1)
        pytest.fail("the studio does not answer")

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.process.terminate()
        self.process.wait(120)
        for job in Jobs(self.workspace / "jobs").all():
            assert job.state != "running"


@pytest.fixture
def studio(tmp_path, request):
    if "song" in request.fixturenames:  # composing one takes as long as all else
        absent = {"label": "The built-in song", "state": "failed", "reason": "not composed"}
        Workspace(tmp_path / "workspace").songs.add(absent, BUILT_IN)
    running = Studio(tmp_path / "workspace")
    yield running
    running.end()


@pytest.fixture(scope="module")
def browser():
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser, studio):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE)
    asked, faults = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.goto(studio.address)
    yield page
    foreign = [url for url in asked if not url.startswith((studio.address, "blob:", "about:"))]
    assert foreign == []
    assert faults == []


@pytest.fixture
def song(tmp_path):
    write_song(compose(2, seconds=8, tempo=126), tmp_path / "my song.wav")
    return tmp_path / "my song.wav"


def steps(page):
    return page.get_by_role("toolbar").get_by_role("button")


def downloaded(page, folder):
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download").click()
    coming.value.save_as(folder / "video.mp4")
    return folder / "video.mp4"


def test_a_song_is_added_its_dance_changed_by_keys_and_its_video_made_while_no_page_is_open(
    page, studio, song, tmp_path
):
    page.get_by_label("Add a song").set_input_files(song)
    page.get_by_role("button", name="Dance to my song").click()
    steps(page).first.wait_for()
    first = steps(page).first.inner_text()
    assert steps(page).count() > 1

    steps(page).first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    page.get_by_role("toolbar").get_by_role("button", name=re.compile("mirrored")).first.wait_for()
    page.get_by_label("Step", exact=True).select_option("mambo")
    page.get_by_role("toolbar").get_by_role("button", name=re.compile("mambo")).first.wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Redo").click()
    assert steps(page).first.inner_text() == first

    page.get_by_role("button", name="Make the video").click()
    page.wait_for_url("**/video/*")
    address = page.url
    page.goto("about:blank")  # the work goes on
    page.goto(address)
    page.get_by_role("link", name="Download").wait_for()
    video = probe(downloaded(page, tmp_path))
    assert video.seconds == pytest.approx(8, abs=3)
    plan = next((studio.workspace / "videos").glob("*/plan.json")).read_text()
    assert '"mambo"' in plan


def test_three_clicks_from_an_empty_workspace_to_a_video(page, tmp_path):
    page.get_by_role("button", name="Dance to The built-in song").click()
    page.get_by_role("button", name="Make the video").click()
    assert probe(downloaded(page, tmp_path)).seconds == pytest.approx(48, abs=4)


def test_a_killed_studio_finds_its_job_again(page, studio, tmp_path):
    page.get_by_role("button", name="Dance to The built-in song").click()
    page.get_by_role("button", name="Make the video").click()
    page.get_by_text("Making the frames").wait_for()
    address = page.url
    page.goto("about:blank")
    studio.kill()
    studio.start()
    page.goto(address)
    downloaded(page, tmp_path)
    (job,) = Jobs(studio.workspace / "jobs").all()
    assert (job.state, job.deaths) == ("done", 0)
