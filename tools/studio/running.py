"""The studio from its start to its end: an address, a browser, and a server until Ctrl-C."""

import ipaddress
import secrets
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from stickdance.checkpoints.errors import InUse, UsageError, saying_why
from stickdance.tools.studio.events import Watch
from stickdance.tools.studio.guard import hosts_for, is_loopback
from stickdance.tools.studio.server import studio
from stickdance.tools.studio.workspace import Workspace

SHORTEST_TOKEN = 16
_GOODBYE = 3  # seconds, after which what is still being answered is broken off


def run_studio(folder: Path, host: str, port: int, token: str, browser: bool) -> dict[str, Any]:
    """Serve a workspace until Ctrl-C or SIGTERM, and return where it lies.

    Raises:
        UsageError: an address that cannot be listened at, or too short a token.
        InUse: something else listens there.
        OutputFailed: the workspace cannot be written.
    """
    host = "127.0.0.1" if host == "localhost" else host
    secret = _token(host, token)
    with saying_why(folder):
        folder.mkdir(parents=True, exist_ok=True)
    listener = _listening(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    address += f"?token={secret}" if secret else ""
    print(f"the studio is at {address} (Ctrl-C ends it)", file=sys.stderr, flush=True)
    app = studio(Workspace(folder), hosts_for(host, port), secret)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, date_header=False,
        timeout_graceful_shutdown=_GOODBYE, proxy_headers=False, lifespan="on",
    )  # fmt: skip
    if browser:
        threading.Timer(1.0, webbrowser.open, (address,)).start()
    _Server(config, app.state.watch).run(sockets=[listener])
    return {"workspace": str(folder), "in_a_line": f"the studio's files are in {folder}"}


class _Server(uvicorn.Server):
    """Lets streams of events, which have no end of their own, end with the server."""

    def __init__(self, config: uvicorn.Config, watch: Watch) -> None:
        super().__init__(config)
        self._watch = watch

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        self._watch.end()
        super().handle_exit(sig, frame)


def _token(host: str, token: str) -> str | None:
    """Return what browsers must show; None where only this computer can reach the studio."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise UsageError(f"--host {host}: expected an address such as 192.168.1.20") from None
    if address.is_unspecified:
        raise UsageError(f"--host {host}: name the one address of this computer to listen at")
    if token and len(token) < SHORTEST_TOKEN:
        raise UsageError(f"--token: expected {SHORTEST_TOKEN} letters or more, found {len(token)}")
    if is_loopback(host):
        return token or None
    return token or secrets.token_urlsafe(24)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except PermissionError:
        raise UsageError(f"--port {port}: needs more rights; name one above 1023") from None
    except OSError as error:
        raise InUse(
            f"{host}:{port}: cannot be listened at ({error.strerror}); name another --port"
        ) from None
