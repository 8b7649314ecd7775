"""Where a song's sections begin.

Boundaries: at every column of the lag matrix the stretch before is compared with the stretch after,
in timbre and in what it repeats (the rows of the denoised matrix, after Serra et al., "Unsupervised
music structure annotation by time series structure features and segment similarity", 2014); a
cymbal that is struck on no other first beat around says that something begins, too. Dynamic
programming chooses the boundaries with the greatest novelty, at a price for those beside downbeats
and for lengths other than four, eight or sixteen bars.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from stickdance.choreography.music.lag_matrix import LagMatrix
from stickdance.choreography.music.section_labels import similarity_scale

# Prices are in units of novelty, in which a clear boundary has about 1.
_OFF_BAR = 0.35  # for a boundary beside a downbeat
_EVEN = 0.15  # for two, six, ten ... bars instead of four, eight, sixteen
_SHORTNESS = 0.3  # for half of _SHORT_SECONDS
_SHORT_SECONDS = 7.0
_SHORTEST_SECONDS = 3.5  # one bar will do where it lasts this long, else two
_LONGEST_BARS = 24
_REACH_BARS = 2.0  # compared before and after an edge, but not more than
_REACH_SECONDS = 4.0
_AROUND = 0.8  # of the novelty within a beat counts for a downbeat
_SHARES = (0.67, 0.47)  # of timbre, exact to the beat, and of what is repeated, which is blurred
_CRASH_SHARE = 0.4  # of novelty that a cymbal gives
_CRASH_DB = 10.0  # of hiss above that of other bars, of a whole cymbal
_USUAL = 2.0  # times the median rise or fall is no cymbal yet
_HISS = slice(18, None)  # mel bands from about 3.5 kHz
_BARS_AROUND = 4  # on each side that it is compared with
_SHARE_FROM = 0.45  # of the way from any two places to the same music


@dataclass(frozen=True)
class Grid:
    """What sections are laid on."""

    bar: int
    """Columns of a bar."""
    beat: int
    """Columns of a beat, at least 1."""
    downbeats: np.ndarray
    """(columns + 1,) bool: edges at which a bar begins."""
    first: int
    """The column of the first beat."""
    closing: int
    """The column at which the last beat's chord rings out; the number of columns without one."""


def find_boundaries(matrix: LagMatrix, news: np.ndarray, grid: Grid) -> np.ndarray:
    """Return the columns at which sections begin, and the number of columns at the end.

    Args:
        matrix: the song's lag matrix.
        news: (columns + 1,) from `novelty`.
        grid: its bars.
    """
    end_of_song = len(news) - 1
    count = grid.closing
    gains = _gains(news, grid)[: count + 1]
    gains[[0, count]] = 0
    column = float(np.median(np.diff(matrix.edges)))
    shortest = max(1, min(2 * grid.bar, max(grid.bar, round(_SHORTEST_SECONDS / column))))
    lengths = np.arange(shortest, max(shortest, min(_LONGEST_BARS * grid.bar, count)) + 1)
    chosen = _best_path(gains, lengths, _length_prices(lengths / grid.bar, lengths * column))
    return np.unique([*chosen, end_of_song])


def _gains(news: np.ndarray, grid: Grid) -> np.ndarray:
    """Return what a boundary at each edge is worth.

    A downbeat is worth what is new around it, too: a drum roll over the last beat of a section is
    the news that comes before its end, and a cymbal rings into the next beat.
    """
    around = maximum_filter1d(news, 2 * grid.beat + 1)
    return np.where(grid.downbeats, np.maximum(news, _AROUND * around), news - _OFF_BAR)


def _best_path(gains: np.ndarray, lengths: np.ndarray, prices: np.ndarray) -> list[int]:
    """Return the bounds from the first to the last column with the greatest gains less prices."""
    count = len(gains) - 1
    best = np.full(count + 1, -np.inf)
    best[0] = 0
    before = np.zeros(count + 1, int)
    for end in range(1, count + 1):
        fits = lengths <= end
        starts = end - lengths[fits]
        # What stands before the first and after the last downbeat makes a length uneven.
        at_rim = (starts == 0) | (end == count)
        reached = best[starts] - np.where(at_rim, 0.3 * prices[fits], prices[fits])
        if len(reached) and np.isfinite(reached.max()):
            before[end] = starts[int(reached.argmax())]
            best[end] = reached.max() + gains[end]
    if not np.isfinite(best[count]):
        return [0, count]  # too short to be divided
    chosen = [count]
    while chosen[-1] > 0:
        chosen.append(int(before[chosen[-1]]))
    return chosen[::-1]


