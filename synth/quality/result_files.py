"""The results of one or many comparisons as files that other programs read.

    frames.csv, frames.parquet   a row for each frame: (pair,) frame, numbers, seconds, scores
    pairs.csv                    a row for each of many pairs: name, frames, means, warnings, and
                                 how many frames were left out and why
    summary.json                 statistics, worst frames, reasons, warnings, and how it was done

A score that a frame lacks is empty in CSV, null in Parquet. All of it is streamed, a score at a
time where statistics need all frames, so that memory hardly grows with the number of pairs. The
same scores give the same bytes, whenever and wherever they were taken.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from stickdance.checkpoints.csv_cells import escaped
from stickdance.checkpoints.files import whole_file, write_json
from stickdance.synth.quality.many import ManyScores
from stickdance.synth.quality.metrics import metric_of
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pair_list import PairJob
from stickdance.synth.quality.ranking import ranking
from stickdance.synth.quality.results import FRAME_COLUMNS, PairScores, numbers_in, texts
from stickdance.synth.quality.statistics import describe, worst_places
from stickdance.synth.quality.summary import column_summary, psnr_of_means, summary_of

FRAMES_CSV, FRAMES_PARQUET = "frames.csv", "frames.parquet"
PAIRS_CSV, SUMMARY = "pairs.csv", "summary.json"
_ROW_GROUP = 1 << 16
_TABLES = 256  # small tables that wait to be joined, each far larger than its few rows
_TALLIES = ("missing", "extra", "between", "mis_sized", "unreadable")
_WORST_PAIRS = 10


def write_results(many: ManyScores, options: CompareOptions) -> dict[str, Any]:
    """Write all result files into the folder of `many` and return the summary.

    Raises:
        OutputFailed: a file cannot be written.
    """
    summary = _write_one(many) if len(many.pairs.jobs) == 1 else _write_many(many)
    summary = {**summary, "options": _plain(options), "stickdance": metadata.version("stickdance")}
    write_json(many.folder / SUMMARY, summary)
    return summary


def _write_one(many: ManyScores) -> dict[str, Any]:
    job, scores = next(many.scored())
    _write_frames(many.folder, iter([scores.table]))
    return {
        "reference": job.reference.name,
        "rendered": job.rendered.name,
        **summary_of(scores),
    }


def _write_many(many: ManyScores) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    facts = _ManyFacts(many.pairs.root)

    def tables() -> Iterator[pa.Table]:
        for job, scores in many.scored():
            rows.append(_pair_row(job, scores, many.pairs.root))
            facts.add(job, scores)
            names = texts([job.name] * len(scores.table))
            yield scores.table.add_column(0, "pair", names)

    keys = _write_frames(many.folder, tables())
    _write_pairs(many.folder / PAIRS_CSV, rows, keys)
    statistics = _statistics(many.folder / FRAMES_PARQUET, keys)
    means = {key: one["mean"] for key, one in statistics.items()}
    return {
        "pairs": {
            "scored": len(rows),
            "failed": [{"name": name, "reason": why} for name, why in sorted(many.faults.items())],
            "missing": list(many.pairs.missing),
            "extra": list(many.pairs.extra),
            "with_warnings": [_without_scores(row) for row in rows if row["warnings"]],
        },
        "frames": sum(row["frames"] for row in rows),
        **means,
        **psnr_of_means(means),
        "statistics": statistics,
        "pair_means": {key: _of_pairs(rows, key) for key in keys},
        **({"ranking": ranking(many.folder / FRAMES_PARQUET, keys)} if _ranks(many) else {}),
        **facts.as_json(),
    }


def _ranks(many: ManyScores) -> bool:
    return many.pairs.one_reference and not many.faults


def _write_frames(folder: Path, tables: Iterable[pa.Table]) -> list[str]:
    """Write the rows of all tables, a group of rows at a time, and return the scores' keys."""
    with ExitStack() as files:
        csv_path = files.enter_context(whole_file(folder / FRAMES_CSV))
        parquet_path = files.enter_context(whole_file(folder / FRAMES_PARQUET))
        writers: list[Any] = []
        schema: pa.Schema | None = None
        for group in _grouped(tables):
            if schema is None:
                schema = group.schema
                writers = [
                    files.enter_context(pa.csv.CSVWriter(csv_path, schema)),
                    files.enter_context(pa.parquet.ParquetWriter(parquet_path, schema)),
                ]
            table, parquet = writers
            table.write_table(_escaped(group))
            parquet.write_table(group)
    assert schema is not None
    return [name for name in schema.names if name not in ("pair", *FRAME_COLUMNS)]


