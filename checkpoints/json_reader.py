"""The one reader of JSON: size, depth and number of values are judged before anything is parsed.

What JSON itself does not know, or what no number of ours can be, is refused: NaN (unless it is
asked for) and Infinity, numbers beyond the range of float64, whole numbers of more than 19 digits,
and halves of surrogate pairs, which no file name or message can hold.
"""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.reading import LARGEST_TEXT, decoded, read_bytes, reason

DEEPEST = 64
"""Lists and objects within one another."""
MOST_VALUES = 1 << 25
"""Values in one text: 33 million, about 1 GB in memory."""

_LONGEST_NUMBER = 20  # signs and digits of a whole number: those of 64 bits
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_LARGE = re.compile(rb"[eE]\+?\d{3}|\d{19}")  # numbers that may be out of range
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(
    path: Path,
    what: str,
    *,
    largest: int = LARGEST_TEXT,
    nan: bool = False,
) -> Any:
    """Return what a JSON file in UTF-8 holds.

    Args:
        path: the file.
        what: what it should be, for errors: "a body profile".
        largest: bytes that are read at most.
        nan: take NaN too, where a file of ours says so of a value that is missing.

    Raises:
        BadInput: it is absent, too large, nested too deeply, no JSON, or holds a value that is
            refused; one line.
    """
    return parse_json(read_bytes(path, what, largest), str(path), what, nan=nan)


def read_json_object(
    path: Path,
    what: str,
    *,
    largest: int = LARGEST_TEXT,
    nan: bool = False,
) -> dict[str, Any]:
    """Return the JSON object in a file; arguments and errors are those of `read_json`."""
    values = read_json(path, what, largest=largest, nan=nan)
    if not isinstance(values, dict):
        raise BadInput(f"{path}: expected a JSON object, {what}, found a {type(values).__name__}")
    return values


def lines_of(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the lines for people that an object has under a name; none where there is no list."""
    found = values.get(name)
    return tuple(str(line) for line in found) if isinstance(found, list | tuple) else ()


def parse_json(
    data: bytes | str,
    label: str,
    what: str,
    *,
    nan: bool = False,
) -> Any:
    """Return what a JSON text holds.

    Args:
        data: the text, or its bytes in UTF-8.
        label: the file, for errors.
        what: what it should be.
        nan: take NaN too.

    Raises:
        BadInput: as `read_json`.
    """
    text = decoded(data, label, what) if isinstance(data, bytes) else data
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    try:
        return _parsed(text, raw, nan)
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadInput(
            f"{label}: cannot be read as JSON ({reason(error)}); expected {what}"
        ) from None


def _parsed(text: str, raw: bytes, nan: bool) -> Any:
    outside = _STRING.sub(b'"', raw)
    _check_extent(outside)

    def constant(name: str) -> float:
        if name != "NaN" or not nan:
            raise ValueError(f"{name} is no number")
        return math.nan

    if _LARGE.search(outside):  # a hook for each number would take as long again
        value = json.loads(text, parse_constant=constant, parse_int=_whole, parse_float=_float)
    else:
        value = json.loads(text, parse_constant=constant)
    if _SURROGATE.search(raw):
        _refuse_halves(value)
    return value


def _check_extent(outside: bytes) -> None:
    """Refuse what is too deep or has too many values; `outside` is the text without its strings."""
    brackets = np.frombuffer(outside.translate(None, _ALL_BUT_BRACKETS), np.uint8)
    opens = (brackets == ord("[")) | (brackets == ord("{"))
    depth = np.cumsum(np.where(opens, 1, -1), dtype=np.int64).max(initial=0)
    if depth > DEEPEST:
        raise ValueError(f"lists and objects are nested {depth} deep, at most {DEEPEST} are read")
    count = int(opens.sum()) + outside.count(b",")
    if count > MOST_VALUES:
        raise ValueError(f"it has {count} values, at most {MOST_VALUES} are read")


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        _out_of_range(digits)
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        _out_of_range(digits)
    return value


def _out_of_range(digits: str) -> NoReturn:
    raise ValueError(f"the number {digits[:24]}{'...' * (len(digits) > 24)} is out of range")


def _refuse_halves(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        half = ascii(error.object[error.start])[1:-1]
        raise ValueError(f"a text holds {half}, half of a surrogate pair") from None
