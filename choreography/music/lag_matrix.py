"""What was heard before: the time-lag matrix of a song, and the lines in it.

After Goto, "A chorus section detection method" (2006), as vivjay30/pychorus implements it: T[x][y]
= f(x, x - y) with f(V1, V2) = 1 - |V1 - V2| / sqrt(12) for the notes V of two columns; noise that
runs along a column or a diagonal is taken away; a repetition is a horizontal line. Other than
pychorus, columns lie on the song's beats, so that a line is one row thick; lines keep both their
ends, also at the end of the song; a line is never joined to the next row; where a song goes on in
another key, that is undone (`key_changes`); and the matrix stays below MOST_COLUMNS squared: a
longer song gets longer columns.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.chroma import Chroma, similarities
from stickdance.choreography.music.key_changes import key_rises, lowered

MOST_COLUMNS = 1600
_COLUMNS_PER_BEAT = 2
_SMOOTHING_SECONDS = 2.5
_SHORTEST_SECONDS = 6.0
_SHORTEST_BEATS = 8
_THRESHOLD = 0.15
_LOOSER = 0.9
_TRIES = 8
_ENOUGH = 8
_GAP_SECONDS = 1.2  # a line may pause this long: a fill, a sung variation
_MOST_LINES = 400


@dataclass(frozen=True)
class Line:
    """A horizontal line: columns `start` up to `stop` repeat those `lag` columns earlier."""

    start: int
    stop: int
    lag: int
    similarity: float
    """0..1: mean similarity of the notes, before noise was removed."""


@dataclass(frozen=True)
class LagMatrix:
    """The similarity of each column of a song with the one `lag` columns before it."""

    edges: np.ndarray
    """(columns + 1,) seconds at which columns begin and end."""
    similarity: np.ndarray
    """(columns, lags) float32, 0..1; 0 where the lag reaches before the song."""
    lines: np.ndarray
    """(columns, lags) float32, not negative: similarity after denoising and smoothing."""


def lag_matrix(chroma: Chroma, beats: Beats, seconds: float) -> LagMatrix:
    """Return the time-lag matrix of a song.

    Args:
        chroma: its notes.
        beats: its beats, on which columns are laid.
        seconds: its length.
    """
    edges = columns(beats, seconds)
    notes = lowered(chroma.within(edges), _rises(chroma, beats, edges))
    similarity = _sheared(similarities(notes, notes))
    reach = max(2, round(_SMOOTHING_SECONDS / float(np.median(np.diff(edges)))))
    return LagMatrix(edges, similarity, denoised(similarity, reach))


def _rises(chroma: Chroma, beats: Beats, edges: np.ndarray) -> np.ndarray:
    """Return (columns,) how far each column's key lies above the first; heard beat by beat."""
    pairs = edges[::_COLUMNS_PER_BEAT]
    bar = beats.metre * float(np.median(beats.intervals) / np.median(np.diff(pairs)))
    rises = key_rises(chroma.within(pairs), bar)
    return np.pad(rises.repeat(_COLUMNS_PER_BEAT), (0, _COLUMNS_PER_BEAT), "edge")[: len(edges) - 1]


