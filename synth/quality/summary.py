"""What the scores of all frames amount to, as JSON values for people and programs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from stickdance.synth.compute.array_types import Floats
from stickdance.synth.quality.metrics import OF_ALL_FRAMES, metric_of
from stickdance.synth.quality.psnr import psnr_of_mean_mse
from stickdance.synth.quality.results import PairScores
from stickdance.synth.quality.statistics import describe, worst_places

_FIRST, _LONG = 10.0, 20.0  # seconds
_WORST = 5
"""Frames that are named for each score."""


def summary_of(scores: PairScores) -> dict[str, Any]:
    """Return the summary of one comparison.

    Returns:
        `frames` (how many were scored), the mean of each score by its key (None where no frame has
        it), `psnr_of_mean_mse` (of regions too), `statistics` (by key: `statistics.describe`, and
        `worst`: the worst frames with name, seconds and value), and the facts: rule of pairing,
        frames left out, reasons, warnings.
    """
    statistics = {key: column_summary(scores.table, key) for key in scores.keys}
    means = {key: one["mean"] for key, one in statistics.items()}
    facts = dict(scores.facts)
    return {
        "frames": len(scores.table),
        **means,
        **psnr_of_means(means),
        **{key: facts.pop(key) for key in list(facts) if key in OF_ALL_FRAMES},
        "statistics": statistics,
        "drift": drift(scores.table, scores.keys),
        **facts,
    }


def drift(table: pa.Table, keys: Sequence[str]) -> dict[str, Any]:
    """Return how scores change with time: the first 10 s against what comes later.

    Returns:
        By key `first_10_s` and `later` (means), `per_minute` (the slope of a straight line) and
        `worse`: whether the later is worse by more than two standard errors, with frames of a
        second counted as one. Empty where less than 20 s have a time.
    """
    seconds = table["seconds"].to_numpy().astype(np.float64)
    if not np.isfinite(seconds).all() or seconds.max(initial=0) - seconds.min(initial=0) < _LONG:
        return {}
    found = {}
    for key in keys:
        values = table[key].to_numpy().astype(np.float64)
        known = np.isfinite(values)
        early = known & (seconds - seconds.min() < _FIRST)
        late = known & ~early
        if early.any() and late.any():
            found[key] = _drift(key, seconds[known], values[known], seconds.min() + _FIRST)
    return found


def _drift(key: str, seconds: Floats, values: Floats, end: float) -> dict[str, Any]:
    whole = np.floor(seconds).astype(int)
    each = np.array([[second, values[whole == second].mean()] for second in np.unique(whole)])
    first, later = each[each[:, 0] < end, 1], each[each[:, 0] >= end, 1]
    error = np.sqrt(first.var() / len(first) + later.var() / len(later))
    fall = first.mean() - later.mean()
    fall = fall if metric_of(key).higher_is_better else -fall
    return {
        "first_10_s": float(first.mean()),
        "later": float(later.mean()),
        "per_minute": float(np.polyfit(each[:, 0], each[:, 1], 1)[0] * 60),
        "worse": bool(fall > 2 * error and fall > 0),
    }


def column_summary(table: pa.Table, key: str) -> dict[str, Any]:
    """Return statistics of one score, and the frames where it is worst."""
    values = table[key].to_numpy()
    places = worst_places(values, metric_of(key).higher_is_better, _WORST)
    return {**describe(values), "worst": [_named(table, place, values) for place in places]}


def psnr_of_means(means: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return `psnr_of_mean_mse`, by region too, for the means of the squared errors."""
    return {
        f"{key.removesuffix('mse')}psnr_of_mean_mse": (
            None if error is None else psnr_of_mean_mse(np.array([error]))
        )
        for key, error in means.items()
        if key.rpartition(".")[2] == "mse"
    }


def _named(table: pa.Table, place: int, values: Floats) -> dict[str, Any]:
    row = table.slice(place, 1).to_pylist()[0]
    pair = {"pair": row["pair"]} if "pair" in row else {}
    return {
        **pair,
        "frame": row["frame"],
        "seconds": row["seconds"],
        "value": float(values[place]),
    }
