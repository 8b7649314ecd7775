import numpy as np
import pytest

from stickdance.choreography.music.onsets import FRAME_RATE
from stickdance.choreography.music.tempo import (
    WINDOWS,
    autocorrelations,
    find_tempo,
    levelled,
    tempo_path,
)


def envelope_of(times, seconds):
    """Return a levelled onset envelope with a peak at each time."""
    frames = np.arange(round(seconds * FRAME_RATE)) / FRAME_RATE
    peaks = np.exp(-0.5 * np.square((frames[:, None] - times) / 0.015)).sum(axis=1)
    return levelled(peaks.astype(np.float32))


def swaying(tempo, share, beats=160, cycle=32):
    """Return beats that come and go by a share of the tempo every so many beats."""
    number = np.arange(beats)
    turn = 2 * np.pi / cycle
    return 0.5 + (number - share / turn * (1 - np.cos(turn * number))) * 60 / tempo


@pytest.mark.parametrize("tempo", [64, 100, 150])
def test_a_steady_song_has_one_tempo_from_beginning_to_end(tempo):
    times = 0.5 + np.arange(80) * 60 / tempo
    found = find_tempo(envelope_of(times, times[-1] + 0.5))
    ratio = np.median(found.tempi) / tempo
    assert min(abs(ratio / octave - 1) for octave in (0.5, 1, 2)) < 0.03
    assert np.ptp(found.tempi) < 0.07 * np.median(found.tempi)
    assert found.periodic > 0.7


def unevenness(tempi, true):
    """Return how far a path is from a constant multiple of the true tempi, as a mean share."""
    ratio = tempi[4:-4] / true[4:-4]
    return np.abs(ratio / np.median(ratio) - 1).mean()


def test_rubato_is_followed_through_shorter_windows():
    times = swaying(150, 0.15)
    envelope = envelope_of(times, times[-1] + 0.5)
    found = find_tempo(envelope)
    true = np.interp(np.arange(len(found.tempi)), times[:-1], 60 / np.diff(times))
    through_long_ones = tempo_path(autocorrelations(envelope, WINDOWS[0]))
    assert unevenness(found.tempi, true) < 0.025
    assert unevenness(through_long_ones, true) > 0.035


def test_chance_is_not_periodic_through_any_window():
    times = np.cumsum(np.random.default_rng(2).exponential(0.4, 200))
    assert find_tempo(envelope_of(times, times[-1])).periodic < 0.2
