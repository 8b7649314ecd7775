"""By how many frames one side lags behind the other, or at what other rate it runs.

Stages
    1. Small luma pictures are brought to one mean and one spread each: a fade, a flash or another
       brightness says nothing about time. Nearly black or flat ones do not count.
    2. One product of matrices gives the distance of every frame of one side to every frame of the
       other; an offset, or a rate with an offset, is the mean along a line through it.
    3. The nearest line counts where it is clearly nearer than the line as paired (by a tenth in
       the mean, frame by frame by a paired t value of 5, and in no part of the film farther) and
       than frames that have nothing to do with each other. Where movement repeats itself several
       lines are as near: the shortest lag is told, and none where one beyond the farthest is
       nearer still. A rate must beat every lag and every other rate by far.
    4. Where nothing is found, once more without the mean over time of each side, so that another
       room does not hide it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from stickdance.synth.compute.array_types import Bools, Floats, Integers
from stickdance.synth.quality.mismatch.small_pictures import SmallPictures

FARTHEST = 12
"""Frames: offsets from -12 to +12 are told."""
_RATES = tuple(
    Fraction(*pair)
    for pair in ((1, 2), (2, 1), (24, 25), (25, 24), (4, 5), (5, 4), (5, 6), (6, 5), (2, 3), (3, 2))
)
"""Frames of the rendered side for each of the reference, besides as many as they were paired."""
_LEAST, _LEAST_MOVING = 6, 24  # frames that a claim needs, and one about rates or moving parts
_FLAT, _DARK = 2.0, 0.15  # levels, and share of the usual spread, below which none is seen
_SPREAD = 50.0  # levels to which every picture's spread is brought
_SAME = 0.05  # levels squared: a mean distance below is none
_NEARER, _SURE = 0.9, 5.0
_MUCH_NEARER = 0.4  # of the nearest offset's distance may be left by a rate
_RELATED = 0.6  # of the mean distance of any frame to any other
_EQUAL = 1.25  # times the nearest distance: as near
_APART = 2  # frames by which two lines differ somewhere, to be two
_PARTS, _LOSS = 3, 0.1  # of a film, none of which may lie farther by that share


@dataclass(frozen=True)
class Alignment:
    """A better way to lay one side upon the other in time."""

    offset: int
    """Frames that the rendered side lags (> 0) or runs ahead."""
    rate: Fraction | None = None
    """Frames of the rendered side for each of the reference; None: as they were paired."""
    repeats: bool = False
    """Whether as many frames in the other direction fit as well: the movement repeats itself."""


def find_alignment(small: SmallPictures) -> Alignment | None:
    """Return how the sides would lie nearer upon each other, or None where they lie well."""
    if len(small.pairs) < _LEAST:
        return None
    sides = _evened(small.real), _evened(small.rendered)
    whole = _Grid.of(*sides)
    found = _nearest(whole, np.array(small.pairs))
    if found is None and len(small.pairs) >= _LEAST_MOVING:
        moving = _Grid.of(*(_moving(side) for side in sides))
        found = _nearest(moving, np.array(small.pairs))
    return found


@dataclass(frozen=True)
class _Grid:
    """The mean squared difference of all frames of one side to all of the other."""

    apart: Floats
    """NaN where either frame shows nothing."""
    places: tuple[Integers, Integers]
    """Frame's number -> row, column; -1 where there is none."""
    unrelated: float
    """The mean distance of any frame to any other."""

    @staticmethod
    def of(real: Mapping[int, Floats], rendered: Mapping[int, Floats]) -> "_Grid":
        a, b = (np.stack(list(side.values())) for side in (real, rendered))
        squares = np.square(a).mean(axis=1)[:, None] + np.square(b).mean(axis=1)[None]
        apart = squares - 2 / a.shape[1] * (a @ b.T)
        known = apart[np.isfinite(apart)]
        mean = float(known.mean()) if known.size else 0.0
        return _Grid(apart, (_places(real), _places(rendered)), mean)

    def line(self, numbers: Integers, partners: Integers) -> Floats:
        """Return how far each frame is from its partner, NaN where one of them is not there."""
        rows, columns = (
            np.where((n >= 0) & (n < len(at)), at[n.clip(0, len(at) - 1)], -1)
            for n, at in zip((numbers, partners), self.places, strict=True)
        )
        there = (rows >= 0) & (columns >= 0)
        values: Floats = np.where(there, self.apart[rows, columns], np.nan)
        return values


@dataclass(frozen=True)
class _Line:
    """One way to lay the sides upon each other."""

    alignment: Alignment
    partners: Integers
    distances: Floats
    mean: float
    """Infinite where too few frames have a partner."""


