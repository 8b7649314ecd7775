"""The page about a comparison: one HTML file that carries its pictures and opens anywhere."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow.parquet

from stickdance.capture.pages.rendering import render
from stickdance.checkpoints.files import write_text
from stickdance.synth.quality.many import ManyScores
from stickdance.synth.quality.metrics import (
    METRICS,
    OF_ALL_FRAMES,
    judge_of,
    metric_of,
    title_of,
)
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.result_files import FRAMES_PARQUET, write_results
from stickdance.synth.quality.statistics import worst_places
from stickdance.tools.pages.charts import curve, histogram
from stickdance.tools.pages.quality_film import Film, film_of
from stickdance.tools.pages.quality_pictures import FULL_SCALE, Shown, show_frame, spread_out
from stickdance.tools.pages.quality_tables import (
    PAIRS_LISTED,
    differences,
    pair_table,
    ranking_table,
    region_table,
    rendering_table,
    score_table,
    with_unit,
)
from stickdance.tools.pages.quality_words import what_is_wrong

PAGE, PAIRS = "report.html", "pairs"
_FRAMES_SHOWN, _NAMES_LISTED = 5, 10


@dataclass(frozen=True)
class ScoreCharts:
    """One score over the frames."""

    title: str
    direction: str
    over_time: str
    distribution: str


@dataclass(frozen=True)
class WorstFrame:
    """A frame that is among the worst, and why."""

    shown: Shown
    caption: str


def write_pair_pages(
    many: ManyScores, summary: Mapping[str, Any], options: CompareOptions
) -> dict[str, str]:
    """Write a page for each pair that the page of many lists, and return their addresses by name.

    Raises:
        OutputFailed: a file cannot be written.
    """
    if "pair_means" not in summary:
        return {}
    judge = judge_of({key: summary.get(key) for key in summary["statistics"]})
    names = {one["pair"] for one in summary["pair_means"][judge]["worst"][:PAIRS_LISTED]}
    names |= {one["name"] for one in summary["pairs"]["with_warnings"][:PAIRS_LISTED]}
    if many.pairs.one_reference and len(many.pairs.jobs) > 1:
        names |= {job.name for job in many.pairs.jobs if job.name not in many.faults}
    pages = {}
    for number, job in enumerate(many.pairs.jobs):
        if job.name in names:
            place = Path(PAIRS, f"{number:05}_{re.sub(r'[^A-Za-z0-9]+', '_', job.name)[:40]}")
            one = many.alone(job.name, many.folder / place)
            write_page(one, write_results(one, options), options)
            pages[job.name] = (place / PAGE).as_posix()
    return pages


def write_page(
    many: ManyScores,
    summary: Mapping[str, Any],
    options: CompareOptions,
    pages: Mapping[str, str] = MappingProxyType({}),
) -> Path:
    """Write the page about what was scored into the folder of `many` and return its path.

    Args:
        many: what was scored.
        summary: what came of it.
        options: how frames are paired.
        pages: of many pairs, the addresses of their own pages by name.
    """
    keys = list(summary["statistics"])
    whole = [key for key in keys if "." not in key]
    frames = _Frames(many.folder / FRAMES_PARQUET)
    judge = judge_of({key: summary.get(key) for key in keys})
    by_name = _by_rendering(frames, summary, judge)
    page = render(
        "quality.html",
        "stickdance.tools.pages",
        title=_title(many),
        about=_about(summary),
        wrong=what_is_wrong(summary, judge) if "mismatch" in summary else "",
        film=_film(many, options),
        tiles=[each for key, each in METRICS.items() if _has_tile(summary, key)],
        summary=summary,
        warnings=_warnings(summary),
        scores=score_table(summary, whole) if by_name is None else rendering_table(by_name),
        scored=title_of(judge) if by_name else "",
        single=[
            key
            for key in ("psnr_of_mean_mse", *OF_ALL_FRAMES)
            if key in summary and by_name is None
        ],
        regions=region_table(summary, keys),
        pairs=pair_table(summary, judge, pages),
        ranking=ranking_table(summary, judge, pages),
        differences=differences(summary, judge),
        charts=list(
            _charts(frames, summary, whole) if by_name is None else _of_each(by_name, judge)
        ),
        region_charts=list(_charts(frames, summary, keys[len(whole) :] if by_name is None else ())),
        judge=title_of(judge),
        worst=list(_worst(many, frames, judge)),
        full_scale=FULL_SCALE,
    )
    return write_text(many.folder / PAGE, page)


def _film(many: ManyScores, options: CompareOptions) -> Film | None:
    return film_of(many.pairs.jobs[0], options) if len(many.pairs.jobs) == 1 else None


class _Frames:
    """The table of frames, read a column at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names = pyarrow.parquet.read_schema(path).names

    def numbers(self, name: str) -> np.ndarray:
        """Return a column as float64, NaN where it is empty."""
        column = pyarrow.parquet.read_table(self._path, columns=[name])[name]
        return column.to_numpy().astype(np.float64)

    def by_pair(self, name: str) -> dict[str, np.ndarray]:
        """Return a column of each pair by itself."""
        column = pyarrow.parquet.read_table(self._path, columns=["pair"])["pair"]
        pairs, values = np.array(column.to_pylist()), self.numbers(name)
        return {str(pair): values[pairs == pair] for pair in dict.fromkeys(pairs.tolist())}

    def row(self, place: int) -> dict[str, Any]:
        """Return a row without its scores."""
        names = [name for name in ("pair", "frame", "seconds") if name in self._names]
        names += ["reference_frame", "rendered_frame"]
        table = pyarrow.parquet.read_table(self._path, columns=names)
        return dict(table.slice(place, 1).to_pylist()[0])

    def clock(self) -> tuple[np.ndarray, str]:
        """Return where frames lie along a curve, and in what unit."""
        if "pair" in self._names:
            count = pyarrow.parquet.read_metadata(self._path).num_rows
            return np.arange(count, dtype=np.float64), "frames of all pairs"
        seconds = self.numbers("seconds")
        if np.isfinite(seconds).all():
            return seconds, "seconds"
        return self.numbers("reference_frame"), "frames"


