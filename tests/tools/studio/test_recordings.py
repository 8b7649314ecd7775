import asyncio
import os
import time

import numpy as np
import pytest

from stickdance.capture.media.consent_metadata import recorded_consent
from stickdance.capture.media.ffmpeg import Ffmpeg
from stickdance.capture.media.video import probe
from stickdance.tools.studio import recordings

HERE = {"Origin": "http://127.0.0.1:8765"}
WEBM = {**HERE, "Content-Type": "video/webm"}


@pytest.fixture(scope="module")
def webm():
    """Two seconds as a busy browser records them: a stream without a length, and with gaps."""
    encoding = "-f rawvideo -pix_fmt rgb24 -s 64x48 -r 30 -i pipe:0 -fps_mode vfr -vf setpts="
    encoding += "(N/30+gte(N\\,10)*0.4+gte(N\\,29)*0.6)/TB -c:v libvpx -f webm pipe:1"
    pictures = np.random.default_rng(0).integers(0, 255, (30, 48, 64, 3), np.uint8)
    with Ffmpeg(encoding.split(), feeds=True, answers=True) as encoder:
        encoder.feed(pictures.tobytes())
        encoder._process.stdin.close()
        return encoder._process.stdout.read()


def begun(client, **asked):
    answer = client.post("/api/recordings", json={"name": "Anna", **asked}, headers=HERE)
    return answer.json()["id"]


def sent(client, name, at, data):
    return client.post(f"/api/recordings/{name}/part?at={at}", content=data, headers=WEBM)


def test_pieces_become_a_person_with_consent_whose_footage_is_looked_at(client, workspace, webm):
    name, half = begun(client, agrees=True), len(webm) // 2
    assert sent(client, name, 0, webm[:half]).json() == {"size": half}
    assert sent(client, name, 0, webm[:half]).json() == {"size": half}  # its answer was lost
    assert sent(client, name, half + 1, webm[half:]).status_code == 409
    assert sent(client, name, half, webm[half:]).json() == {"size": len(webm)}
    person = client.post(f"/api/recordings/{name}/end", json={}, headers=HERE).json()
    footage = workspace.people.path(person["id"]) / "footage.mp4"
    assert probe(footage).seconds == pytest.approx(2, abs=0.2)
    assert person["label"] == "Anna"
    assert recorded_consent(footage) == person["consent"]
    assert "Anna" in person["consent"]
    assert footage.with_suffix(".moves.json").is_file()
    (job,) = workspace.jobs.all()
    assert job.words[:2] == ("check-footage", str(footage))
    assert not list((workspace.folder / "recordings").iterdir())
    asked = {"do": "learn", "name": "Anna", "minutes": 1, "agrees": False}  # it is asked once
    client.post(f"/api/people/{person['id']}", json=asked, headers=HERE)
    assert workspace.people.find(person["id"])["consent"] == person["consent"]


def test_a_recording_that_nobody_continues_is_kept_and_an_empty_one_goes(client, workspace, webm):
    kept, empty, strange, running = (begun(client) for _ in range(4))
    for name in (kept, running):
        sent(client, name, 0, webm)
    sent(client, strange, 0, b"of another program")
    long_ago = time.time() - recordings.ABANDONED - 1
    for name in (kept, empty, strange):
        for file in (workspace.folder / "recordings" / name).rglob("*"):
            os.utime(file, (long_ago, long_ago))
    asyncio.run(client.app.state.recordings.end_abandoned())
    left = {each.name for each in (workspace.folder / "recordings").iterdir()}
    assert left == {strange, running}
    (person,) = [each for each in workspace.people.all() if each["id"] != "builtin"]
    assert person["label"] == "A person"
    assert "consent" not in person


@pytest.mark.parametrize("at", ["", "-1", "1e3", "x", "9" * 20])
def test_a_place_that_is_none_is_refused(client, at):
    assert sent(client, begun(client), at, b"x").status_code == 422


def test_a_piece_or_a_recording_that_is_too_large_is_refused(client, monkeypatch):
    name = begun(client)
    monkeypatch.setattr(recordings, "LARGEST_PIECE", 100)
    assert sent(client, name, 0, b"x" * 101).status_code == 413
    monkeypatch.setattr(recordings, "LARGEST_RECORDING", 150)
    assert sent(client, name, 0, b"x" * 100).status_code == 200
    assert sent(client, name, 100, b"x" * 100).status_code == 413


@pytest.mark.parametrize("name", ["abcdef", "..", "%2e%2e", "a.b", "a" * 400])
def test_there_is_no_other_recording(client, name):
    assert sent(client, name, 0, b"x").status_code in (404, 422)


def test_what_is_no_film_is_no_person(client, workspace):
    name = begun(client)
    sent(client, name, 0, b"<svg/>" * 100)
    answer = client.post(f"/api/recordings/{name}/end", json={}, headers=HERE)
    assert answer.status_code == 422
    assert str(workspace.folder) not in answer.text
    assert workspace.people.all() == []