def _nearest(grid: _Grid, pairs: Integers) -> Alignment | None:
    numbers = pairs[:, 0]
    base = _line(grid, numbers, Alignment(0), pairs[:, 1])
    if not _SAME < base.mean < np.inf:
        return None
    reach = max(FARTHEST, len(pairs) // 2)
    shifts = [
        _line(grid, numbers, Alignment(k), pairs[:, 1] + k)
        for k in sorted(range(-reach, reach + 1), key=abs)
    ]
    rate = _other_rate(grid, pairs, base, shifts)
    return rate or _lag(grid, base, shifts)


def _lag(grid: _Grid, base: _Line, shifts: list[_Line]) -> Alignment | None:
    """Return the shortest offset of those that are nearest."""
    best = min(shifts, key=lambda line: line.mean)
    near = [line for line in shifts if line.mean <= _EQUAL * best.mean]
    near = [line for line in near if _is_valley(line, shifts)] or [best]
    first, *others = sorted(near, key=lambda line: (abs(line.alignment.offset), line.mean))
    offset = first.alignment.offset
    related = first.mean < _RELATED * grid.unrelated
    if not offset or abs(offset) > FARTHEST or not related or not _beats(first, base, _NEARER):
        return None
    repeats = any(abs(line.alignment.offset + offset) <= 1 for line in others)
    return Alignment(offset, repeats=repeats)


def _is_valley(line: _Line, shifts: list[_Line]) -> bool:
    """Tell whether no offset next to it is nearer."""
    at = line.alignment.offset
    return all(line.mean <= other.mean for other in shifts if abs(other.alignment.offset - at) == 1)


def _other_rate(grid: _Grid, pairs: Integers, base: _Line, shifts: list[_Line]) -> Alignment | None:
    """Return another rate under which the sides are much nearer than under anything else."""
    if len(pairs) < _LEAST_MOVING:
        return None
    numbers, spans = pairs[:, 0], pairs[-1] - pairs[0]
    paired = spans[1] / max(1, spans[0])
    rates = [rate for rate in (*_RATES, Fraction(1)) if abs(float(rate) / paired - 1) >= 0.01]
    lines = [
        _line(grid, numbers, Alignment(k, rate), np.rint(numbers * float(rate)).astype(int) + k)
        for rate in rates
        for k in sorted(range(-FARTHEST, FARTHEST + 1), key=abs)
    ]
    best = min(lines, key=lambda line: line.mean)
    others = [line for line in lines if np.abs(line.partners - best.partners).max() > _APART]
    sure = (
        best.mean < _RELATED * grid.unrelated
        and best.mean < _MUCH_NEARER * _least(shifts)
        and _EQUAL * best.mean < _least(others)
        and _beats(best, base, _MUCH_NEARER)
    )
    return best.alignment if sure else None


def _line(grid: _Grid, numbers: Integers, alignment: Alignment, partners: Integers) -> _Line:
    distances = grid.line(numbers, partners)
    known = distances[np.isfinite(distances)]
    enough = known.size >= max(_LEAST // 2, len(numbers) // 3)
    mean = float(known.mean()) if enough else float("inf")
    return _Line(alignment, partners, distances, mean)


def _least(lines: Iterable[_Line]) -> float:
    return min((line.mean for line in lines), default=float("inf"))


def _beats(line: _Line, other: _Line, share: float) -> bool:
    """Tell whether the same frames are nearer on a line than on the other, beyond chance."""
    both = np.isfinite(line.distances) & np.isfinite(other.distances)
    here, there = line.distances[both], other.distances[both]
    if here.size < _LEAST // 2 or here.mean() >= share * there.mean():
        return False
    gain = there - here
    if any(part.mean() < -_LOSS * there.mean() for part in np.array_split(gain, _PARTS)):
        return False  # a film that runs otherwise, and only meets this line somewhere
    return bool(gain.mean() > _SURE * gain.std(ddof=1) / np.sqrt(gain.size) or gain.min() > 0)


def _evened(pictures: Mapping[int, Floats]) -> dict[int, Floats]:
    """Return the pictures with one mean and one spread, NaN where one shows nothing."""
    rows = np.stack(list(pictures.values())).astype(np.float64)
    rows -= rows.mean(axis=1, keepdims=True)
    spread = rows.std(axis=1, keepdims=True)
    seen: Bools = spread >= max(_FLAT, _DARK * float(np.median(spread)))
    evened = np.where(seen, rows * (_SPREAD / np.where(seen, spread, 1)), np.nan)
    return dict(zip(pictures, evened, strict=True))


def _moving(pictures: Mapping[int, Floats]) -> dict[int, Floats]:
    """Return the pictures without their mean over time."""
    rows = np.stack(list(pictures.values()))
    seen = np.isfinite(rows[:, 0])
    rest = rows - (rows[seen].mean(axis=0) if seen.any() else 0.0)
    return dict(zip(pictures, rest, strict=True))


def _places(pictures: Mapping[int, Floats]) -> Integers:
    places = np.full(max(pictures) + 1, -1)
    places[list(pictures)] = np.arange(len(pictures))
    return places
