"""What no command takes: numbers that are not finite, and an output that is also an input."""

import dataclasses
import math
import os
import typing
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from stickdance.checkpoints.errors import UsageError

_OUTPUT = "output"


def check_values(values: Mapping[str, Any]) -> None:
    """Check what a command is called with, in dataclasses and rows too.

    Infinite numbers would go into manifests, which no reader takes back (JSON has none), and a
    training for infinite minutes never ends.

    Args:
        values: by parameter.

    Raises:
        UsageError: names the flag.
    """
    given = [each for name, value in values.items() for each in single_values(name, value)]
    outputs = [value for name, value in given if name == _OUTPUT]
    for name, value in given:
        flag = f"--{name.replace('_', '-')}"
        if isinstance(value, float) and not math.isfinite(value):
            raise UsageError(f"{flag} {value}: expected a finite number")
        if name != _OUTPUT and any(_same_file(value, output) for output in outputs):
            raise UsageError(f"--output {value}: is also an input; name another file")


def single_values(flag: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Give every single value, with the name of its flag."""
    if isinstance(value, tuple | list):
        for part in value:
            yield from single_values(flag, part)
    elif dataclasses.is_dataclass(value):
        hints = typing.get_type_hints(type(value), include_extras=True)
        for field in dataclasses.fields(value):
            name = _renamed(hints[field.name]) or field.name
            yield from single_values(name, getattr(value, field.name))
    else:
        yield flag, value


def _renamed(hint: Any) -> str | None:
    """Return the name that `tyro.conf.arg(name=...)` gives a flag, where it does."""
    names = (getattr(each, "name", None) for each in getattr(hint, "__metadata__", ()))
    return next((name for name in names if isinstance(name, str)), None)


def _same_file(one: Any, other: Any) -> bool:
    """Return whether two names stand for one file; a background is a name or a colour's."""
    if not isinstance(one, str | os.PathLike) or not isinstance(other, str | os.PathLike):
        return False
    with suppress(OSError, ValueError):
        return os.path.isfile(one) and os.path.samefile(one, other)
    return False
