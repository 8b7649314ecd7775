import numpy as np
import pytest

from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.chroma import FRAME_RATE, Chroma
from stickdance.choreography.music.lag_matrix import MOST_COLUMNS, columns, find_lines, lag_matrix


def steady(count, interval=0.5):
    times = np.arange(count) * interval
    return Beats(times, np.arange(0, count, 4), 60 / interval, 4, np.ones(count, np.float32), 1.0)


def chroma_of(patterns, interval=0.5):
    """Return notes that hold each pattern for a beat."""
    frames = int(len(patterns) * interval * FRAME_RATE) + 2
    beat = np.minimum(
        (np.arange(frames) / FRAME_RATE / interval + 1e-9).astype(int), len(patterns) - 1
    )
    return Chroma(np.asarray(patterns, np.float32)[beat])


def test_similarity_is_the_papers_formula_at_every_lag():
    patterns = np.random.default_rng(0).random((6, 12))
    patterns /= patterns.max(axis=1, keepdims=True)
    matrix = lag_matrix(chroma_of(patterns), steady(6), 3.0)
    assert matrix.similarity.shape == (12, 12)  # two columns a beat
    for x in range(0, 12, 2):
        for lag in range(0, x + 1, 2):
            apart = np.linalg.norm(patterns[x // 2] - patterns[(x - lag) // 2]) / np.sqrt(12)
            assert matrix.similarity[x, lag] == pytest.approx(1 - apart, abs=0.12)
    assert (matrix.similarity[3, 4:] == 0).all()


def test_a_repetition_is_a_line_with_both_its_ends_also_at_the_end_of_the_song():
    random = np.random.default_rng(1)
    theme, other = random.random((24, 12)) ** 3, random.random((30, 12)) ** 3
    song = np.concatenate([theme, other, theme])
    matrix = lag_matrix(chroma_of(song), steady(len(song)), len(song) * 0.5)
    strongest = find_lines(matrix)[0]
    assert strongest.lag == 2 * 54
    assert strongest.start == pytest.approx(2 * 54, abs=4)
    assert strongest.stop == pytest.approx(2 * 78, abs=4)
    assert strongest.similarity > 0.95


def test_silence_is_no_repetition():
    song = np.zeros((60, 12))
    song[:10] = np.random.default_rng(2).random((10, 12))
    matrix = lag_matrix(chroma_of(song), steady(60), 30.0)
    assert find_lines(matrix) == []


def test_columns_cover_the_song_and_stay_bounded_for_the_longest_one():
    for seconds, count in ((60.0, 100), (5400.0, 10_700)):
        edges = columns(steady(count), seconds)
        assert edges[0] == pytest.approx(0, abs=0.01)
        assert edges[-1] == pytest.approx(seconds, abs=0.6)
        assert len(edges) <= MOST_COLUMNS + 1
        assert (np.diff(edges) > 0).all()