def columns(beats: Beats, seconds: float) -> np.ndarray:
    """Return edges of columns over the whole song: half beats, or several beats in a long song."""
    times = beats.times
    first, last = beats.intervals[0], beats.intervals[-1]
    before = np.arange(times[0] - first, -0.5 * first, -first)[::-1]
    after = np.arange(times[-1] + last, seconds + 0.5 * last, last)
    grid = np.concatenate([before, times, after])
    per_beat = _COLUMNS_PER_BEAT
    if per_beat * (len(grid) - 1) <= MOST_COLUMNS:
        places = np.arange(per_beat * (len(grid) - 1) + 1) / per_beat
        return np.clip(np.interp(places, np.arange(len(grid)), grid), 0, seconds)
    step = -(-len(grid) // (MOST_COLUMNS - 1))
    return np.unique(np.clip([*grid[:-1:step], grid[-1]], 0, seconds))


def denoised(similarity: np.ndarray, reach: int) -> np.ndarray:
    """Return a lag matrix in which only horizontal lines stand out.

    The mean over `reach` columns to either side is compared with the means in the four other
    directions (up and down the lags, and both ways along the diagonal, where a held chord makes
    stripes): where a horizontal one is the greatest, the least of the others is subtracted, else
    their greatest. The result is smoothed along time and clipped at 0.
    """
    horizontal = np.maximum(
        _mean_ahead(similarity, reach, 1, 0), _mean_ahead(similarity, reach, -1, 0)
    )
    least = np.full_like(similarity, np.inf)
    most = np.full_like(similarity, -np.inf)
    for step in ((0, 1), (0, -1), (1, 1), (-1, -1)):
        mean = _mean_ahead(similarity, reach, *step)
        least = np.minimum(least, mean)
        most = np.maximum(most, mean)
    clean = similarity - np.where(horizontal > most, least, most)
    smooth = gaussian_filter1d(clean, reach / 2, axis=0, mode="nearest")
    smooth[_before_the_song(len(smooth))] = 0
    return np.maximum(smooth, 0)


def find_lines(matrix: LagMatrix) -> list[Line]:
    """Return the lines, the strongest first; the threshold falls until some are found."""
    duration = float(np.median(np.diff(matrix.edges)))
    shortest = max(2, round(_SHORTEST_SECONDS / duration))
    gap = round(_GAP_SECONDS / duration)
    lines: list[Line] = []
    threshold = _THRESHOLD
    for _ in range(_TRIES):
        lines = _lines_above(matrix, threshold, shortest, gap)
        if len(lines) >= _ENOUGH:
            break
        threshold *= _LOOSER
    return lines


def _lines_above(matrix: LagMatrix, threshold: float, shortest: int, gap: int) -> list[Line]:
    height = matrix.lines
    tallest = np.maximum(np.roll(height, 1, axis=1), np.roll(height, -1, axis=1))
    on = (height > threshold) & (height >= 0.98 * tallest)
    lines = []
    for lag in np.flatnonzero(on.sum(axis=0) >= shortest // 2):
        if lag < shortest // 2:
            continue
        for start, stop in _runs(on[:, lag], gap):
            if stop - start >= shortest:
                mean = float(matrix.similarity[start:stop, lag].mean())
                lines.append(Line(start, stop, int(lag), mean))
    weight = [float(matrix.lines[one.start : one.stop, one.lag].sum()) for one in lines]
    order = np.argsort(weight)[::-1][:_MOST_LINES]
    return _apart([lines[place] for place in order])


def _apart(lines: list[Line]) -> list[Line]:
    """Drop lines that lie mostly beside a stronger one, a lag or two away."""
    kept: list[Line] = []
    for line in lines:
        beside = [
            other
            for other in kept
            if abs(other.lag - line.lag) <= 2
            and min(line.stop, other.stop) - max(line.start, other.start)
            > 0.5 * (line.stop - line.start)
        ]
        if not beside:
            kept.append(line)
    return kept


def _runs(on: np.ndarray, gap: int) -> list[tuple[int, int]]:
    """Return (start, stop) of stretches that are on, joined over short pauses."""
    places = np.flatnonzero(on)
    if not len(places):
        return []
    cuts = np.flatnonzero(np.diff(places) > gap + 1)
    starts = places[np.concatenate([[0], cuts + 1])]
    stops = places[np.concatenate([cuts, [len(places) - 1]])] + 1
    return list(zip(starts.tolist(), stops.tolist(), strict=True))


def _sheared(square: np.ndarray) -> np.ndarray:
    """Return T[x][y] = S[x][x - y], 0 where x < y."""
    size = len(square)
    earlier = np.arange(size)[:, None] - np.arange(size)
    sheared = np.take_along_axis(square, np.maximum(earlier, 0), axis=1)
    sheared[earlier < 0] = 0
    return sheared


def _before_the_song(size: int) -> np.ndarray:
    return np.arange(size)[:, None] < np.arange(size)


def _mean_ahead(values: np.ndarray, reach: int, along: int, across: int) -> np.ndarray:
    """Return the mean of each value and the `reach` ones after it in a direction."""
    padded = np.pad(values, reach, mode="edge")
    rows, lags = values.shape
    total = np.zeros_like(values)
    for step in range(reach + 1):
        row, lag = reach + along * step, reach + across * step
        total += padded[row : row + rows, lag : lag + lags]
    return total / (reach + 1)
