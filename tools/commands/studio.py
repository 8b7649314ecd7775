"""The subcommand that opens the studio."""

from pathlib import Path
from typing import Annotated, Any

from tyro.conf import arg

from stickdance.checkpoints.errors import MissingDependency, UsageError
from stickdance.tools.studio.places import default_workspace

_PORTS = (1, 65_535)


def studio(
    workspace: Annotated[Path, arg(aliases=("-w",))] = default_workspace(),
    port: int = 8765,
    host: str = "127.0.0.1",
    token: str = "",
    browser: Annotated[bool, arg(help="Open no browser.")] = True,
) -> dict[str, Any]:
    """Open the studio: the whole job on a page of this computer, until Ctrl-C.

    Nothing leaves this computer, and nobody else can open it. Videos go on being made when the
    page is closed; what Ctrl-C stops carries on at the next start.

    Example:
        stickdance studio

    Args:
        workspace: folder for songs, dances, videos and the queue.
        port: number that the address ends in.
        host: the address of this computer to listen at. Another than 127.0.0.1 lets other computers
            in that know the token.
        token: what other computers must know, 16 letters or more; by default one is made up.
        browser: open the page in a browser.
    """
    try:
        from stickdance.tools.studio.running import run_studio
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn", "anyio", "h11", "click"):
            raise
        raise MissingDependency(
            f"{error.name}: is not installed; run `pip install 'stickdance[studio]'`"
        ) from None
    if not _PORTS[0] <= port <= _PORTS[1]:
        raise UsageError(f"--port {port}: expected {_PORTS[0]} to {_PORTS[1]}")
    return run_studio(workspace, host, port, token, browser)
