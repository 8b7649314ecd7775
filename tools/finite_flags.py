"""Numbers on the command line are finite: "inf" and "nan" are floats to Python, but no lengths."""

import dataclasses
import math
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from stickdance.tools.errors import UsageError


def check_finite(values: Mapping[str, Any]) -> None:
    """Refuse a command's values that are infinite or no number, in dataclasses and rows too.

    They would go into manifests, which no reader takes back (JSON has no such numbers), and a
    training for infinite minutes never ends.

    Args:
        values: what the command is called with, by parameter.

    Raises:
        UsageError: names the flag.
    """
    for name, value in values.items():
        for flag, number in _not_finite(name, value):
            raise UsageError(f"--{flag.replace('_', '-')} {number}: expected a finite number")


def _not_finite(flag: str, value: Any) -> Iterator[tuple[str, float]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield flag, value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _not_finite(flag, part)
    elif dataclasses.is_dataclass(value):
        hints = typing.get_type_hints(type(value), include_extras=True)
        for field in dataclasses.fields(value):
            name = _renamed(hints[field.name]) or field.name
            yield from _not_finite(name, getattr(value, field.name))


def _renamed(hint: Any) -> str | None:
    """Return the name that `tyro.conf.arg(name=...)` gives a flag, where it does."""
    names = (getattr(each, "name", None) for each in getattr(hint, "__metadata__", ()))
    return next((name for name in names if isinstance(name, str)), None)
