"""The tables of the page about scores: statistics, regions, ranks, the worst pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stickdance.synth.quality.metrics import METRICS, REGIONS, metric_of, title_of
from stickdance.synth.quality.statistics import describe

PAIRS_LISTED = 30
"""Rows of a table of pairs at most."""
_STATISTICS = {
    "mean": "mean", "standard_deviation": "std. dev.", "median": "median",
    "percentile_5": "5th pct.", "percentile_95": "95th pct.", "minimum": "min",
    "maximum": "max", "count": "frames",
}  # fmt: skip
_PAIR_COLUMNS = {
    "frames": "frames", "missing": "missing", "extra": "extra", "between": "between",
    "mis_sized": "other size", "unreadable": "unreadable",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Rows of numbers, each behind a title."""

    columns: Sequence[str]
    rows: Mapping[str, Sequence[Any]]
    links: Mapping[str, str] = field(default_factory=dict)
    """Title of a row -> the page that tells more."""


def score_table(summary: Mapping[str, Any], keys: Sequence[str]) -> Table:
    """Return statistics of each score."""
    rows = {
        with_unit(key): [summary["statistics"][key][name] for name in _STATISTICS] for key in keys
    }
    return Table(list(_STATISTICS.values()), rows)


def rendering_table(values: Mapping[str, np.ndarray]) -> Table:
    """Return the statistics of one score for each rendering, in their order.

    Args:
        values: by name (frames,), NaN where a frame has no score.
    """
    rows = {
        name: [described[key] for key in _STATISTICS]
        for name, described in ((name, describe(one)) for name, one in values.items())
    }
    return Table(list(_STATISTICS.values()), rows)


def region_table(summary: Mapping[str, Any], keys: Sequence[str]) -> Table | None:
    """Return the means of each region; None where none is known."""
    regions = [name for name in REGIONS if any(key.startswith(f"{name}.") for key in keys)]
    if not regions:
        return None
    names = [name for name in METRICS if f"{regions[0]}.{name}" in keys]
    rows = {"whole frame": [summary[name] for name in names]}
    rows |= {region: [summary[f"{region}.{name}"] for name in names] for region in regions}
    return Table([with_unit(name) for name in names], rows)


def ranking_table(summary: Mapping[str, Any], judge: str, pages: Mapping[str, str]) -> Table | None:
    """Return the renderings by the score that judges, the best first; None without a ranking."""
    if judge not in summary.get("ranking", {}):
        return None
    ranks = summary["ranking"][judge]["ranks"]
    means = {
        key: {one["name"]: one["mean"] for one in ranked["ranks"]}
        for key, ranked in summary["ranking"].items()
        if key != judge and "." not in key
    }
    rows = {
        one["name"]: [
            _between(one["rank"], one["rank_interval"]),
            one["mean"],
            "{:.4g} to {:.4g}".format(*one["interval"]),
            *(values.get(one["name"]) for values in means.values()),
        ]
        for one in ranks
    }
    columns = ["rank", title_of(judge), "95 % interval", *map(with_unit, means)]
    return Table(columns, rows, pages)


def _between(rank: int, ends: Sequence[int]) -> str:
    return f"{rank}" if ends[0] == ends[1] else f"{rank} ({ends[0]} to {ends[1]})"


def differences(summary: Mapping[str, Any], judge: str) -> list[str]:
    """Return how neighbours in rank differ, in sentences."""
    ranked = summary.get("ranking", {}).get(judge)
    return [] if ranked is None else [one["told"] for one in ranked["differences"]]


def pair_table(summary: Mapping[str, Any], judge: str, pages: Mapping[str, str]) -> Table | None:
    """Return the worst pairs; None of a single one."""
    if "pair_means" not in summary:
        return None
    worst = summary["pair_means"][judge]["worst"][:PAIRS_LISTED]
    names = ("value", *_PAIR_COLUMNS)
    rows = {one["pair"]: [one[name] for name in names] for one in worst}
    return Table([title_of(judge), *_PAIR_COLUMNS.values()], rows, pages)


def with_unit(key: str) -> str:
    """Return what people call a score, with its unit."""
    unit = metric_of(key).unit
    return f"{title_of(key)} ({unit})" if unit else title_of(key)
