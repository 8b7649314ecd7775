"""Manifests: files of a row a piece of work, CSV with a header or JSONL, read row by row.

CSV is in UTF-8, its cells are texts; an apostrophe before = + - @ makes a text of what a
spreadsheet would run, as in our own tables, and is no part of it. JSONL has an object a line. Rows
of both are numbered by their line in the file, as an editor shows it; empty lines are no rows.
However many rows there are, one is held at a time.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from stickdance.checkpoints.csv_cells import unescaped
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.reading import check_ordinary

MOST_ROWS = 1_000_000
MOST_BYTES = 256 << 20
_LONGEST_LINE = 1 << 20


@dataclass(frozen=True)
class FileRow:
    """One row."""

    where: str
    """The file and the row, as messages begin."""
    number: int
    """The line of the file on which it begins, the first being 1."""
    cells: Mapping[str, Any]
    """By column; texts in a CSV, any JSON values in JSONL."""


def read_rows(path: Path, check: Callable[[Sequence[str]], None]) -> Iterator[FileRow]:
    """Yield the rows of a manifest.

    Args:
        path: NAME.jsonl, or a CSV of any other name.
        check: refuses columns: called with a CSV's header, and with the keys of each JSON object.

    Raises:
        BadInput: no such file or no such table; the message names the row.
    """
    kind = "JSONL" if path.suffix.lower() == ".jsonl" else "CSV"
    try:
        check_ordinary(path)
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "no such file"
            raise BadInput(f"{path}: {what}, expected a {kind} with a row for each piece of work")
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"{path}: is larger than {MOST_BYTES >> 20} MB; split it")
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = _objects(path, file, check) if kind == "JSONL" else _table(path, file, check)
            for row in rows:
                if row.number > MOST_ROWS:
                    raise BadInput(f"{row.where}: at most {MOST_ROWS} rows are read; split it")
                yield row
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"{path}: cannot be read as a {kind} in UTF-8 ({reason!s:.100})") from None


def _table(path: Path, file: IO[str], check: Callable[[Sequence[str]], None]) -> Iterator[FileRow]:
    rows, number, header = csv.reader(file, strict=True), 1, None
    for cells in rows:
        where, begun, number = f"{path}: row {number}", number, rows.line_num + 1
        if not cells:
            continue
        if header is None:
            check(header := cells)
            if twice := [name for place, name in enumerate(cells) if name in cells[:place]]:
                raise BadInput(f"{where}: column {twice[0]!r:.80} stands twice")
            continue
        if len(cells) != len(header):
            raise BadInput(f"{where}: has another number of fields than the header")
        yield FileRow(where, begun, dict(zip(header, map(unescaped, cells), strict=True)))
    if header is None:
        check(())


def _objects(
    path: Path, file: IO[str], check: Callable[[Sequence[str]], None]
) -> Iterator[FileRow]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        where = f"{path}: row {number}"
        if not line.strip():
            continue
        try:
            cells = json.loads(line)
        except (ValueError, RecursionError):
            raise BadInput(f"{where}: is no JSON, expected an object a line") from None
        if not isinstance(cells, dict):
            raise BadInput(f"{where}: expected a JSON object, found {line.strip():.40}")
        try:
            check(list(cells))
        except BadInput as error:
            raise BadInput(str(error).replace(str(path), where, 1)) from None
        yield FileRow(where, number, cells)
