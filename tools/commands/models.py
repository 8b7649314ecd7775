"""Subcommands for public weights, which `models get` fetches."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from tyro.conf import Positional, arg

from stickdance.checkpoints.errors import UsageError
from stickdance.checkpoints.public.public_weights import State
from stickdance.checkpoints.public.published import PUBLISHED, Published, published

_ABSENT, _DAMAGED = 4, 3  # exit status


def models_list() -> dict[str, Any]:
    """List the public weights: purpose, licence, size, and where they lie; fetches nothing.

    Example:
        stickdance models list
    """
    return _told(_seen(PUBLISHED.values()))


def models_get(
    names: Positional[tuple[str, ...]] = (), everything: Annotated[bool, arg(name="all")] = False
) -> dict[str, Any]:
    """Fetch public weights and compare their SHA-256; what is here already stays.

    Example:
        stickdance models get alexnet vgg19

    Args:
        names: as `stickdance models list` has them.
        everything: fetch all that there are, 1.8 GB.
    """
    from stickdance.checkpoints.public.downloading import fetch_published

    if bool(names) == everything:
        known = ", ".join(PUBLISHED)
        raise UsageError(f"models get needs names or --all, not both; known: {known}")
    wanted = published(list(PUBLISHED) if everything else names)
    for weights in wanted:
        fetch_published(weights)
    return _told(_seen(wanted))


def models_verify(names: Positional[tuple[str, ...]] = ()) -> dict[str, Any]:
    """Read public weights and compare their SHA-256; exit status 3 if one is damaged.

    Example:
        stickdance models verify alexnet

    Args:
        names: as `stickdance models list` has them (status 4 if one is absent); by default all that
            are here.
    """
    found = [(each, each.state()) for each in published(names or list(PUBLISHED))]
    states = {state for _, state in found}
    status = _DAMAGED if "damaged" in states else 0
    if names and not status and "absent" in states:
        status = _ABSENT
    return {**_told(found), **({"exit_status": status} if status else {})}


def _seen(weights: Iterable[Published]) -> list[tuple[Published, State]]:
    return [(each, each.glance()) for each in weights]


def _told(found: Sequence[tuple[Published, State]]) -> dict[str, Any]:
    """Return weights and their states, for people as a table."""
    rows = [
        {
            "name": weights.name,
            "state": state,
            "bytes": weights.bytes or None,
            "licence": weights.licence,
            "purpose": weights.purpose,
            "address": weights.address,
            "path": str(weights.path),
        }
        for weights, state in found
    ]
    lines = []
    for weights, state in found:
        size = f"{weights.bytes / 1e6:.0f} MB" if weights.bytes else ""
        where = f"from {weights.address}" if state == "absent" else str(weights.path)
        lines += [
            f"{weights.name:<15} {state:<8} {size:>7}  {weights.purpose}",
            f"{'':<15} {weights.licence}; {where}",
        ]
    if any(state == "absent" for _, state in found):
        lines.append("`stickdance models get NAME ...` fetches what is absent.")
    return {"weights": rows, "table": "\n".join(lines)}