def novelty(matrix: LagMatrix, timbre: np.ndarray, grid: Grid) -> np.ndarray:
    """Return (columns + 1,) how new what comes at each edge is; about 1 at a clear boundary.

    What comes before the first beat and after the closing chord counts for nothing: the fall into
    silence is a greater change than any between sections.
    """
    bar = grid.bar
    repeats = uniform_filter1d(matrix.lines, max(1, bar // 4) * 2 + 1, axis=1)
    column = float(np.median(np.diff(matrix.edges)))
    reach = round(max(bar, min(_REACH_BARS * bar, _REACH_SECONDS / column)))
    song = slice(grid.first, grid.closing)
    changes = zip((timbre, repeats), _SHARES, strict=True)
    here = np.zeros(len(matrix.edges))
    here[grid.first : grid.closing + 1] = sum(
        share * _scaled(_peaks(_change(values[song], reach), bar)) for values, share in changes
    )
    here[song] += _CRASH_SHARE * crashes(timbre[song], grid)
    return _shared(here, matrix, bar)


def crashes(timbre: np.ndarray, grid: Grid) -> np.ndarray:
    """Return (columns,) 0..1: how much more hiss a beat begins with than that beat of other bars.

    A cymbal struck on the first beat says that a section begins.
    """
    ends = grid.beat - 1
    hiss = timbre[:, _HISS].mean(axis=1)
    hiss = np.convolve(np.pad(hiss, (0, ends), "edge"), np.ones(grid.beat) / grid.beat, "valid")
    around = [step * grid.bar for step in range(-_BARS_AROUND, _BARS_AROUND + 1) if step]
    places = np.arange(len(hiss))[:, None] + around
    inside = (places >= 0) & (places < len(hiss))
    others = np.where(inside, hiss[np.clip(places, 0, len(hiss) - 1)], np.nan)
    heard = inside.any(axis=1)
    rise = np.zeros(len(hiss))
    rise[heard] = hiss[heard] - np.nanmedian(others[heard], axis=1)
    usual = _USUAL * float(np.median(np.abs(rise))) if len(rise) else 0.0
    return np.clip((rise - usual) / _CRASH_DB, 0, 1)


def _shared(news: np.ndarray, matrix: LagMatrix, bar: int) -> np.ndarray:
    """Return the novelty of each edge averaged with that of the edges whose surroundings repeat it.

    So the same music is cut in the same way whenever it returns.
    """
    around = uniform_filter1d(matrix.similarity, 2 * bar, axis=0)
    usual, scale = similarity_scale(matrix, bar)
    weight = np.clip((around - usual) / scale - _SHARE_FROM, 0, 1)
    weight[:, 0] = 0
    earlier = np.arange(len(weight))[:, None] - np.arange(len(weight))
    weight[earlier < 0] = 0
    back = news[np.maximum(earlier, 0)]
    total = news.copy()
    count = np.ones(len(news))
    total[:-1] += (weight * back).sum(axis=1)
    count[:-1] += weight.sum(axis=1)
    rows, lags = np.nonzero(weight)
    np.add.at(total, rows - lags, weight[rows, lags] * news[rows])
    np.add.at(count, rows - lags, weight[rows, lags])
    return total / count


def _length_prices(bars: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Return the price of a section's length in bars."""
    whole = np.abs(bars - np.round(bars)) < 0.01
    number = np.round(bars).astype(int)
    prices = np.where(whole, 0.35, 0.6)
    prices[whole & (number % 2 == 0)] = _EVEN
    prices[whole & (number % 4 == 0)] = 0.05
    prices[whole & np.isin(number, (4, 8, 16))] = 0.0
    prices += _SHORTNESS * np.maximum(0, _SHORT_SECONDS / seconds - 1)
    return prices


def _change(values: np.ndarray, reach: int) -> np.ndarray:
    """Return (columns + 1,) the distance of the means of `reach` columns before and after."""
    count = len(values)
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, 0, dtype=np.float64)])
    edges = np.arange(count + 1)
    first, last = np.maximum(edges - reach, 0), np.minimum(edges + reach, count)
    before = (sums[edges] - sums[first]) / np.maximum(edges - first, 1)[:, None]
    after = (sums[last] - sums[edges]) / np.maximum(last - edges, 1)[:, None]
    change = np.linalg.norm(after - before, axis=1)
    change[(edges < reach // 2) | (edges > count - reach // 2)] = 0
    return change


def _peaks(values: np.ndarray, bar: int) -> np.ndarray:
    """Return values less what is usual around them, so that only peaks are left."""
    return np.maximum(values - uniform_filter1d(values, 4 * bar, mode="nearest"), 0)


def _scaled(values: np.ndarray) -> np.ndarray:
    top = np.sort(values)[-max(1, len(values) // 40) :].mean() if len(values) else 0
    return values / top if top > 0 else values
