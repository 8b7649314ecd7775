"""The scores of one comparison in memory and as bytes: a table of frames, and what else is known.

The table is Arrow's: `frame`, `reference_frame`, `rendered_frame` (numbers from 0), `seconds`, then
a column for each score, null where a frame lacks it. The facts are JSON values and lie in the
table's metadata.
"""

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import parse_json
from stickdance.synth.compute.array_types import Bools, Floats
from stickdance.synth.quality.frame_pair import Scores

FRAME_COLUMNS = ("frame", "reference_frame", "rendered_frame", "seconds")
_FACTS = b"stickdance.scores"
_FLOAT = 8  # bytes


@dataclass(frozen=True)
class PairScores:
    """What came of comparing one reference with one rendering."""

    table: pa.Table
    """A row for each scored frame."""
    facts: dict[str, Any]
    """JSON values: the rule of pairing, tallies, reasons, warnings."""

    @property
    def keys(self) -> list[str]:
        """Return the keys of the scores."""
        names: list[str] = self.table.column_names[len(FRAME_COLUMNS) :]
        return names

    def to_bytes(self) -> bytes:
        """Return the whole as an Arrow file; the same scores give the same bytes."""
        facts = json.dumps(self.facts, ensure_ascii=False, sort_keys=True)
        table = self.table.replace_schema_metadata({_FACTS: facts.encode("utf-8")})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        data: bytes = sink.getvalue().to_pybytes()
        return data

    @staticmethod
    def from_bytes(data: bytes) -> "PairScores":
        """Return what `to_bytes` gave.

        Raises:
            ValueError: the bytes are not such a file, or damaged.
        """
        try:
            table = pa.ipc.open_file(pa.py_buffer(data)).read_all()
            table.validate(full=True)
            stored = (table.schema.metadata or {})[_FACTS]
            facts = parse_json(stored, "scores", "facts", nan=True)
            if not isinstance(facts, dict):
                raise ValueError("no scores: the facts are no object")
        except (pa.ArrowException, OSError, KeyError, BadInput) as error:
            raise ValueError(f"no scores: {error}") from error
        return PairScores(table.replace_schema_metadata(None), facts)


class FrameRows:
    """Gathers the rows of a table while frames are scored, eight bytes a score."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Begin without rows; `keys` are those of the scores."""
        self._names: list[str] = []
        self._numbers = array("q"), array("q")
        self._seconds = array("d")
        self._scores = {key: array("d") for key in keys}

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._names)

    def add(self, name: str, numbers: tuple[int, int], seconds: float | None, row: Scores) -> None:
        """Add a frame: its name, its number in the reference and in the rendering, its scores."""
        self._names.append(name)
        for place, number in zip(self._numbers, numbers, strict=True):
            place.append(number)
        self._seconds.append(_number(seconds))
        for key, column in self._scores.items():
            column.append(_number(row[key]))

    def table(self) -> pa.Table:
        """Return all rows."""
        columns = [
            texts(self._names),
            *(_column(pa.int64(), np.array(numbers, np.int64)) for numbers in self._numbers),
            *(_nullable(values) for values in (self._seconds, *self._scores.values())),
        ]
        return pa.table(columns, names=[*FRAME_COLUMNS, *self._scores])


def numbers_in(table: pa.Table, key: str) -> Floats:
    """Return a column of float64 as an array (rows,), NaN where it is null.

    Arrow's own conversions load pandas, which takes longer than many a comparison.
    """
    column = table[key].combine_chunks()
    if not len(column):
        return np.empty(0)
    bits, values = column.buffers()
    found = np.frombuffer(values, np.float64, len(column), column.offset * _FLOAT)
    if bits is None:
        return found
    known = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")[column.offset :]
    return np.where(known[: len(column)] == 1, found, np.nan)


def texts(values: Sequence[str]) -> pa.Array:
    """Return a column of texts; what is no Unicode in a file's name is written as an escape."""
    encoded = [value.encode("utf-8", "backslashreplace") for value in values]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _column(kind: pa.DataType, values: NDArray[Any], known: Bools | None = None) -> pa.Array:
    mask = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [mask, pa.py_buffer(values)])


def _nullable(values: Sequence[float]) -> pa.Array:
    numbers = np.array(values, np.float64)
    return _column(pa.float64(), numbers, ~np.isnan(numbers))
