from itertools import pairwise

import numpy as np

from stickdance.choreography.music.chroma import FRAME_RATE, Chroma
from stickdance.choreography.music.published_structure import (
    _sections,
    one_hot,
    one_hot_matrix,
    one_hot_structure,
)


def test_only_the_loudest_note_stays():
    notes = np.zeros((3, 12), np.float32)
    notes[0, 3], notes[0, 5], notes[1, 7] = 1.0, 0.9, 0.2
    expected = np.zeros((3, 12))
    expected[0, 3] = expected[1, 7] = 1
    assert (one_hot(notes) == expected).all()


def test_the_matrix_has_five_columns_a_second_and_the_papers_similarity():
    notes = np.zeros((round(20 * FRAME_RATE), 12), np.float32)
    half = len(notes) // 2
    notes[:half, 0] = notes[half:, 4] = 1
    matrix = one_hot_matrix(Chroma(notes), 20.0)
    assert matrix.similarity.shape == (100, 100)
    assert matrix.similarity[30, 10] == 1
    assert abs(matrix.similarity[80, 60] - (1 - np.sqrt(2) / np.sqrt(12))) < 1e-6
    assert matrix.similarity[10, 11:].max() == 0, "before the song"


def test_a_passage_that_returns_is_found(sounds):
    random = np.random.default_rng(4)
    tune = random.integers(0, 12, (20, 1)) + 60
    other = random.integers(0, 12, (24, 1)) + 60
    last = random.integers(0, 12, (16, 1)) + 60
    pitches = np.concatenate([tune, other, tune, last])
    parts = [sounds.chord(list(p), 0.6, 0.3) for p in pitches]
    structure = one_hot_structure(sounds.write(np.concatenate(parts)))
    heard = [s for s in structure.sections if s.label == "A"]
    assert [s.chorus for s in heard] == [True, True]
    assert abs(heard[0].start - 0) < 2.5 and abs(heard[0].end - 12) < 2.5
    assert abs(heard[1].start - 26.4) < 2.5 and abs(heard[1].end - 38.4) < 2.5
    assert all(a.end == b.start for a, b in pairwise(structure.sections))


def test_noise_without_a_passage_is_one_section(sounds):
    noise = np.random.default_rng(0).normal(0, 0.1, 44_100 * 8)
    structure = one_hot_structure(sounds.write(noise))
    assert structure.chorus is None and len(structure.sections) == 1


def test_sections_cover_the_song():
    assert [(s.label, s.start, s.end) for s in _sections([(4.0, 8.0), (12.0, 16.0)], 20.0)] == [
        ("B", 0.0, 4.0), ("A", 4.0, 8.0), ("C", 8.0, 12.0), ("A", 12.0, 16.0), ("D", 16.0, 20.0),
    ]  # fmt: skip
    assert [s.label for s in _sections([(0.1, 8.0), (8.0, 19.9)], 20.0)] == ["A", "A"]
    assert [(s.start, s.end) for s in _sections([], 20.0)] == [(0.0, 20.0)]