def _grouped(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the rows of small tables together, those of large ones in parts."""
    waiting: list[pa.Table] = []
    count = 0
    for table in tables:
        waiting.append(table)
        count += len(table)
        if count >= _ROW_GROUP or len(waiting) >= _TABLES:
            waiting = [pa.concat_tables(waiting).combine_chunks()]
        if count >= _ROW_GROUP:
            yield waiting.pop()
            count = 0
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _escaped(table: pa.Table) -> pa.Table:
    """Return a table whose texts a spreadsheet takes for texts."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            safe = [escaped(text) for text in table[place].to_pylist()]
            table = table.set_column(place, field, pa.array(safe, field.type))
    return table


def _pair_row(job: PairJob, scores: PairScores, root: Path) -> dict[str, Any]:
    table, facts = scores.table, scores.facts
    means = {key: describe(numbers_in(table, key))["mean"] for key in scores.keys}
    tallies = {name: facts[name]["count"] for name in _TALLIES}
    warnings = [_without_root(line, root) for line in facts["warnings"]]
    return {"name": job.name, "frames": len(table), **means, **tallies, "warnings": warnings}


def _write_pairs(path: Path, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> None:
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        columns = ["name", "frames", *keys, *_TALLIES, "warnings"]
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            texts = {"name": row["name"], "warnings": "; ".join(row["warnings"])}
            writer.writerow({**row, **{name: escaped(text) for name, text in texts.items()}})


def _statistics(frames: Path, keys: Sequence[str]) -> dict[str, Any]:
    statistics = {}
    for key in keys:
        table = pa.parquet.read_table(frames, columns=["pair", "frame", "seconds", key])
        statistics[key] = column_summary(table, key)
    return statistics


def _of_pairs(rows: Sequence[Mapping[str, Any]], key: str) -> dict[str, Any]:
    values = np.array([np.nan if row[key] is None else row[key] for row in rows])
    worst = worst_places(values, metric_of(key).higher_is_better, _WORST_PAIRS)
    named = [
        {"pair": rows[at]["name"], "value": float(values[at]), **_left_out(rows[at])}
        for at in worst
    ]
    return {**describe(values), "worst": named}


def _left_out(row: Mapping[str, Any]) -> dict[str, int]:
    return {name: row[name] for name in ("frames", *_TALLIES)}


def _without_scores(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": row["name"], **_left_out(row), "warnings": row["warnings"]}


def _without_root(line: str, root: Path) -> str:
    return line.replace(f"{root}/", "")


class _ManyFacts:
    """What the facts of many pairs amount to."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._counts = dict.fromkeys(_TALLIES, 0)
        self._identical = 0
        self._reasons: dict[str, str] = {}
        self._unreadable: list[str] = []
        self._warnings: list[str] = []

    def add(self, job: PairJob, scores: PairScores) -> None:
        for name in _TALLIES:
            self._counts[name] += scores.facts[name]["count"]
        self._identical += scores.facts["identical"]
        for lines, found in (
            (self._unreadable, scores.facts["unreadable"]["first"]),
            (self._warnings, scores.facts["warnings"]),
        ):
            lines += [f"{job.name}: {_without_root(one, self._root)}" for one in found]
        for key, reason in scores.facts["reasons"].items():
            self._reasons.setdefault(key, f"{reason}, e.g. in {job.name}")

    def as_json(self) -> dict[str, Any]:
        counts: dict[str, dict[str, Any]] = {
            name: {"count": count} for name, count in self._counts.items()
        }
        counts["unreadable"] |= {"first": self._unreadable[:100]}
        return {
            **counts,
            "identical": self._identical,
            "reasons": dict(sorted(self._reasons.items())),
            "warnings": self._warnings,
        }


def _plain(options: CompareOptions) -> dict[str, Any]:
    return {
        key: value.name if isinstance(value, Path) else value
        for key, value in asdict(options).items()
    }
