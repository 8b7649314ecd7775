"""Fields of JSON objects, each error naming where it is, what was found and what was expected."""

from collections.abc import Iterable, Mapping
from typing import Any

from stickdance.checkpoints.errors import BadInput

_KINDS = {str: "text", float: "a number", int: "a whole number", bool: "true or false",
          list: "a list", dict: "an object"}  # fmt: skip


def object_with(values: Any, known: Iterable[str], where: str) -> Mapping[str, Any]:
    """Return `values` if it is an object with no other fields than `known`.

    Raises:
        BadInput: it is none, or has another field.
    """
    if not isinstance(values, dict):
        raise BadInput(f"{where}: expected an object, found {values!r:.40}")
    for name in values:
        if name not in known:
            raise BadInput(f"{where}: unknown field {name!r:.40}; known: {', '.join(known)}")
    return values


def field(values: Mapping[str, Any], name: str, kind: type, where: str) -> Any:
    """Return a field of a kind: float takes whole numbers too, int takes 4.0, neither infinity.

    Raises:
        BadInput: it is missing or of another kind.
    """
    if name not in values:
        raise BadInput(f"{where}: {name} is missing, expected {_KINDS[kind]}")
    if not _is_a(values[name], kind):
        raise BadInput(f"{where}: {name}: expected {_KINDS[kind]}, found {values[name]!r:.40}")
    return int(values[name]) if kind is int else values[name]


def texts(values: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    """Return a list of texts, which may be missing.

    Raises:
        BadInput: it is no list; what in it is no text is passed over.
    """
    found = field(values, name, list, where) if name in values else []
    return tuple(each for each in found if isinstance(each, str))


def between(value: float, low: float, high: float, where: str) -> None:
    """Refuse a number that is out of range.

    Raises:
        BadInput: it is.
    """
    if not low <= value <= high:
        raise BadInput(f"{where}: expected {low:.12g} to {high:.12g}, found {value!r:.40}")


def rising(values: list[Any], kind: type, low: float, high: float, where: str) -> tuple[Any, ...]:
    """Return numbers of a kind that rise and lie within a range.

    Raises:
        BadInput: one does not; its place in the list (from 1) is named.
    """
    before = None
    for place, value in enumerate(values, 1):
        if not _is_a(value, kind):
            raise BadInput(f"{where}: entry {place}: expected {_KINDS[kind]}, found {value!r:.40}")
        between(value, low, high, f"{where}: entry {place}")
        if before is not None and value <= before:
            raise BadInput(f"{where}: entry {place}: {value} does not rise above {before}")
        before = value
    return tuple(int(value) if kind is int else value for value in values)


def _is_a(value: Any, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    if isinstance(value, float) and not abs(value) < float("inf"):
        return False
    if kind is int and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, (int, float) if kind is float else kind)
