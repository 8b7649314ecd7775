import json

import pytest

from stickdance.tools.command_line import parsed
from stickdance.tools.commands.whole import make
from stickdance.tools.jobs.log import Heard
from stickdance.tools.make.song_to_video import demo_performer
from stickdance.tools.studio.deeds import best_start
from stickdance.tools.studio.workspace import progress

HERE = {"Origin": "http://127.0.0.1:8765"}


def ask(client, path, **values):
    return client.post(path, json=values, headers=HERE)


def job_of(workspace):
    (job,) = workspace.jobs.all()
    return job, parsed(make, job.words[1:], "stickdance make")[0]


def test_a_video_is_a_job_that_makes_the_plan_as_it_is_now(client, workspace, dance):
    video = ask(client, "/api/videos", dance=dance["id"]).json()
    (workspace.dances.path(dance["id"]) / "plans" / "1.json").write_text('{"changed": 1}')
    job, arguments = job_of(workspace)
    assert job.about == {"video": video["id"]}
    assert arguments["job"].performer == demo_performer()
    assert arguments["job"].dance.plan.read_text() == "{}"
    assert arguments["song"] == workspace.song_file(dance["song"])


def test_the_best_twenty_seconds_begin_with_the_first_chorus(client, workspace, dance):
    ask(client, "/api/videos", dance=dance["id"], part="best", background="green", label="Hi")
    _, arguments = job_of(workspace)
    options = arguments["job"]
    assert (options.dance.start_seconds, options.dance.end_seconds) == (12, 32)
    assert (options.rendering.background, options.rendering.label) == ("#20c060", "Hi")


@pytest.mark.parametrize(("chorus", "start"), [([], 0.0), ([30.0], 20.0), ([5.0, 9.0], 5.0)])
def test_where_the_best_part_begins(chorus, start):
    sections = [{"start": each, "chorus": True} for each in chorus]
    assert best_start([{"start": 0.0, "chorus": False}, *sections], 40.0) == start


def test_a_change_made_in_an_older_state_of_the_dance_is_refused(client, dance):
    answer = ask(client, f"/api/dances/{dance['id']}", revision=0, do="mirror", step=0)
    assert answer.status_code == 409
    assert "another window" in answer.json()["error"]


def test_there_is_nothing_to_undo_in_a_dance_that_nobody_changed(client, dance):
    answer = ask(client, f"/api/dances/{dance['id']}", revision=1, do="undo")
    assert (answer.status_code, answer.json()) == (422, {"error": "there is nothing to undo"})


def test_a_job_is_stopped_tried_again_and_cleared(client, workspace, dance):
    video = ask(client, "/api/videos", dance=dance["id"]).json()
    job, _ = job_of(workspace)
    for does, state in (("cancel", "cancelled"), ("retry", "queued"), ("cancel", "cancelled")):
        assert ask(client, f"/api/jobs/{job.id}", do=does).status_code == 200
        assert client.get("/api/state").json()["videos"][0]["job"]["state"] == state
    assert ask(client, "/api/jobs/clean").json()["removed"] == 1
    assert ask(client, f"/api/videos/{video['id']}/remove").status_code == 200
    assert client.get("/api/state").json()["videos"] == []


def test_pages_lead_to_the_newest_and_tell_what_is_gone(client, dance):
    assert client.get("/").headers["location"] == "/song"
    assert client.get("/dance").headers["location"] == f"/dance/{dance['id']}"
    assert "No video yet" in client.get("/video").text
    gone = client.get("/dance/abcdef123456")
    assert gone.status_code == 404
    assert "no longer here" in gone.text


def test_the_stage_of_a_job_is_told_in_words_of_people():
    heard = Heard(1.0, "stage 2 of 3: render, about 30 s left", "painting", 30, 120, 22.4)
    told = dict(progress(heard))
    assert told == {
        "stage": "Making the frames",
        "place": 2,
        "stages": 3,
        "share": 0.25,
        "left": 22,
    }


def test_a_song_that_is_a_song_is_listened_to(client, workspace, tmp_path):
    from stickdance.tools.demo.song.compose import compose, write_song

    write_song(compose(3, seconds=10, tempo=120), tmp_path / "song.wav")
    sound = (tmp_path / "song.wav").read_bytes()
    answer = client.post(
        "/api/songs?name=My%20song.wav", content=sound, headers={"Content-Type": "audio/wav"}
    )
    assert answer.status_code == 201
    song = answer.json()
    assert (song["label"], song["state"]) == ("My song", "ready")
    heard = client.get(f"/files/songs/{song['id']}/heard").json()
    assert heard["tempo"] == pytest.approx(120, abs=2)
    peaks = client.get(f"/files/songs/{song['id']}/peaks").content
    assert len(peaks) == pytest.approx(40 * heard["seconds"], abs=2)
    assert max(peaks) == 255
    piece = client.get(f"/files/songs/{song['id']}/sound", headers={"Range": "bytes=0-3"})
    assert (piece.status_code, piece.content) == (206, b"RIFF")
    assert json.loads((workspace.songs.path(song["id"]) / "item.json").read_text())["seconds"] > 9
