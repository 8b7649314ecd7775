import numpy as np

from stickdance.choreography.learned.music_to_dance.choice import keeps_best

BEATS = np.arange(0.5, 5, 0.5)


def stopping_at(period, shift=0.0, frames=50):
    """Poses that come to rest every `period` seconds, at `shift` and after."""
    time = np.arange(frames) / 10
    place = 0.5 * np.cos(np.pi * (time - shift) / period)
    return np.repeat(place[:, None], 36, 1)


def test_arrivals_on_the_beats_are_kept():
    ways = [stopping_at(0.5, 0.25), stopping_at(0.5), stopping_at(0.7)]
    assert keeps_best(ways, BEATS) == 1


def test_arrivals_between_the_beats_as_well_are_worse():
    assert keeps_best([stopping_at(0.25), stopping_at(0.5)], BEATS) == 1


def test_beats_let_pass_are_worse():
    assert keeps_best([stopping_at(1.5, 0.5), stopping_at(0.5)], BEATS) == 1


def test_a_single_way_and_a_song_without_beats_take_the_first():
    assert keeps_best([stopping_at(0.7)], BEATS) == 0
    assert keeps_best([stopping_at(0.7), stopping_at(0.5)], np.zeros(0)) == 0
