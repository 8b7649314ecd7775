"""From phrases to sections: joining what always comes together.

Boundaries are found generously, so that a verse of two phrases comes as `a b` or as `a a`. Phrases
that never come without each other, and change little in sound, are one section; a run of equal phrases is cut into sections of
the length that all runs of this phrase have in common.
"""

from itertools import groupby, pairwise
from math import gcd

import numpy as np

_LITTLE_NEWS = 0.3
"""Novelty at a boundary within a section; verse and chorus in turn have more between them."""


def join_phrases(
    bounds: list[int], numbers: list[int], news: np.ndarray
) -> tuple[list[int], list[int]]:
    """Return the bounds and labels of sections from those of phrases.

    Args:
        bounds: (phrases + 1) rising columns.
        numbers: (phrases) label of each, the same number for the same music.
        news: (columns + 1,) how new what comes at each edge is, from `sections.novelty`.

    Returns:
        Bounds (sections + 1) and labels (sections), counted from 0 in order of appearance.
    """
    starts, labels = list(bounds[:-1]), list(numbers)
    while True:
        starts, labels = _runs_joined(starts, labels)
        pair = _inseparable(labels, news[starts])
        if pair is None:
            break
        keep = [place for place, ends in enumerate(_ends_pair(labels, pair)) if not ends]
        starts, labels = [starts[place] for place in keep], [labels[place] for place in keep]
    order = list(dict.fromkeys(labels))
    return [*starts, bounds[-1]], [order.index(label) for label in labels]


def _runs_joined(starts: list[int], labels: list[int]) -> tuple[list[int], list[int]]:
    """Join runs of a label into sections of as many phrases as all its runs can be divided into."""
    runs = [(label, len(list(same))) for label, same in groupby(labels)]
    unit = {label: gcd(*(count for name, count in runs if name == label)) for label, _ in runs}
    place = 0
    keep = []
    for label, count in runs:
        keep += range(place, place + count, unit[label])
        place += count
    return [starts[one] for one in keep], [labels[one] for one in keep]


def _inseparable(labels: list[int], news: np.ndarray) -> tuple[int, int] | None:
    """Return two labels of which neither ever comes without the other right beside it."""
    pairs = list(pairwise(labels))
    for pair in dict.fromkeys(pairs):
        first, second = pair
        times = pairs.count(pair)
        if first == second or times < 2:
            continue
        within = [news[place + 1] for place, both in enumerate(pairs) if both == pair]
        together = labels.count(first) == labels.count(second) == times
        if together and float(np.mean(within)) < _LITTLE_NEWS:
            return pair
    return None


def _ends_pair(labels: list[int], pair: tuple[int, int]) -> list[bool]:
    return [False, *(both == pair for both in pairwise(labels))]
