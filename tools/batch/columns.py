"""The columns of a manifest are a command's own options, and its own parser judges them.

A flag is a column of its name without the dashes, a word without a flag one of its name in the
help, in small letters. Parsing takes tens of milliseconds, and a batch has thousands of rows: so
what any value would pass for (paths, texts, numbers once they are such) is left out of what is
parsed, and what was parsed before is known.
"""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.suggestions import did_you_mean
from stickdance.tools.batch.options import Command
from stickdance.tools.cli import function_of
from stickdance.tools.command_line import flags_of, parsed, positionals_of, read_number
from stickdance.tools.flag_values import check_values

_OF_THE_BATCH = ("output", "manifest", "ray", "dry-run", "skip-existing")
"""Options that are no columns: the batch decides on them."""
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_BETWEEN_VALUES = ";"
_EMPTY: tuple[Any, ...] = (None, "", [])
Kind = Literal["switch", "number", "text", "path", "other"]


@dataclass(frozen=True)
class Column:
    """What may stand in a column."""

    name: str
    flag: str
    """As it is typed; "" for words without one."""
    kind: Kind
    number: type[int] | type[float] = float
    several: bool = False
    """Whether the option may be given several times."""


@dataclass(frozen=True)
class Word:
    """One word of a command line."""

    text: str
    input: bool = False
    """Whether it names what the command reads."""
    may_be_input: bool = False
    """Whether it does so where there is something of that name, as a background."""


@functools.cache
def columns_of(command: str) -> dict[str, Column]:
    """Return the columns of a command by name, those of words without a flag first."""
    function = function_of(command)
    found = {
        name: _column(name, "", field.type) for name, field in positionals_of(function).items()
    }
    flags = {flag.removeprefix("--"): field for flag, field in flags_of(function).items()}
    for name in sorted(flags.keys() - set(_OF_THE_BATCH)):
        found[name] = _column(name, f"--{name}", flags[name].type)
    return found


def words_of(command: str, cells: Mapping[str, Any], where: str) -> tuple[Word, ...]:
    """Return the command line of a row, without the command and its output.

    Args:
        command: its name.
        cells: by column; an empty cell leaves its option out.
        where: the row, as messages begin.

    Raises:
        BadInput: an unknown column, or a value that the command's parser refuses.
    """
    columns = columns_of(command)
    given = {name.replace("_", "-").removeprefix("--"): cell for name, cell in cells.items()}
    for name, cell in given.items():
        if name not in columns and not (cell in _EMPTY and _is_anothers(name)):
            raise BadInput(f"{where}: {command} has no column {name!r}{_near(name, columns)}")
    try:
        words, told = [], []
        for column in columns.values():
            values = _values(column, given.get(column.name))
            words += [word for value in values for word in _words(column, value)]
            told += [
                word.text for value in values for word in _words(column, _sample(column, value))
            ]
        _check(command, tuple(told))
    except (UsageError, ValueError) as error:
        raise BadInput(f"{where}: {error}") from None
    return tuple(words)


def _is_anothers(name: str) -> bool:
    """Return whether a column is another command's, whose rows may be in the same table."""
    return any(name in columns_of(other) for other in get_args(Command))


def _near(name: str, columns: Mapping[str, Column]) -> str:
    if name in _OF_THE_BATCH:
        return "; the batch itself decides on it"
    return did_you_mean(name, columns) or f"; known: {', '.join(columns)}"


@functools.lru_cache(4096)
def _check(command: str, words: tuple[str, ...]) -> None:
    arguments, _ = parsed(
        function_of(command), [*words, "--output", "result"], f"stickdance {command}"
    )
    check_values(arguments)


def _values(column: Column, cell: Any) -> list[str]:
    """Return the values in a cell as they would be typed; none where it is empty."""
    if cell in _EMPTY:
        return []
    if column.kind == "switch":
        return [""] if _is_true(column, cell) else []
    if isinstance(cell, list):
        if not column.several and column.kind != "other":
            raise ValueError(f"column {column.name}: expected one value, found {cell!r:.40}")
        texts = [_text(column, each) for each in cell]
        return texts if column.several else [" ".join(texts)]
    text = _text(column, cell)
    several = column.several and isinstance(cell, str)
    return [each.strip() for each in text.split(_BETWEEN_VALUES)] if several else [text]


def _is_true(column: Column, cell: Any) -> bool:
    word = str(cell).strip().lower()
    if word not in _TRUE + _FALSE:
        raise ValueError(f"column {column.name}: expected true or false, found {cell!r:.40}")
    return word in _TRUE


def _text(column: Column, value: Any) -> str:
    if isinstance(value, bool | dict | list | None):
        raise ValueError(f"column {column.name}: expected text or a number, found {value!r:.40}")
    whole = isinstance(value, float) and value.is_integer()
    text = str(int(value) if whole else value)
    if "\0" in text or "\n" in text:
        raise ValueError(f"column {column.name}: {text!r:.40} holds what no command line can")
    if column.kind == "number":
        _check_number(column, text)
    return text


def _check_number(column: Column, text: str) -> None:
    try:
        finite = math.isfinite(read_number(column.number, text))
    except ValueError as error:
        raise ValueError(f"column {column.name}: {error}") from None
    if not finite:
        raise ValueError(f"column {column.name}: expected a finite number, found {text:.40}")


def _words(column: Column, value: str) -> list[Word]:
    input_ = column.kind == "path" or "://" in value
    if not column.flag:
        return [Word(value, input_, column.kind == "text")]
    if column.kind == "switch":
        return [Word(column.flag)]
    pair = column.kind == "other" and " " in value
    texts = value.split() if pair else [value]
    parts = [Word(text, input_, column.kind == "text") for text in texts]
    if value.startswith("-") and not pair:
        return [Word(f"{column.flag}={value}")]
    return [Word(column.flag), *parts]


def _sample(column: Column, value: str) -> str:
    """Return what stands for a value where the parser is asked."""
    return {"path": "a", "text": "a", "number": "1"}.get(column.kind, value)


def _column(name: str, flag: str, hint: Any) -> Column:
    base = _bare(hint)
    several = get_origin(base) is tuple and get_args(base)[-1] is Ellipsis
    if several:
        base = _bare(get_args(base)[0])
    if base is bool:
        return Column(name, flag, "switch")
    if base in (int, float):
        return Column(name, flag, "number", base, several)
    kinds: dict[Any, Kind] = {Path: "path", str: "text"}
    return Column(name, flag, kinds.get(base, "other"), several=several)


def _bare(hint: Any) -> Any:
    """Return a type without what is noted of it and without None; a reader of its own stays."""
    base, *notes = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    if any(type(note).__name__ == "PrimitiveConstructorSpec" for note in notes):
        return hint
    kinds = [kind for kind in get_args(base) if kind is not NoneType]
    if get_origin(base) in (Union, UnionType) and len(kinds) == 1:
        return _bare(kinds[0])
    return base
