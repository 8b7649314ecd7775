"""What the scores of all frames amount to, as JSON values for people and programs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from stickdance.synth.compute.array_types import Floats
from stickdance.synth.quality.metrics import OF_ALL_FRAMES, metric_of
from stickdance.synth.quality.psnr import psnr_of_mean_mse
from stickdance.synth.quality.results import PairScores, numbers_in
from stickdance.synth.quality.statistics import change_over_time, describe, worst_places

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
        "drift": {**drift(scores.table, scores.keys), **facts.pop("drift", {})},
        **facts,
    }


def drift(table: pa.Table, keys: Sequence[str]) -> dict[str, Any]:
    """Return how scores change with time: the first 10 s against what comes later.

    Returns:
        By key what `statistics.change_over_time` tells, and `worse`: whether the later is worse by
        more than two standard errors. Empty where less than 20 s have a time.
    """
    seconds = numbers_in(table, "seconds")
    found = {}
    for key in keys:
        change = change_over_time(seconds, numbers_in(table, key))
        if change is not None:
            fall = (change["first_10_s"] or 0.0) - (change["later"] or 0.0)
            fall = fall if metric_of(key).higher_is_better else -fall
            found[key] = {**change, "worse": bool(fall > max(0.0, 2 * (change["error"] or 0.0)))}
    return found


def column_summary(table: pa.Table, key: str) -> dict[str, Any]:
    """Return statistics of one score, and the frames where it is worst."""
    values = numbers_in(table, key)
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
