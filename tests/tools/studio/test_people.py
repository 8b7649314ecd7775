import pytest

from stickdance.checkpoints.files import write_json
from stickdance.checkpoints.manifest import MANIFEST
from stickdance.tools.command_line import parsed
from stickdance.tools.commands.capturing import capture
from stickdance.tools.commands.rendering import train
from stickdance.tools.studio.people import People

HERE = {"Origin": "http://127.0.0.1:8765"}


@pytest.fixture
def anna(workspace, dance):
    """Somebody whose footage was looked at."""
    person = workspace.people.add({"label": "clip 17", "seconds": 12.0, "size": [64, 96]})
    return person["id"]


def ask(client, person, **values):
    return client.post(f"/api/people/{person}", json=values, headers=HERE)


def shown(client, person):
    return next(each for each in client.get("/api/state").json()["people"] if each["id"] == person)


def over(workspace, **more):
    """Tell the newest job that it is done."""
    job = workspace.jobs.all()[-1]
    workspace.jobs.change(job, lambda now: type(now)(**{**vars(now), "state": "done", **more}))


def test_who_agreed_stands_in_the_command_that_captures(client, workspace, anna):
    ask(client, anna, do="learn", name="Anna", minutes=3, agrees=True)
    (job,) = workspace.jobs.all()
    arguments, _ = parsed(capture, job.words[1:], "stickdance capture")
    assert arguments["capture"].consent.startswith("Anna, ")
    assert "may be shown dancing" in arguments["capture"].consent
    assert shown(client, anna)["consent"] == arguments["capture"].consent
    assert shown(client, anna)["label"] == "Anna"


def test_without_consent_it_is_not_stated(client, workspace, anna):
    for agrees in (False, "yes", 1, None):
        ask(client, anna, do="learn", name="--Anna", minutes=3, agrees=agrees)
    for job in workspace.jobs.all():
        assert parsed(capture, job.words[1:], "")[0]["capture"].consent == "not stated"


def test_what_was_captured_is_trained_once_and_longer_when_asked(client, workspace, anna):
    people = People(workspace, None)
    ask(client, anna, do="learn", name="Anna", minutes=3, agrees=True)
    people.go_on()
    assert len(workspace.jobs.all()) == 1
    over(workspace)
    people.go_on()
    people.go_on()
    _, job = workspace.jobs.all()
    arguments, _ = parsed(train, job.words[1:], "stickdance train")
    assert arguments["training"].minutes == 3
    assert arguments["take"] == workspace.people.path(anna) / "take"
    assert ask(client, anna, do="more", minutes=5).status_code == 422  # nothing is learned yet


def test_what_was_found_out_about_footage_outlives_the_job(client, workspace, anna):
    job = workspace.jobs.add(["check-footage", "x"], about={"person": anna, "deed": "check"})
    found = {"verdict": "usable footage", "doubts": [], "conditions": [], "movements_missing": []}
    write_json(workspace.jobs.folder_of(job) / "result.json", found)
    over(workspace)
    People(workspace, None).go_on()
    client.post("/api/jobs/clean", json={}, headers=HERE)
    assert workspace.jobs.all() == []
    assert shown(client, anna)["footage_is"] == found


def test_whoever_is_learned_can_be_chosen_and_dances(client, workspace, anna, dance):
    assert ask(client, anna, do="choose").status_code == 422
    performer = workspace.people.path(anna) / "performer"
    performer.mkdir()
    write_json(performer / MANIFEST, {})
    assert client.get("/api/state").json()["chosen"] == "builtin"
    assert ask(client, anna, do="choose").status_code == 200
    assert client.get("/api/state").json()["chosen"] == anna
    made = client.post("/api/dances", json={"song": dance["song"]}, headers=HERE).json()
    assert made["person"] == anna
    ask(client, anna, do="more", minutes=5)
    assert "--minutes=+5" in workspace.jobs.all()[-1].words
    ask(client, "builtin", do="choose")
    assert client.get("/api/state").json()["chosen"] == "builtin"


@pytest.mark.parametrize("minutes", [0, -1, "5", None, True, 1e9])
def test_minutes_that_are_none_are_refused(client, workspace, anna, minutes):
    assert ask(client, anna, do="learn", minutes=minutes).status_code == 422
    assert workspace.jobs.all() == []


def test_the_built_in_performer_stays(client):
    for does in ("learn", "more", "remove"):
        assert ask(client, "builtin", do=does).status_code == 422


def test_removing_somebody_removes_footage_and_all_that_was_learned(client, workspace, anna):
    folder = workspace.people.path(anna)
    ask(client, anna, do="learn", minutes=3)
    assert ask(client, anna, do="remove").status_code == 200
    assert not folder.exists()
    assert workspace.jobs.all() == []


def test_what_is_no_film_is_refused(client, workspace):
    answer = client.post(
        "/api/people?name=x.mp4", content=b"<svg/>", headers=HERE | {"Content-Type": "video/mp4"}
    )
    assert answer.status_code == 422
    assert str(workspace.folder) not in answer.text
    assert not list(workspace.uploads.iterdir())
