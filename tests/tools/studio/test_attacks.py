"""Every attack that the studio is built against, and its answer."""

import json

import pytest
from starlette.testclient import TestClient

from stickdance.tools.command_line import parsed
from stickdance.tools.commands.whole import make
from stickdance.tools.studio import guard, songs
from stickdance.tools.studio.guard import hosts_for
from stickdance.tools.studio.server import studio

OWN = "http://127.0.0.1:8765"
HERE = {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}
SONG = {"Content-Type": "audio/mpeg"}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example:8765", "127.0.0.1:80", ""]
)
@pytest.mark.parametrize("path", ["/song", "/static/app.js", "/api/state"])
def test_a_name_that_was_made_to_lead_here_is_refused(client, host, path):
    assert client.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://127.0.0.1:8765"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:8765"},
    ],
)
def test_another_site_changes_nothing(client, workspace, dance, headers):
    for path in ("/api/videos", "/api/dances", "/api/jobs/clean"):
        assert client.post(path, json={"dance": dance["id"]}, headers=headers).status_code == 403
    assert workspace.videos.all() == []


def test_another_site_shows_no_picture_or_video_of_ours_but_may_link_here(client, dance):
    path = f"/files/dances/{dance['id']}/view"
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get(path, headers=embedded).status_code == 403
    assert client.get(path, headers={"Origin": "http://evil.example"}).status_code == 403
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/song", headers=link).status_code == 200
    assert client.get(path, headers=HERE).json()["seconds"] == 40


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
)
def test_what_a_form_can_send_is_no_request(client, dance, kind):
    body = json.dumps({"dance": dance["id"]})
    answer = client.post("/api/videos", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_do_nothing(client, dance, method):
    answer = client.request(method, f"/api/dances/{dance['id']}", json={})
    assert answer.status_code == 405


def test_too_much_is_refused_by_its_length_and_without_one(client):
    told = {"Content-Type": "application/json", "Content-Length": str(2 << 20)}
    assert client.post("/api/dances", content=b"{}", headers=told).status_code == 413
    pieces = (b" " * 65536 for _ in range(20))  # sent in pieces, with no length told
    answer = client.post(
        "/api/dances", content=pieces, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    vast = {**SONG, "Content-Length": str(9 << 30)}
    assert client.post("/api/songs", content=b"", headers=vast).status_code == 413


def test_too_large_a_song_leaves_nothing(client, workspace, monkeypatch):
    monkeypatch.setattr(songs, "LARGEST_SONG", 1000)
    answer = client.post("/api/songs", content=b"x" * 1001, headers=SONG)
    assert answer.status_code == 413
    assert list(workspace.uploads.iterdir()) == []
    assert workspace.songs.all() == []


@pytest.mark.parametrize(
    "body", [b"[1]", b"{", b"\xff", b'{"song": NaN}', b"[" * 5000, b'{"song": 1e999}', b""]
)
def test_what_is_no_json_object_is_told_so(client, body):
    answer = client.post("/api/dances", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert "error" in answer.json()


@pytest.mark.parametrize(
    "path",
    [
        "/files/songs/../../../../etc/passwd",
        "/files/songs/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/files/jobs/%2e%2e/thumbnail",
        "/static/../server.py",
        "/static/%2e%2e/server.py",
        "/static/..%2fserver.py",
        "/files/folder/abcdef/video",
        "/files/dances/__class__/view",
    ],
)
def test_no_path_leads_out_of_the_workspace(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text
    assert "Starlette" not in answer.text


def test_a_link_in_the_workspace_that_leads_out_of_it_is_not_followed(client, dance, workspace):
    view = workspace.dances.path(dance["id"]) / "view.json"
    secret = workspace.folder.parent / "secret.json"
    secret.write_text('"secret"')
    view.unlink()
    view.symlink_to(secret)
    assert client.get(f"/files/dances/{dance['id']}/view").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"RIFF\x00\x00\x00\x00WAVE",
    ],
)
def test_what_is_no_song_is_refused_and_leaves_nothing(client, workspace, content):
    answer = client.post("/api/songs?name=song.mp3", content=content, headers=SONG)
    assert answer.status_code == 422
    assert str(workspace.folder) not in answer.text
    assert workspace.songs.all() == []
    assert not list(workspace.folder.rglob("*.part"))


def test_a_name_from_outside_is_a_label_and_never_a_path(client, workspace, dance):
    name = "../../<script>alert(1)</script>\x00\n"
    workspace.dances.change(dance["id"], lambda item: {**item, "label": name})
    page = client.get(f"/dance/{dance['id']}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    made = client.post("/api/videos", json={"dance": dance["id"]}, headers=HERE).json()
    assert workspace.videos.path(made["id"]).parent == workspace.videos.folder
    (workspace.videos.path(made["id"]) / "dance.mp4").write_bytes(b"mp4")
    answer = client.get(f"/files/videos/{made['id']}/video?download")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "\n" not in answer.headers["content-disposition"]
    assert "/" not in answer.headers["content-disposition"].partition("''")[2]


def test_words_on_the_frames_become_no_flag_of_the_command(client, workspace, dance):
    label = "--output=/tmp/x --performer /etc"
    client.post("/api/videos", json={"dance": dance["id"], "label": label}, headers=HERE)
    (job,) = workspace.jobs.all()
    arguments, _ = parsed(make, job.words[1:], "stickdance make")
    assert arguments["job"].rendering.label == label
    assert arguments["output"].parent.parent == workspace.videos.folder


@pytest.mark.parametrize(
    "asked",
    [
        {"background": "/etc/passwd"}, {"background": ["room"]}, {"part": "../x"},
        {"part": {"all": 1}}, {"dance": "../../etc"}, {"dance": ["a"]},
    ],
)  # fmt: skip
def test_what_is_not_offered_is_refused(client, workspace, dance, asked):
    answer = client.post("/api/videos", json={"dance": dance["id"], **asked}, headers=HERE)
    assert answer.status_code == 422
    assert workspace.jobs.all() == []
    assert workspace.videos.all() == []


def test_words_of_another_kind_are_refused_everywhere(client, workspace, dance):
    job = workspace.jobs.add(["render", "x"])
    paths = (f"/api/dances/{dance['id']}", f"/api/songs/{dance['song']}", f"/api/jobs/{job.id}")
    for path in (*paths, "/api/people/builtin"):
        for does in (["undo"], {"cancel": 1}, 7, None, True):
            asked = {"do": does, "revision": 1, "step": 0, "to": 0}
            assert client.post(path, json=asked, headers=HERE).status_code == 422, (path, does)


def test_a_report_is_a_file_to_keep_and_no_page_of_the_studio(client, workspace):
    video = workspace.videos.add({"label": "Anna", "dance": "x"})
    folder = workspace.videos.path(video["id"])
    (folder / "dance.html").write_text("<script>alert(1)</script>")
    answer = client.get(f"/files/videos/{video['id']}/report")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Anna.html"


@pytest.mark.parametrize("path", ["/song", "/static/app.js", "/api/state", "/nothing"])
def test_every_answer_forbids_sniffing_framing_and_foreign_scripts(client, path):
    for headers in ({}, {"Host": "evil.example"}):
        answer = client.get(path, headers=headers)
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'self';")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


TOKEN = "a-token-of-many-letters"


@pytest.fixture
def elsewhere(workspace):
    """Asks a studio that listens to other computers."""
    app = studio(workspace, hosts_for("192.168.1.20", 8765), TOKEN)
    return TestClient(app, base_url="http://192.168.1.20:8765", follow_redirects=False)


def test_other_computers_need_the_token_for_everything(elsewhere):
    for path in ("/song", "/static/app.js", "/api/state", "/events"):
        assert elsewhere.get(path).status_code == 401
    assert elsewhere.post("/api/jobs/clean", json={}).status_code == 401


def test_the_token_is_shown_once_and_then_kept_where_no_script_reads_it(elsewhere):
    answer = elsewhere.get(f"/?token={TOKEN}")
    assert answer.status_code == 303
    assert "token" not in answer.headers["location"]
    kept = answer.headers["set-cookie"].lower()
    assert "httponly" in kept
    assert "samesite=strict" in kept
    assert elsewhere.get("/song").status_code == 200


def test_five_wrong_tokens_and_nobody_tries_for_a_minute(elsewhere, monkeypatch):
    for number in range(5):
        assert elsewhere.get(f"/?token=wrong-{number}").status_code == 401
    assert elsewhere.get("/?token=wrong").status_code == 429
    assert elsewhere.get(f"/?token={TOKEN}").status_code == 429
    later = guard.time.monotonic() + 61
    monkeypatch.setattr(guard.time, "monotonic", lambda: later)
    assert elsewhere.get(f"/?token={TOKEN}").status_code == 303
