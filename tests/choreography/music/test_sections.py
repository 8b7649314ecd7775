import numpy as np
import pytest
from scipy.cluster.hierarchy import average
from scipy.spatial.distance import squareform

from stickdance.choreography.music.lag_matrix import LagMatrix
from stickdance.choreography.music.section_labels import divided, groups
from stickdance.choreography.music.sections import Grid, crashes

BAR, BEAT = 8, 2


def grid(columns):
    down = np.arange(columns + 1) % BAR == 0
    return Grid(bar=BAR, beat=BEAT, downbeats=down, first=0, closing=columns)


def timbre(bars, crash_bars, spread=1.0):
    """Return (columns, 24) decibels of a hat on every beat, and of cymbals that ring for one."""
    random = np.random.default_rng(3)
    sound = random.normal(0, spread, (bars * BAR, 24))
    sound[::BEAT, 18:] += 6
    for bar in crash_bars:
        sound[bar * BAR : bar * BAR + 4, 18:] += [[16], [12], [6], [3]]
    return sound


def test_a_cymbal_is_heard_on_the_first_beats_that_it_is_struck_on():
    heard = crashes(timbre(16, (4, 8)), grid(16 * BAR))[::BAR]
    assert heard[[4, 8]] == pytest.approx(1)
    assert np.delete(heard, [4, 8]).max() < 0.3


def test_cymbals_of_every_bar_and_hiss_that_comes_and_goes_are_no_news():
    assert crashes(timbre(16, range(16)), grid(16 * BAR))[::BAR].max() < 0.3
    assert crashes(timbre(16, (), spread=15.0), grid(16 * BAR))[::BAR].max() < 0.8
    assert crashes(timbre(1, ()), grid(BAR)).max() == 0


def heard_again(form, lengths):
    """Return the lag matrix, in columns, of sections that are alike where they have one letter."""
    rows = np.concatenate([np.arange(bars * BAR) + 1000 * ord(letter)
                           for letter, bars in zip(form, lengths, strict=True)])  # fmt: skip
    random = np.random.default_rng(0)
    square = np.where(
        np.equal.outer(rows, rows), 0.95, 0.6 + 0.05 * random.random((len(rows),) * 2)
    )
    size = len(rows)
    earlier = np.arange(size)[:, None] - np.arange(size)
    similarity = np.where(
        earlier >= 0, np.take_along_axis(square, np.maximum(earlier, 0), axis=1), 0
    ).astype(np.float32)
    return LagMatrix(np.arange(size + 1) / 4, similarity, similarity)


def test_a_chorus_and_a_bridge_that_were_taken_for_one_are_told_apart():
    heard = heard_again("vcbcv", [8, 8, 4, 8, 8])
    bars = np.array([0, 8, 20, 28, 36])  # the bridge is missing
    found = divided(heard, timbre(36, ()), bars * BAR, BAR)
    assert (found / BAR).tolist() == [0, 8, 16, 20, 28, 36]
    late = np.array([0, 8, 16, 28, 36])  # the chorus after the bridge is
    found = divided(heard, timbre(36, ()), late * BAR, BAR)
    assert (found / BAR).tolist() == [0, 8, 16, 20, 28, 36]
    right = np.array([0, 8, 16, 20, 28, 36])
    assert (divided(heard, timbre(36, ()), right * BAR, BAR) / BAR).tolist() == right.tolist()


def grouped(alike):
    distance = 3 - np.asarray(alike, float)
    np.fill_diagonal(distance, 0)
    numbers = groups(average(squareform(distance)))
    return [numbers.index(number) for number in numbers]


def likenesses(labels, across):
    same = np.equal.outer(list(labels), list(labels))
    return np.where(same, 1.0, across)


def test_a_verse_and_a_chorus_over_like_chords_are_two_where_each_returns_the_same():
    assert grouped(likenesses("vcvc", 0.55)) == [0, 1, 0, 1]
    assert grouped(likenesses("vcvc", 0.8)) == [0, 0, 0, 0]
    assert grouped(likenesses("vcvc", 0.2)) == [0, 1, 0, 1]


def test_verses_with_other_words_are_one_though_some_are_more_alike():
    alike = likenesses("vcwcvcwc", 0.1)
    verses = [0, 2, 4, 6]
    alike[np.ix_(verses, verses)] = likenesses("vwvw", 0.55)
    assert grouped(alike) == [0, 1] * 4
