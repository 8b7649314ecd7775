"""From phrases to sections: joining what always comes together.

Boundaries are found generously, so that a verse of two phrases comes as `a b` or as `a a`. Phrases
that never come without each other, and change little in sound, are one section, unless they only
follow each other in turn, as verse and chorus of the same band may; a run of equal phrases is cut
into sections of the length that all runs of this phrase have in common.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import gcd

import numpy as np

_NEAR = 0.7
"""How far the timbres of two phrases of one section are apart; of verse and chorus it is more."""


def join_phrases(
    bounds: list[int], numbers: list[int], timbre: np.ndarray
) -> tuple[list[int], list[int]]:
    """Return the bounds and labels of sections from those of phrases.

    Args:
        bounds: (phrases + 1) rising columns.
        numbers: (phrases) label of each, the same number for the same music.
        timbre: (columns, values) what each column sounds like.

    Returns:
        Bounds (sections + 1) and labels (sections), counted from 0 in order of appearance.
    """
    starts, labels = list(bounds[:-1]), list(numbers)
    while True:
        starts, labels = _runs_joined(starts, labels)
        pair = _inseparable(labels, mean_timbres(timbre, [*starts, bounds[-1]]))
        if pair is None:
            break
        keep = [place for place, ends in enumerate(_ends_pair(labels, pair)) if not ends]
        starts, labels = [starts[place] for place in keep], [labels[place] for place in keep]
    order = list(dict.fromkeys(labels))
    return [*starts, bounds[-1]], [order.index(label) for label in labels]


def mean_timbres(timbre: np.ndarray, bounds: Sequence[int] | np.ndarray) -> np.ndarray:
    """Return (sections, values) the mean timbre of each, 1 apart being usual within the song."""
    spread = np.median(np.linalg.norm(timbre - timbre.mean(axis=0), axis=1)) + 1e-9
    return np.array([timbre[a:b].mean(axis=0) / spread for a, b in pairwise(bounds)])


def _runs_joined(starts: list[int], labels: list[int]) -> tuple[list[int], list[int]]:
    """Join runs of a label into sections of as many phrases as all its runs can be divided into."""
    runs = [(label, len(list(same))) for label, same in groupby(labels)]
    unit = {label: gcd(*(count for name, count in runs if name == label)) for label, _ in runs}
    place = 0
    keep: list[int] = []
    for label, count in runs:
        keep += range(place, place + count, unit[label])
        place += count
    return [starts[one] for one in keep], [labels[one] for one in keep]


def _inseparable(labels: list[int], timbres: np.ndarray) -> tuple[int, int] | None:
    """Return two labels of which neither ever comes without the other right beside it."""
    pairs = list(pairwise(labels))
    for pair in dict.fromkeys(pairs):
        first, second = pair
        times = pairs.count(pair)
        if first == second or times < 2:
            continue
        places = [place for place, both in enumerate(pairs) if both == pair]
        apart = np.mean([np.linalg.norm(timbres[p + 1] - timbres[p]) for p in places])
        together = labels.count(first) == labels.count(second) == times
        if together and float(apart) < _NEAR and not _alternate(places):
            return pair
    return None


def _alternate(places: list[int]) -> bool:
    """Return whether pairs follow each other and come nowhere else, as verse and chorus may."""
    return places == list(range(places[0], places[0] + 2 * len(places), 2))


def _ends_pair(labels: list[int], pair: tuple[int, int]) -> list[bool]:
    return [False, *(both == pair for both in pairwise(labels))]
