from dataclasses import replace

import numpy as np
import pytest

from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Section, Structure
from stickdance.tools.benchmarks.listening import SEEDS, wanted_songs
from stickdance.tools.benchmarks.listening_scores import score_beats, score_sections, summary
from stickdance.tools.demo.song.compose import compose

TIMES = 0.5 + np.arange(64) * 0.5


def beats(times, metre=4):
    return Beats(
        times, np.arange(0, len(times), metre), 60 / np.median(np.diff(times)), metre,
        np.ones(len(times)), 1.0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def song():
    return compose(7001, seconds=40, tempo=120, metre=4, bridge=True)


def structure_of(song, shift=0.0, chorus="chorus"):
    """Return the song's own sections as if they had been heard, `shift` seconds late."""
    starts = [0.0, *(one.start + shift for one in song.sections[1:]), song.sections[-1].end]
    labels = [*(one.label for one in song.sections), "end"]
    ends = [*starts[1:], song.seconds]
    sections = [
        Section(label, start, end, label == chorus)
        for label, start, end in zip(labels, starts, ends, strict=True)
    ]
    return Structure(tuple(sections), (), chorus)


def test_beats_as_they_are_score_one():
    scores = score_beats(TIMES, TIMES[::4], 4, beats(TIMES))
    assert (scores.f_measure, scores.cmlt, scores.downbeat_f) == pytest.approx((1, 1, 1))
    assert not scores.octave_off


@pytest.mark.parametrize("step", [0.25, 1.0])
def test_double_and_half_are_an_octave_off_and_only_amlt_forgives_them(step):
    scores = score_beats(TIMES, TIMES[::4], 4, beats(np.arange(0.5, 32.4, step)))
    assert scores.octave_off
    assert scores.f_measure == pytest.approx(2 / 3, abs=0.02)
    assert scores.cmlt < 0.1 and scores.amlt > 0.9


def test_sections_as_they_are_are_all_found_and_right(song):
    scores = score_sections(song, structure_of(song))
    assert scores.found == scores.boundaries == scores.right == scores.claimed
    assert scores.boundaries == len(song.sections) - 1
    assert scores.choruses


def test_sections_that_begin_two_beats_late_are_missed(song):
    assert score_sections(song, structure_of(song, shift=0.45)).choruses
    late = score_sections(song, structure_of(song, shift=1.1))
    assert (late.found, late.right, late.choruses) == (0, 0, False)


def test_returns_are_found_by_the_label_of_the_first_that_the_other_kind_has_not(song):
    scores = score_sections(song, structure_of(song))
    assert scores.returns == scores.returns_found > 0
    heard = structure_of(song)
    alike = [replace(one, label="A") for one in heard.sections]
    assert score_sections(song, Structure(tuple(alike), (), "A")).returns_found == 0
    other = [replace(one, label=f"{number}") for number, one in enumerate(heard.sections)]
    assert score_sections(song, Structure(tuple(other), (), None)).returns_found == 0


def test_another_section_called_chorus_is_no_find(song):
    assert not score_sections(song, structure_of(song, chorus="verse")).choruses
    heard = structure_of(song)
    first = replace(heard.sections[0], chorus=True)
    both = Structure((first, *heard.sections[1:]), (), "chorus")
    assert not score_sections(song, both).choruses


def test_the_summary_counts_and_takes_medians(song):
    good = score_beats(TIMES, TIMES[::4], 4, beats(TIMES))
    bad = score_beats(TIMES, TIMES[::4], 3, beats(np.arange(0.5, 32.4, 1.0)))
    sections = [score_sections(song, structure_of(song, shift)) for shift in (0, 0, 1.1)]
    found = summary([good, good, bad], sections)
    assert found["beat_f_median"] == 1
    assert (found["octave_off"], found["metre_right"], found["choruses_complete"]) == (1, 2, 2)
    assert found["boundaries_found"] == pytest.approx(2 / 3)


def test_the_songs_wanted_are_spread_evenly():
    songs = wanted_songs(SEEDS)
    tempi = [song.tempo for song in songs]
    assert len(songs) == 20 and min(tempi) < 66 and max(tempi) > 174
    assert np.diff(tempi) == pytest.approx(6)
    assert 5 <= sum(song.metre == 3 for song in songs) <= 8
    assert sum(song.bridge for song in songs) == 10
    assert sum(song.swing > 0.5 for song in songs) == 10
    slow = [song for song in songs if song.tempo < 120]
    assert any(song.metre == 3 and song.swing > 0.5 for song in slow)
