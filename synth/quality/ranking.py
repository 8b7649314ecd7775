"""Many renderings of one reference: ranks with intervals, and how sure one is better than another.

Only frames that all renderings have a score of count. Intervals come from a bootstrap over the
frames (2,000 draws, the same for all, so that differences are paired): of blocks of neighbouring
frames, since neighbours are alike (Kuensch, 1989), as long as the third root of their number.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet

from stickdance.synth.compute.array_types import Floats, Integers
from stickdance.synth.quality.metrics import metric_of, title_of

_DRAWS = 2000
_INTERVAL = (2.5, 97.5)


def ranking(frames: Path, keys: Sequence[str]) -> dict[str, Any]:
    """Return by score the renderings in a table of frames, the best first.

    Args:
        frames: frames.parquet of many pairs with one reference.
        keys: scores to rank by.

    Returns:
        By key: `frames` that count, `ranks` (rank, name, mean, interval, rank_interval) and
        `differences` of neighbours in rank (better, worse, difference, interval, told). A score
        that no frame has in all renderings is left out.
    """
    found = {}
    for key in keys:
        table = pyarrow.parquet.read_table(frames, columns=["pair", "reference_frame", key])
        names, values = _common(table.to_pydict(), key)
        if values.shape[1]:
            found[key] = rank(dict(zip(names, values, strict=True)), key)
    return found


def rank(scores: Mapping[str, Floats], key: str) -> dict[str, Any]:
    """Return the ranking by one score.

    Args:
        scores: by name (frames,), of the same frames in the same order.
        key: tells whether more is better.
    """
    higher = metric_of(key).higher_is_better
    names = list(scores)
    values = np.stack([scores[name] for name in names])
    means = values.mean(axis=1)
    drawn = values[:, _drawn(values.shape[1])].mean(axis=2)
    better = -drawn if higher else drawn
    places = better.argsort(axis=0, kind="stable").argsort(axis=0) + 1
    order = sorted(range(len(names)), key=lambda at: -means[at] if higher else means[at])
    ranks = [
        {
            "rank": number,
            "name": names[at],
            "mean": float(means[at]),
            "interval": _interval(drawn[at]),
            "rank_interval": [round(end) for end in _interval(places[at])],
        }
        for number, at in enumerate(order, 1)
    ]
    differences = [
        _difference(
            key, (names[one], names[other]), means[one] - means[other], drawn[one] - drawn[other]
        )
        for one, other in pairwise(order)
    ]
    return {"frames": values.shape[1], "ranks": ranks, "differences": differences}


def _difference(key: str, names: tuple[str, str], mean: float, drawn: Floats) -> dict[str, Any]:
    low, high = _interval(drawn)
    sure = low > 0 or high < 0
    word = "is better than" if sure else "cannot be told from"
    told = (
        f"{names[0]} {word} {names[1]} by {title_of(key)}: {mean:+.4g}, "
        f"95 % interval {low:+.4g} to {high:+.4g}"
    )
    return {
        "better": names[0], "worse": names[1], "difference": float(mean),
        "interval": [low, high], "sure": sure, "told": told,
    }  # fmt: skip


def _drawn(count: int) -> Integers:
    """Return the numbers of the frames in each draw: (draws, count)."""
    block = max(1, round(count ** (1 / 3)))
    starts = np.random.default_rng(0).integers(0, count, (_DRAWS, -(-count // block)))
    numbers = (starts[..., None] + np.arange(block)) % count
    return np.asarray(numbers.reshape(_DRAWS, -1)[:, :count])


def _interval(drawn: Floats) -> list[float]:
    return [float(end) for end in np.percentile(drawn, _INTERVAL)]


def _common(table: Mapping[str, Sequence[Any]], key: str) -> tuple[list[str], Floats]:
    """Return the names, and their scores of the frames that all have: (names, frames)."""
    scores: dict[str, dict[int, float]] = {}
    for name, number, value in zip(
        table["pair"], table["reference_frame"], table[key], strict=True
    ):
        if value is not None:
            scores.setdefault(name, {})[number] = value
    names = list(dict.fromkeys(table["pair"]))
    shared = set.intersection(*(set(scores.get(name, {})) for name in names))
    order = sorted(shared)
    values = np.array([[scores[name][number] for number in order] for name in names if order])
    return names, values.reshape(len(names), len(order))
