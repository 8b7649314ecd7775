"""What stands before every page: who may ask, from where, for what, and how much may be sent.

A page of the studio works for whoever opens it on this computer. Other pages in the same browser
are strangers, and so are other computers:

    foreign Host         400   a name that was made to lead here (DNS rebinding)
    without the token    401   where the studio listens to other computers; 429 after five tries
    cross-site request   403   told by Origin and Sec-Fetch-Site, both of which pages cannot forge
    too large a body     413
    no JSON, no upload   415   forms of other pages can send neither
"""

import hmac
import re
import time
from collections import deque
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_JSON = 1 << 20
LARGEST_UPLOAD = 8 << 30
COOKIE = "stickdance_token"
MOST_TRIES, TRIES_SECONDS = 5, 60.0
POLICY = (
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
}
UPLOADS = re.compile(r"(audio|video)/[a-z0-9.+-]+(;.*)?|application/octet-stream")
_SAFE = ("GET", "HEAD")
_OURS = ("same-origin", "none")  # the latter: typed into the address bar, or a bookmark
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Guard:
    """Answers what must not pass itself, and hands on all else."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...], token: str | None) -> None:
        """Guard an application.

        Args:
            app: what is guarded.
            hosts: what Host may be, with the port.
            token: that a browser must have shown once; None where only this computer gets here.
        """
        self._app, self._hosts, self._token = app, hosts, token
        self._tries: deque[float] = deque(maxlen=MOST_TRIES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer why not."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, _with_headers(send))
            return
        await self._app(scope, receive, _with_headers(send))

    def _refused(self, scope: Scope) -> Response | None:
        headers, method = Headers(scope=scope), scope["method"]
        if headers.get("host", "").lower() not in self._hosts:
            return _no(400, "this address is not the studio's; open the one that it told")
        if self._token is not None and (answer := self._without_token(scope, headers)):
            return answer
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        own = f"{scope['scheme']}://{headers['host']}"
        is_page = headers.get("sec-fetch-mode") == "navigate" and method in _SAFE
        if (origin is not None and origin != own) or (
            site is not None and site not in _OURS and not is_page
        ):
            return _no(403, "another site asked; the studio answers its own pages alone")
        if method in _SAFE:
            return None
        return _refused_body(headers)

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        """Return what is answered to a browser that has not shown the token; None where it has."""
        assert self._token is not None
        if _cookie(headers) and self._is_token(_cookie(headers)):
            return None
        now = time.monotonic()
        shown = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if len(self._tries) == MOST_TRIES and now - self._tries[0] < TRIES_SECONDS:
            return _no(429, "too many tries; wait a minute")
        if shown and self._is_token(shown) and scope["method"] == "GET":
            answer = RedirectResponse(scope["path"], 303)
            answer.set_cookie(COOKIE, self._token, httponly=True, samesite="strict", path="/")
            return answer
        if shown or _cookie(headers):
            self._tries.append(now)
        return _no(401, "open the address with the token that the studio told when it began")

    def _is_token(self, shown: str) -> bool:
        return hmac.compare_digest(shown.encode(), (self._token or "").encode())


def hosts_for(host: str, port: int) -> tuple[str, ...]:
    """Return what a browser may call the studio that listens at an address."""
    own = _LOOPBACK if is_loopback(host) else (f"[{host}]" if ":" in host else host,)
    return tuple(f"{name}:{port}".lower() for name in own) + (own if port == 80 else ())


def is_loopback(host: str) -> bool:
    """Return whether an address is of this computer alone."""
    return host in ("127.0.0.1", "localhost", "::1")


def _refused_body(headers: Headers) -> Response | None:
    kind = headers.get("content-type", "").lower()
    is_upload = UPLOADS.fullmatch(kind) is not None
    if not is_upload and kind.split(";")[0].strip() != "application/json":
        return _no(415, "expected application/json, or the sound or video of an upload")
    length = headers.get("content-length", "")
    if length and (not length.isdecimal() or len(length) > 20):
        return _no(400, "a length that is no number")
    largest = LARGEST_UPLOAD if is_upload else LARGEST_JSON
    if length and int(length) > largest:
        return _no(413, f"too large: at most {largest >> 20} MB are taken")
    return None


def _cookie(headers: Headers) -> str:
    try:
        cookie = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookie[COOKIE].value if COOKIE in cookie else ""


def _no(status: int, why: str) -> Response:
    return PlainTextResponse(why, status, {"cache-control": "no-store"})


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending
