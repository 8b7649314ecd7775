import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from stickdance.capture.media.audio import Sound
from stickdance.choreography.music.analysis import hear, side_by_side
from stickdance.choreography.music.chroma import chroma_of
from stickdance.choreography.music.onsets import onsets_of
from stickdance.choreography.music.spectrum import loudness, mono
from stickdance.choreography.music.timbre import timbre_of


@pytest.fixture
def sound(sounds):
    times = 0.4 + np.arange(60) * 0.4
    music = sounds.hits(times, sounds.click(), 25) + sounds.chord([57, 60, 64], 25)
    return sounds.write(music)


def test_analyses_side_by_side_find_what_they_find_alone(sound):
    heard, level = hear(sound), loudness(sound)
    np.testing.assert_allclose(heard.onsets.whole, onsets_of(mono(sound), level).whole, atol=1e-5)
    np.testing.assert_allclose(heard.chroma.notes, chroma_of(mono(sound), level).notes, atol=1e-6)
    np.testing.assert_allclose(heard.timbre.bands, timbre_of(mono(sound), level).bands, atol=1e-3)


def test_every_analysis_gets_every_sample_once(sound):
    whole = sum(len(piece) for piece in mono(sound))
    counts = side_by_side(sound, [lambda pieces: sum(map(len, pieces))] * 3)
    assert counts == [whole] * 3


def failing(pieces):
    next(pieces)
    raise ValueError("no more")


def test_an_analysis_that_fails_says_so_and_stops_nobody_else(sound):
    seen = []
    with pytest.raises(ValueError, match="no more"):
        side_by_side(sound, [failing, lambda pieces: seen.append(sum(map(len, pieces)))])
    assert seen == [sum(len(piece) for piece in mono(sound))]
    assert threading.active_count() < 20


def test_a_song_that_cannot_be_read_ends_all_of_it(sound, tmp_path):
    missing = Sound(tmp_path / "none.wav", 44_100, 1, 3.0)
    with pytest.raises(FileNotFoundError):
        side_by_side(missing, [list, list])


def test_an_interrupt_while_the_analyses_begin_ends_those_that_have_begun(sound, monkeypatch):
    submit, begun = ThreadPoolExecutor.submit, []

    def interrupted(pool, *arguments):
        if begun:
            raise KeyboardInterrupt
        begun.append(submit(pool, *arguments))
        return begun[0]

    monkeypatch.setattr(ThreadPoolExecutor, "submit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        side_by_side(sound, [list, list])
    assert begun[0].done()
