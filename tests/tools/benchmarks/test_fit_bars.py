import numpy as np
import pytest

from stickdance.tools.benchmarks.fit_bars import Bar, candidates_of, fitted, metronome
from stickdance.tools.demo.song.compose import compose


def test_the_true_first_beat_is_the_right_candidate():
    song = compose(4, seconds=9, groove="waltz")
    evidence = np.zeros((len(song.beats), 2))
    first = int(np.abs(song.beats - song.downbeats[0]).argmin())
    evidence[first :: song.metre, 1] = 1
    (bar,) = candidates_of(song, song.beats, evidence)
    assert np.flatnonzero(bar.right).tolist() == [first % 3]
    assert bar.rows[first % 3].reshape(2, 3)[1].tolist() == [1, 0, 0]
    assert candidates_of(song, song.beats + 0.2, evidence) == []


def test_weights_find_what_marks_the_first_beat_and_not_noise():
    random = np.random.default_rng(0)
    bars = []
    for _ in range(60):
        right = int(random.integers(4))
        mark = np.roll([1.5, 0, 0, 0], right) + random.normal(0, 0.2, 4)
        both = np.stack([mark, random.normal(0, 1, 4)], axis=1)
        rows = [np.roll(both, -first, axis=0).T.ravel() for first in range(4)]
        bars.append(Bar(np.stack(rows), np.arange(4) == right))
    weight = fitted(bars)
    assert weight.shape == (2, 4) and weight[0].argmax() == 0
    assert weight[0, 0] > 3 * np.abs(weight[1]).max()


def test_a_metronome_is_hard_on_the_first_of_its_bar():
    song = metronome(3, 100, "rim")
    assert len(song.beats) == 48 and np.diff(song.beats) == pytest.approx(0.6)
    assert song.downbeats == pytest.approx(song.beats[::3])
