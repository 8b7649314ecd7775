"""Which sections of a song are the same music.

Sections as long as each other whose notes are alike from beat to beat, and whose timbre is not far,
share a label; those of a verse and a chorus that are more alike in themselves do not.
"""

from itertools import pairwise

import numpy as np
from scipy.cluster.hierarchy import average
from scipy.ndimage import uniform_filter1d
from scipy.spatial.distance import squareform

from stickdance.choreography.music.lag_matrix import LagMatrix
from stickdance.choreography.music.phrases import mean_timbres

_LEAST_SCALE = 0.35  # of the way to equality that a song's best repeats go, at least
_ALIKE = 0.45  # of that scale, from which on two groups are the same music
_AS_IN_ITSELF = 0.7  # of their own likeness that neighbours need to be one
_THE_SAME = 0.75  # of the scale, from which on a whole section lies in a longer one
_LEAST_BARS = 2  # of what is found in a longer section, and of the rest
_FARTHEST = 3.0  # above every likeness, to make distances of them
_SAME_LENGTH = 0.7  # of the longer section that the shorter one has at least
_TIMBRE_WEIGHT = 0.3  # of a difference in timbre beside one in notes


def label_sections(matrix: LagMatrix, timbre: np.ndarray, edges: np.ndarray, bar: int) -> list[int]:
    """Return for each section the number of its label, counted from 0 in order of appearance."""
    likeness = _likenesses(matrix, timbre, edges, bar)
    if len(likeness) < 2:
        return [0] * len(likeness)
    distance = np.maximum(_FARTHEST - likeness, 0)
    np.fill_diagonal(distance, 0)
    numbers = groups(average(squareform(distance)))
    order = list(dict.fromkeys(numbers))
    return [order.index(number) for number in numbers]


def divided(matrix: LagMatrix, timbre: np.ndarray, edges: np.ndarray, bar: int) -> np.ndarray:
    """Return edges with those added at which a section goes on after the whole of another.

    A chorus and a bridge that were taken for one are told apart where the chorus comes alone.
    """
    usual, scale = similarity_scale(matrix, bar)
    sums = np.cumsum(np.pad(matrix.similarity, ((1, 0), (0, 0))), axis=0, dtype=np.float64)
    added = set()
    for whole in pairwise(edges):
        length = whole[1] - whole[0]
        for start, end in pairwise(edges):
            if length < _LEAST_BARS * bar or end - start - length < _LEAST_BARS * bar:
                continue
            for begin, cut in ((start, start + length), (end - length, end - length)):
                later, lag = max(begin, whole[0]), abs(begin - whole[0])
                notes = float(sums[later + length, lag] - sums[later, lag]) / length
                alike = (notes - usual) / scale
                if alike > _THE_SAME:
                    apart = mean_timbres(timbre, whole) - mean_timbres(
                        timbre, (begin, begin + length)
                    )
                    alike -= _price(float(np.linalg.norm(apart)))
                if alike > _THE_SAME:
                    added.add(cut)
    return np.unique([*edges, *added])


def groups(tree: np.ndarray) -> list[int]:
    """Return a group for each section from the linkage of their distances.

    Two groups that each return, one right after the other, are one only where they are nearly as
    alike as each is in itself: a verse and a chorus by the same band, in the same key, are not.
    """
    count = len(tree) + 1
    members = [[one] for one in range(count)]
    likeness = [np.inf] * count
    groups = list(range(count))
    whole = [True] * count
    for first, second, distance, _ in tree:
        pair = int(first), int(second)
        alike = _FARTHEST - distance
        own = min(likeness[one] for one in pair)
        joined = all(whole[one] for one in pair) and alike >= _ALIKE
        beside = any(abs(a - b) == 1 for a in members[pair[0]] for b in members[pair[1]])
        joined &= not (np.isfinite(own) and beside) or alike >= _AS_IN_ITSELF * own
        members.append(members[pair[0]] + members[pair[1]])
        likeness.append(alike)
        whole.append(joined)
        if joined:
            for one in members[-1]:
                groups[one] = members[-1][0]
    return groups


def _likenesses(matrix: LagMatrix, timbre: np.ndarray, edges: np.ndarray, bar: int) -> np.ndarray:
    """Return (sections, sections): 1 the same, 0 no more alike than any two places of the song."""
    count = len(edges) - 1
    usual, scale = similarity_scale(matrix, bar)
    sounds = mean_timbres(timbre, edges)
    sums = np.cumsum(np.pad(matrix.similarity, ((1, 0), (0, 0))), axis=0, dtype=np.float64)
    likeness = np.zeros((count, count))
    for later in range(count):
        for earlier in range(later):
            notes = _aligned(sums, edges[earlier : earlier + 2], edges[later : later + 2], bar)
            apart = float(np.linalg.norm(sounds[later] - sounds[earlier]))
            value = (notes - usual) / scale - _price(apart)
            likeness[later, earlier] = likeness[earlier, later] = value
    return likeness


def _price(apart: float) -> float:
    """Return what timbres that are so far apart take from the likeness of notes."""
    return _TIMBRE_WEIGHT * max(0.0, apart - 0.5)


def _aligned(sums: np.ndarray, earlier: np.ndarray, later: np.ndarray, bar: int) -> float:
    """Return the mean similarity of two sections laid over each other, a bar's shift allowed.

    `sums` are the running sums of the lag matrix along time.
    """
    lengths = np.array([earlier[1] - earlier[0], later[1] - later[0]])
    if lengths.min() < _SAME_LENGTH * lengths.max():
        return 0.0
    best = 0.0
    for shift in range(-bar, bar + 1):
        lag = later[0] - earlier[0] + shift
        first = max(later[0], earlier[0] + lag)
        last = min(later[1], earlier[1] + lag)
        if lag > 0 and last - first >= _SAME_LENGTH * lengths.max():
            best = max(best, float(sums[last, lag] - sums[first, lag]) / (last - first))
    return best


def similarity_scale(matrix: LagMatrix, bar: int) -> tuple[float, float]:
    """Return how alike any two stretches of four bars are, and how much more the same ones are.

    A recording's repeats are never as alike as a machine's: the measure is the song's own best, but
    not less than a third of the way to equality, as where nothing repeats.
    """
    means = uniform_filter1d(matrix.similarity, 4 * bar, axis=0)
    lags = np.arange(means.shape[1])
    heard = (lags >= 2 * bar) & (lags <= np.arange(len(means))[:, None] - 2 * bar)
    if not heard.any():
        return 0.0, 1.0
    usual, best = np.percentile(means[heard], [50, 99.7])
    return float(usual), max(float(best - usual), _LEAST_SCALE * (1 - float(usual)), 1e-6)
