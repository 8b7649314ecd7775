"""By how many frames one side lags behind the other, or at what other rate it runs.

Stages
    1. Of small luma pictures the mean over time is taken away: a still room and a colour that
       differs throughout say nothing about time.
    2. One product of matrices gives the distance of every frame of one side to every frame of the
       other; an offset, or a rate with an offset, is the mean along a line through it.
    3. The best line counts where it is clearly nearer than the line as paired: by a tenth in the
       mean, and frame by frame (a paired t value of 5), and nearer than films that have nothing to
       do with each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from stickdance.synth.compute.array_types import Floats, Integers
from stickdance.synth.quality.mismatch.small_pictures import SmallPictures

FARTHEST = 12
"""Frames: offsets from -12 to +12 are tried."""
_RATES = tuple(
    Fraction(*pair)
    for pair in ((1, 2), (2, 1), (24, 25), (25, 24), (4, 5), (5, 4), (5, 6), (6, 5), (2, 3), (3, 2))
)
"""Frames of the rendered side for each of the reference, besides as many as they were paired."""
_LEAST, _LEAST_FOR_RATES = 6, 24  # frames that a claim needs
_SAME = 0.05  # levels squared: a mean distance below is none
_NEARER, _MUCH_NEARER, _SURE = 0.9, 0.4, 5.0
_RELATED = 0.6  # of the mean distance of unrelated films
_FAR_STILL = 0.2  # share of the pictures' own movement: beyond, other rates are tried


@dataclass(frozen=True)
class Alignment:
    """A better way to lay one side upon the other in time."""

    offset: int
    """Frames that the rendered side lags (> 0) or runs ahead."""
    rate: Fraction | None = None
    """Frames of the rendered side for each of the reference; None: as they were paired."""


def find_alignment(small: SmallPictures) -> Alignment | None:
    """Return how the sides would lie nearer upon each other, or None where they lie well."""
    if len(small.pairs) < _LEAST:
        return None
    pairs = np.array(small.pairs)
    grid = _Grid.of(small)
    base = grid.line(pairs[:, 0], pairs[:, 1])
    if np.nanmean(base) <= _SAME:
        return None
    shifts = range(-FARTHEST, FARTHEST + 1)
    means = {k: _mean(grid.line(pairs[:, 0], pairs[:, 1] + k)) for k in shifts}
    best = min(shifts, key=lambda k: (means[k], abs(k)))
    still_far = means[best] > max(_SAME, _FAR_STILL * grid.movement)
    if still_far and len(pairs) >= _LEAST_FOR_RATES:
        found = _other_rate(grid, pairs, base, means[best])
        if found is not None:
            return found
    line = grid.line(pairs[:, 0], pairs[:, 1] + best)
    related = means[best] < _RELATED * grid.movement_of_both
    return Alignment(best) if best and related and _beats(line, base, _NEARER) else None


def _other_rate(grid: "_Grid", pairs: Integers, base: Floats, nearest: float) -> Alignment | None:
    """Return another rate under which the sides are much nearer than at any offset."""
    numbers = pairs[:, 0]
    spans = pairs[-1] - pairs[0]
    paired = spans[1] / max(1, spans[0])
    best, found, best_line = np.inf, None, base
    for rate in (*_RATES, Fraction(1)):
        if abs(float(rate) - paired) < 0.01 * paired:
            continue
        mapped = np.rint(numbers * float(rate)).astype(int)
        for k in sorted(range(-FARTHEST, FARTHEST + 1), key=abs):
            line = grid.line(numbers, mapped + k)
            mean = _mean(line)
            if mean < best:
                best, found, best_line = mean, Alignment(k, rate), line
    sure = best < _MUCH_NEARER * nearest and _beats(best_line, base, _MUCH_NEARER)
    return found if sure else None


@dataclass(frozen=True)
class _Grid:
    """The mean squared difference of all frames of one side to all of the other."""

    apart: Floats
    places: tuple[Integers, Integers]
    """Frame's number -> row, column; -1 where there is none."""
    movement: float
    """Variance of the reference over time, levels squared."""
    movement_of_both: float
    """That and the rendered side's: the mean distance of films that are unrelated."""

    @staticmethod
    def of(small: SmallPictures) -> "_Grid":
        a, b = (_moving(side) for side in (small.real, small.rendered))
        squares = np.square(a).mean(axis=1)[:, None] + np.square(b).mean(axis=1)[None]
        apart = squares - 2 / a.shape[1] * (a @ b.T)
        places = _places(small.real), _places(small.rendered)
        own, other = (float(np.square(side).mean()) for side in (a, b))
        return _Grid(apart, places, own, own + other)

    def line(self, numbers: Integers, partners: Integers) -> Floats:
        """Return how far each frame is from its partner, NaN where one of them is not there."""
        rows, columns = (
            np.where((n >= 0) & (n < len(at)), at[n.clip(0, len(at) - 1)], -1)
            for n, at in zip((numbers, partners), self.places, strict=True)
        )
        there = (rows >= 0) & (columns >= 0)
        values: Floats = np.where(there, self.apart[rows, columns], np.nan)
        return values


def _moving(pictures: Mapping[int, Floats]) -> Floats:
    rows = np.stack(list(pictures.values()))
    moving: Floats = rows - rows.mean(axis=0)
    return moving


def _places(pictures: Mapping[int, Floats]) -> Integers:
    places = np.full(max(pictures) + 1, -1)
    places[list(pictures)] = np.arange(len(pictures))
    return places


def _mean(line: Floats) -> float:
    """Return the mean distance; infinite where too few frames have a partner."""
    known = line[np.isfinite(line)]
    enough = known.size >= max(_LEAST // 2, len(line) // 3)
    return float(known.mean()) if enough else float("inf")


def _beats(line: Floats, other: Floats, share: float) -> bool:
    """Tell whether the same frames are nearer on a line than on the other, beyond chance."""
    both = np.isfinite(line) & np.isfinite(other)
    here, there = line[both], other[both]
    if here.size < _LEAST // 2 or here.mean() >= share * there.mean():
        return False
    gain = there - here
    return bool(gain.mean() > _SURE * gain.std(ddof=1) / np.sqrt(gain.size) or gain.min() > 0)
