"""What comes in: JSON objects and uploads, judged before they are used; errors as answers."""

import secrets
import shutil
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from stickdance.checkpoints.errors import BadInput, OutputFailed, StickdanceError
from stickdance.checkpoints.json_reader import parse_json
from stickdance.tools.studio.guard import LARGEST_JSON, LARGEST_UPLOAD

Answer = Callable[[Request], Awaitable[Response]]
_SPARE = 1 << 30  # bytes that stay free on the disk
_AT_ONCE = 4 << 20
_STATUS = {BadInput.exit_status: 422, OutputFailed.exit_status: 507}


class TooLarge(StickdanceError):
    """More came than is taken (413)."""


async def json_of(request: Request) -> dict[str, Any]:
    """Return the JSON object that a request brings.

    Raises:
        TooLarge: it is larger than 1 MiB, whatever its header said.
        BadInput: it is no JSON object.
    """
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > LARGEST_JSON:
            raise TooLarge(f"too large: at most {LARGEST_JSON >> 20} MB are taken")
    values = parse_json(bytes(data), "the request", "a JSON object")
    if not isinstance(values, dict):
        raise BadInput("the request: expected a JSON object")
    return values


def one_of(value: Any, names: Iterable[str], what: str) -> str:
    """Return a value that is one of some words.

    Raises:
        BadInput: it is another word, or none.
    """
    known = list(names)
    if not isinstance(value, str) or value not in known:
        told = ", ".join(name for name in known if name)
        raise BadInput(f"{what} {value!r:.20}: expected one of {told}")
    return value


async def uploaded(request: Request, folder: Path, largest: int = LARGEST_UPLOAD) -> Path:
    """Write what a request brings into a file of a name of ours, and return its path.

    Raises:
        TooLarge: more comes than `largest` bytes.
        OutputFailed: the disk would be full.
        BadInput: nothing comes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file, size = folder / f"{secrets.token_hex(8)}.part", 0
    try:
        with file.open("xb") as target:
            pieces = bytearray()
            async for piece in request.stream():
                pieces += piece
                size += len(piece)
                if size > largest:
                    raise TooLarge(f"too large: at most {largest >> 20} MB are taken")
                if len(pieces) >= _AT_ONCE:
                    await run_in_threadpool(_append, target, bytes(pieces), folder)
                    pieces.clear()
            await run_in_threadpool(_append, target, bytes(pieces), folder)
        if not size:
            raise BadInput("the file is empty; choose a song or a video")
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return file


def with_room(folder: Path, size: int) -> None:
    """Refuse bytes that would fill the disk.

    Raises:
        OutputFailed: as said.
    """
    if shutil.disk_usage(folder).free < _SPARE + size:
        raise OutputFailed("the disk is nearly full; free some space and try again")


def _append(target: Any, data: bytes, folder: Path) -> None:
    with_room(folder, len(data))
    target.write(data)


def answered(answer: Answer) -> Answer:
    """Return an endpoint whose errors are one line of JSON with a status that fits."""

    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except TooLarge as error:
            return JSONResponse({"error": str(error)}, 413)
        except StickdanceError as error:
            status = _STATUS.get(error.exit_status, 409)
            if request.method == "GET" and isinstance(error, BadInput):
                status = 404
            return JSONResponse({"error": " ".join(str(error).split())}, status)

    return endpoint
