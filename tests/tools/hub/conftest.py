import json
import shutil
import socket
import threading
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from stickdance.checkpoints.folder import CARD, OPTIONS, amend_model

DEMO = Path(__file__).resolve().parents[3] / "checkpoints" / "demo"
pytest.importorskip("huggingface_hub", reason="the hub is not installed: stickdance[hub]")
REVISION = "0123456789abcdef0123456789abcdef01234567"


class FakeHub:
    """What a hub answers, by the addresses that huggingface_hub asks; keeps it in memory."""

    token = "hf_" + "secret" * 6

    def __init__(self):
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.private: dict[str, bool] = {}
        self.asked: list[tuple[str, str]] = []
        self.tokens: set[str | None] = set()
        self.refuse: tuple[int, str] | None = None
        self.fault: tuple[int, str] | None = None
        """Which request fails, from 1, and how: refused, or hung up on."""
        self.address = ""

    def answer(self, method, path, query, body):
        if self.refuse:
            return self.refuse[0], {"error": self.refuse[1]}
        words = path.strip("/").split("/")
        if path == "/api/repos/create":
            return self.create(json.loads(body))
        if path == "/api/validate-yaml":
            return 200, {"errors": [], "warnings": []}
        if path == "/api/models":
            return 200, self.search(query)
        name = "/".join(words[2:4] if words[0] == "api" else words[:2])
        if name not in self.repositories:
            return 404, {"error": "Repository not found"}
        files = self.repositories[name]
        if words[0] != "api":
            return 200, files[unquote("/".join(words[4:]))]
        return self.ask(name, files, words[4] if len(words) > 4 else "revision", body)

    def create(self, asked):
        name = f"{asked['organization']}/{asked['name']}"
        if name in self.repositories:
            return 409, {"error": "exists", "url": f"{self.address}/{name}"}
        self.repositories[name] = {".gitattributes": b"*.bin lfs\n"}
        self.private[name] = bool(asked.get("private", asked.get("visibility") == "private"))
        return 200, {"url": f"{self.address}/{name}"}

    def ask(self, name, files, what, body):
        if what == "revision":
            return 200, self.about(name)
        if what == "tree":
            return 200, [
                {"type": "file", "path": each, "size": len(data), "oid": "0" * 40}
                for each, data in files.items()
            ]
        if what == "preupload":
            return 200, {
                "files": [
                    {"path": each["path"], "uploadMode": "regular", "shouldIgnore": False}
                    for each in json.loads(body)["files"]
                ]
            }
        assert what == "commit", what
        for line in map(json.loads, body.splitlines()):
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = b64decode(value["content"])
            elif line["key"] == "deletedFile":
                del files[value["path"]]
        address = f"{self.address}/{name}/commit/{REVISION}"
        return 200, {"commitUrl": address, "commitOid": REVISION, "pullRequestUrl": None}

    def about(self, name):
        return {
            "id": name,
            "sha": REVISION,
            "private": self.private.get(name, False),
            "downloads": 3,
            "tags": ["stickdance-performer"],
            "lastModified": "2026-11-30T12:00:00.000Z",
            "siblings": [
                {"rfilename": each, "size": len(data)}
                for each, data in self.repositories[name].items()
            ],
        }

    def search(self, query):
        assert query["filter"] == ["stickdance-performer"]
        author = query.get("author", [""])[0]
        return [self.about(each) for each in self.repositories if each.startswith(author)]


@pytest.fixture
def hub(monkeypatch, tmp_path):
    fake = FakeHub()

    class Handler(BaseHTTPRequestHandler):
        def reply(self):
            parts = urlsplit(self.path)
            fake.asked.append((self.command, parts.path))
            fake.tokens.add(self.headers.get("Authorization"))
            if fake.fault == (len(fake.asked), "hung up"):
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = parts.path if "/resolve/" in parts.path else unquote(parts.path)
            status, told = fake.answer(self.command, path, parse_qs(parts.query), body)
            if fake.fault == (len(fake.asked), "refused after it was done"):
                status, told = 400, {"error": "no"}
            data = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("X-Repo-Commit", REVISION)
            self.send_header("ETag", f'"{hash(data) & 0xFFFFFFFF:040x}"')
            if not isinstance(told, bytes):
                self.send_header("Content-Type", "application/json")
            if status == 404:
                self.send_header("X-Error-Code", "RepoNotFound")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_POST = do_HEAD = reply  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    fake.address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("HF_ENDPOINT", fake.address)
    monkeypatch.setenv("HF_TOKEN", fake.token)
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def performer(tmp_path_factory) -> Path:
    """A performer whose person agreed."""
    return agreeing(tmp_path_factory.mktemp("performers") / "anna", "Anna, 3 May: yes")


@pytest.fixture
def nobody_asked(tmp_path) -> Path:
    return agreeing(tmp_path / "unasked", "not stated")


def agreeing(folder: Path, consent: str) -> Path:
    shutil.copytree(DEMO, folder)
    drawn, files = "the demo dancer is a drawing; nobody was filmed", {}
    for name in (CARD, OPTIONS):
        text = (folder / name).read_text(encoding="utf-8")
        assert drawn in text
        files[name] = text.replace(drawn, consent)
    return amend_model(folder, "performer", files)
