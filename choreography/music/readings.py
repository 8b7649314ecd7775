"""Readings of a song's beat: which of its pulses is danced, and from which moment.

Every song has pulses at several speeds, and each can be begun on either side of half a beat. The
pulses related to the strongest one by small ratios are followed through all sounds and through the
low ones, as machines keep time and as people do, and each is also taken half a beat later. A
logistic model (`reading_weights.json`) weighs what `reading_evidence` hears in each; its
probabilities say which reading is danced, and which other one is near.

The weights are a conditional logit: the probability of a candidate is the exponential of the
weighed sum of its standardised evidence, over the sum of all candidates' of the song.
`python -m stickdance.tools.benchmarks.fit_readings` fits them on composed songs.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from stickdance.choreography.music.beat_tracking import FREE, STEADY, follow
from stickdance.choreography.music.chroma import Chroma
from stickdance.choreography.music.onsets import FRAME_RATE, Onsets
from stickdance.choreography.music.reading_evidence import evidence, sounds_of
from stickdance.choreography.music.tempo import FASTEST, SLOWEST, TempoPath, levelled

RATIOS = (1 / 3, 1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2, 3)
WEIGHTS = Path(__file__).with_name("reading_weights.json")
ALL_TEMPI = (SLOWEST, 0.96 * FASTEST)
_FEWEST = 8  # beats that can be weighed
_SAME, _ALIKE = 3.0, 5.0  # frames within which two candidates, or two readings, are one
_NEARLY = 0.3  # of the most probable of readings that are nearly the same
_MOST = 0.9, 0.75  # share of the beats for which that must hold


@dataclass(frozen=True)
class Reading:
    """A pulse that may be the beat."""

    pulse: np.ndarray
    """(beats,) float64, rising frames of the onset envelopes."""
    ratio: float
    """Its tempo over that of the song's strongest pulse."""
    probability: float = 0.0
    """0..1, with all candidates that are nearly the same."""

    @property
    def tempo(self) -> float:
        """Return beats a minute."""
        return 60 * FRAME_RATE / float(np.median(np.diff(self.pulse)))


@dataclass(frozen=True)
class Weights:
    """What each piece of evidence counts."""

    names: tuple[str, ...]
    mean: np.ndarray
    spread: np.ndarray
    weight: np.ndarray

    def merit(self, values: dict[str, float]) -> float:
        """Return the weighed sum of evidence."""
        row = np.array([values[name] for name in self.names])
        return float(((row - self.mean) / self.spread) @ self.weight)


def find_readings(
    onsets: Onsets, chroma: Chroma, tempo: TempoPath, within: tuple[float, float] = ALL_TEMPI
) -> list[Reading]:
    """Return how a song's beat can be read, the most probable first, none like another.

    Args:
        onsets: the song's onset envelopes.
        chroma: its notes and its bass.
        tempo: its strongest pulse.
        within: beats a minute that are asked for, from and to.

    Returns:
        Readings of at least eight beats; empty where no pulse within the tempi has so many.
    """
    found = candidates(onsets, tempo.tempi, within)
    if not found:
        return []
    sounds = sounds_of(onsets, chroma, tempo.correlations)
    merits = np.array([weights().merit(evidence(one.pulse, sounds)) for one in found])
    shares = np.exp(merits - merits.max())
    shares /= shares.sum()
    return _together([found[place] for place in np.argsort(-shares)], -np.sort(-shares))


def candidates(
    onsets: Onsets, path: np.ndarray, within: tuple[float, float] = ALL_TEMPI
) -> list[Reading]:
    """Return the pulses that are weighed, with their half-beat shifts.

    Args:
        onsets: the song's onset envelopes.
        path: (seconds,) beats a minute of its strongest pulse.
        within: beats a minute that are asked for, from and to.
    """
    middle = float(np.median(path))
    ratios = [ratio for ratio in RATIOS if within[0] <= middle * ratio <= within[1]]
    whole = levelled(onsets.whole)
    bass = levelled(onsets.low) + 0.3 * whole
    found: list[Reading] = []
    for tightness in (STEADY, FREE) if ratios else ():
        for envelope in (whole, bass):
            pulses = follow(envelope, path[:, None] * ratios, tightness)
            for ratio, pulse in zip(ratios, pulses, strict=True):
                _add_both(found, pulse.astype(np.float64), ratio)
    return found


@lru_cache(maxsize=1)
def weights() -> Weights:
    """Return the fitted weights."""
    values = json.loads(WEIGHTS.read_text(encoding="utf-8"))["evidence"]
    rows = np.array([[one["mean"], one["spread"], one["weight"]] for one in values.values()])
    return Weights(tuple(values), *rows.T)


def _add_both(found: list[Reading], pulse: np.ndarray, ratio: float) -> None:
    """Add a pulse, and the same half a beat later, where they are new."""
    for exact in (pulse, (pulse[:-1] + pulse[1:]) / 2):
        one = Reading(exact, ratio)
        if len(exact) >= _FEWEST and not any(
            one.ratio == other.ratio and _alike(one, other, _SAME, _MOST[0]) for other in found
        ):
            found.append(one)


def _together(ranked: Sequence[Reading], shares: np.ndarray) -> list[Reading]:
    """Return the readings with those that are alike as one, and their probability together."""
    groups: list[list[Reading]] = []
    for ranked_one, share in zip(ranked, shares, strict=True):
        one = replace(ranked_one, probability=float(share))
        for group in groups:
            first = group[0]
            if _alike(one, first, _ALIKE, _MOST[1]) and _alike(first, one, _ALIKE, _MOST[1]):
                group.append(one)
                break
        else:
            groups.append([one])
    found = [_of_group(group) for group in groups]
    return sorted(found, key=lambda one: -one.probability)


def _of_group(group: Sequence[Reading]) -> Reading:
    """Return the evenest of readings that are nearly the same and nearly as probable."""
    near = [one for one in group if one.probability >= _NEARLY * group[0].probability]
    even = min(near, key=lambda one: float(np.std(np.diff(np.log(np.diff(one.pulse))))))
    return replace(even, probability=sum(one.probability for one in group))


def _alike(one: Reading, other: Reading, near: float, most: float) -> bool:
    """Return whether most beats of one lie on beats of the other."""
    after = np.clip(np.searchsorted(other.pulse, one.pulse), 1, len(other.pulse) - 1)
    apart = np.minimum(
        np.abs(other.pulse[after] - one.pulse), np.abs(other.pulse[after - 1] - one.pulse)
    )
    return float(np.mean(apart <= near)) > most
