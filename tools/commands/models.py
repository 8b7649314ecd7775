"""Subcommands for public weights: the only ones that fetch anything."""

from typing import TYPE_CHECKING, Annotated, Any

from stickdance.tools.commands.command import Command, Commands

if TYPE_CHECKING:
    from stickdance.checkpoints.public_weights import State
    from stickdance.checkpoints.published import Published

_ABSENT, _DAMAGED = 4, 3  # exit status


def models_list() -> Command:
    """Which public weights there are, what for, and whether they are on this computer."""

    def command() -> dict[str, Any]:
        """List the public weights: purpose, licence, size, and where they lie; fetches nothing."""
        from stickdance.checkpoints.published import PUBLISHED

        return _told([(weights, weights.glance()) for weights in PUBLISHED.values()])

    return command


def models_get() -> Command:
    """Fetch public weights from where they were published."""
    import tyro

    def command(
        names: tyro.conf.Positional[tuple[str, ...]] = (),
        /,
        *,
        all_of_them: Annotated[bool, tyro.conf.arg(name="all")] = False,
    ) -> dict[str, Any]:
        """Fetch public weights and compare their SHA-256; what is here already stays.

        Args:
            names: as `stickdance models list` has them.
            all_of_them: fetch all that there are, 1.6 GB.
        """
        from stickdance.checkpoints.downloading import fetch_published
        from stickdance.checkpoints.errors import UsageError
        from stickdance.checkpoints.published import PUBLISHED, published

        if bool(names) == all_of_them:
            known = ", ".join(PUBLISHED)
            raise UsageError(f"models get needs names or --all, not both; known: {known}")
        wanted = published(list(PUBLISHED) if all_of_them else names)
        for weights in wanted:
            fetch_published(weights)
        return _told([(weights, weights.glance()) for weights in wanted])

    return command


def models_verify() -> Command:
    """Compare public weights on this computer with their published SHA-256."""
    import tyro

    def command(names: tyro.conf.Positional[tuple[str, ...]] = (), /) -> dict[str, Any]:
        """Read public weights and compare their SHA-256; exit status 3 if one is damaged.

        Args:
            names: as `stickdance models list` has them (4 if one is absent); without any, all that
                are here.
        """
        from stickdance.checkpoints.published import PUBLISHED, published

        found = [(each, each.state()) for each in published(names or list(PUBLISHED))]
        states = {state for _, state in found}
        status = _DAMAGED if "damaged" in states else 0
        if names and not status and "absent" in states:
            status = _ABSENT
        return {**_told(found), **({"exit_status": status} if status else {})}

    return command


def _told(found: list[tuple["Published", "State"]]) -> dict[str, Any]:
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


COMMANDS: Commands = {
    "models list": models_list,
    "models get": models_get,
    "models verify": models_verify,
}
