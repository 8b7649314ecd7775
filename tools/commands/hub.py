"""Subcommands for performers on a hub, which call it; no others but `models get` call anybody."""

import re
from pathlib import Path
from typing import Annotated, Any

from tyro.conf import Positional, arg

from stickdance.checkpoints.errors import UsageError

_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+")
_MOST = 1000


def hub_push(
    performer: Positional[Path],
    to: Positional[str],
    private: Annotated[bool, arg(help="Let everybody see and fetch it.")] = True,
    licence: Annotated[str, arg(name="license")] = "other",
) -> dict[str, Any]:
    """Put a performer on the hub, with a model card: refused unless consent is stated.

    The folder goes as it is: weights, card, sample pictures, the filmed frames that it plays, and
    how it was made. A repository that is new is private, so that only its owner sees it.

    Example:
        stickdance hub push checkpoints/anna anna/dancer

    Args:
        performer: its folder.
        to: USER/NAME on the hub; made where there is none. Logging in is `hf auth login`, or a
            token in HF_TOKEN.
        private: share it with nobody but yourself.
        licence: what others may do with it, as the hub names licences, e.g. cc-by-nc-4.0.
    """
    from stickdance.tools.hub.sharing import push_performer

    return push_performer(performer, _address(to), private, licence)


def hub_pull(
    performer: Positional[str], out: Annotated[Path, arg(aliases=("-o",))]
) -> dict[str, Any]:
    """Get a performer from the hub, whole and checked, or not at all.

    Example:
        stickdance hub pull anna/dancer -o checkpoints/anna

    Args:
        performer: USER/NAME on the hub.
        out: the folder to be; an older performer there is replaced.
    """
    from stickdance.tools.hub.fetching import pull_performer

    return pull_performer(_address(performer), out)


def hub_list(user: Positional[str] = "", limit: int = 50) -> dict[str, Any]:
    """List performers on the hub, those changed last first.

    Example:
        stickdance hub list

    Args:
        user: only performers of this user; by default everybody's.
        limit: at most so many.
    """
    from stickdance.tools.hub.client import Hub
    from stickdance.tools.hub.model_card import TAG

    if not 1 <= limit <= _MOST:
        raise UsageError(f"--limit {limit}: expected 1 to {_MOST}")
    # What the hub says goes to a terminal: an address that is none is left out.
    found = [
        each for each in Hub().search(TAG, user or None, limit) if _ADDRESS.fullmatch(each.address)
    ]
    rows = [
        {
            "performer": each.address,
            "changed": each.changed,
            "downloads": each.downloads,
            "private": each.private,
        }
        for each in found
    ]
    lines = [
        f"{each.address:<40} {each.changed:<10} {each.downloads:>9} fetched"
        f"{'  private' if each.private else ''}"
        for each in found
    ]
    return {"performers": rows, "table": "\n".join(lines) or "No performers were found."}


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise UsageError(f"{text!r:.80}: expected USER/NAME, the address of a repository")
    return text