def _has_tile(summary: Mapping[str, Any], key: str) -> bool:
    return summary.get(key) is not None and "ranking" not in summary


def _title(many: ManyScores) -> str:
    if many.pairs.one_reference and len(many.pairs.jobs) > 1:
        return f"{len(many.pairs.jobs):,} renderings of {many.pairs.jobs[0].reference.name}"
    if len(many.pairs.jobs) > 1:
        return f"{len(many.pairs.jobs):,} comparisons"
    job = many.pairs.jobs[0]
    return f"{job.rendered.name} against {job.reference.name}"


def _about(summary: Mapping[str, Any]) -> str:
    frames = f"{summary['frames']:,} frames scored"
    if "pairs" not in summary:
        return f"{frames}, paired {summary['paired']}"
    pairs = summary["pairs"]
    failed = f", {len(pairs['failed']):,} could not be scored" if pairs["failed"] else ""
    return f"{pairs['scored']:,} pairs{failed}, {frames}"


def _warnings(summary: Mapping[str, Any]) -> list[str]:
    lines = list(summary["warnings"][:PAIRS_LISTED])
    if len(summary["warnings"]) > PAIRS_LISTED:
        lines.append(f"and {len(summary['warnings']) - PAIRS_LISTED} warnings more, in pairs.csv")
    lines += [f"{', '.join(names)}: {why}" for why, names in _by_reason(summary).items()]
    failed = summary.get("pairs", {}).get("failed", [])
    lines += [f"{one['name']}: {one['reason']}" for one in failed[:_NAMES_LISTED]]
    if len(failed) > _NAMES_LISTED:
        lines.append(f"and {len(failed) - _NAMES_LISTED} pairs more, named in summary.json")
    lines += summary["unreadable"].get("first", [])[:_NAMES_LISTED]
    if summary["identical"]:
        lines.append(
            f"{summary['identical']} pairs of frames are identical; their PSNR counts as 100 dB"
        )
    return lines


def _by_reason(summary: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return why scores are absent: each reason once, with all scores that it keeps away."""
    names: dict[str, list[str]] = {}
    for key, why in summary["reasons"].items():
        known = key.rpartition(".")[2] in METRICS
        names.setdefault(str(why), []).append(title_of(key) if known else key)
    return names


def _worst(many: ManyScores, frames: _Frames, judge: str) -> Iterator[WorstFrame]:
    values = frames.numbers(judge)
    places = worst_places(values, metric_of(judge).higher_is_better, 50 * _FRAMES_SHOWN)
    apart = 1 if len(many.pairs.jobs) > 1 else max(1, len(values) // 40)
    jobs = {job.name: job for job in many.pairs.jobs}
    for place in spread_out(places, _FRAMES_SHOWN, apart):
        row = frames.row(place)
        job = jobs[row["pair"]] if "pair" in row else many.pairs.jobs[0]
        shown = show_frame(job, row["reference_frame"], row["rendered_frame"])
        if shown is not None:
            time = "" if row["seconds"] is None else f" at {row['seconds']:.2f} s"
            pair = f"{row['pair']}, " if "pair" in row else ""
            score = f"{title_of(judge)} {values[place]:.4g}"
            yield WorstFrame(shown, f"{pair}{row['frame']}{time}: {score}")


def _charts(
    frames: _Frames, summary: Mapping[str, Any], keys: Sequence[str]
) -> Iterator[ScoreCharts]:
    at, unit = frames.clock()
    for key in keys:
        told = summary["statistics"][key]
        if not told["count"]:
            continue
        values, higher = frames.numbers(key), metric_of(key).higher_is_better
        title = with_unit(key)
        yield ScoreCharts(
            title,
            "higher is better" if higher else "lower is better",
            curve(at, values, worst_places(values, higher, 1), unit, title),
            histogram(values, told["mean"], title),
        )


def _by_rendering(
    frames: _Frames, summary: Mapping[str, Any], judge: str
) -> dict[str, np.ndarray] | None:
    """Return the scores of each rendering of one reference, the best first; None of all else."""
    if judge not in summary.get("ranking", {}):
        return None
    values = frames.by_pair(judge)
    return {one["name"]: values[one["name"]] for one in summary["ranking"][judge]["ranks"]}


def _of_each(values: Mapping[str, np.ndarray], judge: str) -> Iterator[ScoreCharts]:
    """Yield the curve and distribution of each rendering by the score that judges."""
    higher = metric_of(judge).higher_is_better
    for name, one in list(values.items())[:PAIRS_LISTED]:
        if np.isfinite(one).any():
            at = np.arange(len(one), dtype=np.float64)
            yield ScoreCharts(
                name,
                with_unit(judge),
                curve(at, one, worst_places(one, higher, 1), "frames", with_unit(judge)),
                histogram(one, float(np.nanmean(one)), with_unit(judge)),
            )
