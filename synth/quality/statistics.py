"""What many scores of one kind amount to: mean, spread, tails, and the worst of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stickdance.synth.compute.array_types import Floats

STATISTICS = (
    "mean", "standard_deviation", "median", "percentile_5", "percentile_95", "minimum", "maximum",
)  # fmt: skip
"""What `describe` gives besides the count."""
_FIRST, _LATE, _LONG = 10, 90, 20  # seconds


def describe(values: Floats) -> dict[str, Any]:
    """Return `count` and `STATISTICS` of the values that are numbers, None where there are none.

    Args:
        values: (n,) float64, NaN where there is no score. The standard deviation is that of these
            values themselves (divided by n); percentiles are linear between neighbours.
    """
    known = values[np.isfinite(values)]
    if not known.size:
        return {"count": 0, **dict.fromkeys(STATISTICS)}
    low, median, high = np.percentile(known, (5, 50, 95))
    numbers = (known.mean(), known.std(), median, low, high, known.min(), known.max())
    return {
        "count": int(known.size),
        **{name: float(number) for name, number in zip(STATISTICS, numbers, strict=True)},
    }


def worst_places(values: Floats, higher_is_better: bool, count: int) -> list[int]:
    """Return the places of the worst values, the worst first, at equal values the earlier first.

    Args:
        values: (n,) float64, NaN where there is no score, which is never among the worst.
        higher_is_better: which end is the bad one.
        count: how many at most.
    """
    badness = -values if higher_is_better else values
    known = np.flatnonzero(np.isfinite(badness))
    order: Sequence[int] = np.argsort(-badness[known], kind="stable")[:count].tolist()
    return [int(known[place]) for place in order]


def change_over_time(seconds: Floats, values: Floats) -> dict[str, float | None] | None:
    """Return how values change: the first 10 s against what comes later.

    Args:
        seconds: (n,) when each value is shown.
        values: (n,), NaN where there is none.

    Returns:
        `first_10_s`, `later` and `from_90_s` (means; the last None for films that end before),
        `per_minute` (the slope of a straight line) and `error` (the standard error of later less
        first, the values of a second counted as one). None where less than 20 s have a time.
    """
    if not np.isfinite(seconds).all() or np.ptp(seconds) < _LONG:
        return None
    since, known = seconds - seconds.min(), np.isfinite(values)
    whole = np.floor(since).astype(int)
    numbers = np.unique(whole[known])
    each = np.array([values[known & (whole == number)].mean() for number in numbers])
    first, later, late = each[numbers < _FIRST], each[numbers >= _FIRST], each[numbers >= _LATE]
    if not (first.size and later.size):
        return None
    return {
        "first_10_s": float(first.mean()),
        "later": float(later.mean()),
        "from_90_s": float(late.mean()) if late.size else None,
        "per_minute": float(np.polyfit(numbers, each, 1)[0] * 60),
        "error": float(np.sqrt(first.var() / len(first) + later.var() / len(later))),
    }
