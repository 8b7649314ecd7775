"""Metre and downbeats: which beat of every bar is the first.

Metre: every beat is described by what marks the start of a bar: the bass drum and the bass enter,
the chord changes, much sounds at once, and something new comes. Bars of three, four, five and seven
are tried; for each the Viterbi path through the counts 1..metre is found, and the metre with the
greater contrast between its downbeats and its other beats, and in whose lag the beats are more
alike, wins; five and seven, which are rare, by a margin.

Downbeats: in that metre, the path of counts that what is known of each beat (`bar_evidence`)
speaks for most; where that is undecided, accents decide. A count may be skipped or repeated at a
price, as where a bar of two stands among fours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

METRES = (3, 4, 5, 7)
_RARE = {5: 0.2, 7: 0.35}
"""What speaks against a metre before anything is heard; of 159 composed songs 158 were right."""
_BREAK = 12.0
"""Price of a bar that is cut short or made longer, in the units of the accents."""
_UNDECIDED = 2.0
"""What accents count beside fitted evidence that tells no first beat from the others."""
_FITTED_BREAK = 25.0
"""The same in those of the fitted evidence: some six bars that speak for it clearly."""


@dataclass(frozen=True)
class Bars:
    """The bars of a song over its beats."""

    metre: int
    downbeats: np.ndarray
    """(bars,) int64: which beats are the first of a bar."""


def find_bars(
    accents: np.ndarray,
    weights: np.ndarray,
    patterns: np.ndarray,
    metre: int | None = None,
    fitted: Mapping[int, np.ndarray] | None = None,
) -> Bars:
    """Find the metre and the downbeats.

    Args:
        accents: (beats, marks) how much each mark of a bar's start is there on each beat.
        weights: (marks,) how much each mark counts.
        patterns: (beats, values) what each beat sounds like, to compare beats a bar apart.
        metre: beats in a bar, where that is known.
        fitted: by metre, (beats, metre) how much speaks for each count of a bar on each beat; of a
            metre that it lacks, accents tell the downbeats.
    """
    weighed = standardised(accents) @ weights / weights.sum()
    tried = METRES if metre is None else (metre,)
    counts = {one: _path(_gains(weighed, one), _BREAK) for one in tried}
    merits = {
        one: _contrast(weighed, counts[one]) + _likeness(patterns, one) - _RARE.get(one, 0)
        for one in tried
    }
    chosen = max(tried, key=lambda one: merits[one])
    told = (fitted or {}).get(chosen)
    if told is None:
        return Bars(chosen, np.flatnonzero(counts[chosen] == 0))
    both = told + _UNDECIDED * max(0.0, 1 - _margin(told)) * _gains(weighed, chosen)
    return Bars(chosen, np.flatnonzero(_path(both, _FITTED_BREAK) == 0))


def standardised(values: np.ndarray) -> np.ndarray:
    """Return columns with mean 0 and standard deviation 1; constant columns become 0."""
    spread = values.std(axis=0)
    return np.where(spread > 1e-9, (values - values.mean(axis=0)) / np.maximum(spread, 1e-9), 0)


def _gains(weighed: np.ndarray, metre: int) -> np.ndarray:
    """Return (beats, metre) what accents say for each count: strong ones for the first."""
    first = np.arange(metre) == 0
    return np.where(first, weighed[:, None], -weighed[:, None] / (metre - 1))


def _margin(told: np.ndarray) -> float:
    """Return by how much, in a bar, fitted evidence (beats, metre) prefers one first beat."""
    beats, metre = told.shape
    every = np.arange(beats)
    merits = np.sort([told[every, (every - first) % metre].sum() for first in range(metre)])
    return float(merits[-1] - merits[-2]) * metre / beats


def _path(gains: np.ndarray, price: float) -> np.ndarray:
    """Return (beats,) the counts in bars, 0 on the downbeat: the best path, breaks at a price."""
    metre = gains.shape[1]
    states = np.arange(metre)
    best = gains[0].copy()
    came_from = np.zeros(gains.shape, np.int64)
    step = np.full((metre, metre), -price)
    step[states, (states + 1) % metre] = 0
    for beat in range(1, len(gains)):
        reached = best[:, None] + step
        came_from[beat] = reached.argmax(axis=0)
        best = reached.max(axis=0) + gains[beat]
    path = np.empty(len(gains), np.int64)
    path[-1] = best.argmax()
    for beat in range(len(gains) - 1, 0, -1):
        path[beat - 1] = came_from[beat, path[beat]]
    return path


def _contrast(weighed: np.ndarray, counts: np.ndarray) -> float:
    """Return by how much downbeats stand out, in standard deviations."""
    first = counts == 0
    if first.all() or not first.any():
        return 0.0
    return float(weighed[first].mean() - weighed[~first].mean())


def _likeness(patterns: np.ndarray, metre: int) -> float:
    """Return how alike beats one, two and three bars apart are."""
    values = standardised(patterns)
    alike = [
        np.mean(values[bars * metre :] * values[: -bars * metre])
        for bars in (1, 2, 3)
        if len(values) > bars * metre + 8
    ]
    return 2 * float(np.mean(alike)) if alike else 0.0
