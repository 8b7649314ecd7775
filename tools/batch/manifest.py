"""The rows of a manifest as jobs: command, words, inputs.

Beside the columns of its command (`columns`) a row may have `command` and `name`, what people call
it. Paths are relative to the manifest's folder, or absolute. A manifest from an object store
reaches that store and other addresses, no path of this computer, and runs no Python.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.row_files import FileRow, read_rows
from stickdance.checkpoints.suggestions import did_you_mean
from stickdance.tools.batch.columns import Word, words_of
from stickdance.tools.batch.locations import below, is_url
from stickdance.tools.batch.options import Command

COMMANDS: tuple[str, ...] = get_args(Command)
_RUNS_PYTHON = "actions"


@dataclass(frozen=True)
class JobRow:
    """One job of a batch."""

    number: int
    """Of its row."""
    name: str
    command: str
    words: tuple[Word, ...]
    """Its command line without command and output; inputs are absolute paths or addresses."""


@dataclass(frozen=True)
class Manifest:
    """A file of jobs."""

    file: Path
    """It, or what was fetched of it."""
    root: str
    """What its names are relative to: an absolute path, or an address."""
    known_as: str
    """What people call it."""
    command: str | None = None
    """Of rows that name none."""

    def rows(self) -> Iterator[JobRow]:
        """Yield its jobs, one after another.

        Raises:
            BadInput: one line about the first row that is wrong.
        """
        for row in read_rows(self.file, self._check):
            yield self._job(replace(row, where=row.where.replace(str(self.file), self.known_as)))

    def _check(self, columns: Sequence[str]) -> None:
        if not columns:
            raise BadInput(f"{self.file}: has no columns, expected a header and a row for each job")

    def _job(self, row: FileRow) -> JobRow:
        cells = dict(row.cells)
        command = str(cells.pop("command", "") or self.command or "")
        name = str(cells.pop("name", "") or f"row {row.number}")
        if command not in COMMANDS:
            found = f"{command!r:.40} is none" if command else "it names none; add --command"
            hint = did_you_mean(command, COMMANDS)
            raise BadInput(
                f"{row.where}: expected a command, one of {', '.join(COMMANDS)}; {found}{hint}"
            )
        if not name.isprintable():
            raise BadInput(f"{row.where}: the name {name!r:.80} is not printable")
        if is_url(self.root) and cells.get(_RUNS_PYTHON):
            raise BadInput(f"{row.where}: {_RUNS_PYTHON} may run Python, which no store may do")
        words = words_of(command, cells, row.where)
        return JobRow(row.number, name, command, tuple(self._placed(words, row.where)))

    def _placed(self, words: Sequence[Word], where: str) -> Iterator[Word]:
        """Yield the words with inputs where they are; a text that names a file is one."""
        for word in words:
            if word.may_be_input and not is_url(self.root):
                there = Path(self.root) / word.text
                word = replace(word, input=word.input or there.exists())
            yield replace(word, text=below(self.root, word.text, where)) if word.input else word
