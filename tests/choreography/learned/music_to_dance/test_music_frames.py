import numpy as np
import pytest

from stickdance.choreography.learned.music_to_dance.music_frames import (
    as_sound,
    beat_clock,
    song_samples,
)

BEATS = np.arange(1.0, 9.0, 0.5)


def phases(clock):
    turns = np.arctan2(clock[:, [3, 9]], clock[:, [2, 8]]) / (2 * np.pi)
    return np.mod(turns + 1e-6, 1)


def test_the_clock_tells_the_beat_and_the_count():
    clock = beat_clock(60, BEATS, [0, 4, 8, 12], 4)
    beat, bar = phases(clock)[[10, 15, 20, 30, 45]].T  # 1.0, 1.5, 2.0, 3.0 and 4.5 s
    assert beat == pytest.approx([0, 0, 0, 0, 0], abs=1e-4)
    assert bar == pytest.approx([0, 0.25, 0.5, 0, 0.75], abs=1e-4)


def test_between_beats_the_clock_runs_on():
    beat, bar = phases(beat_clock(60, BEATS, [0, 4, 8, 12], 4))[12]  # 1.2 s: 0.4 beats
    assert (beat, bar) == (pytest.approx(0.4, abs=1e-4), pytest.approx(0.1, abs=1e-4))


def test_before_the_first_and_after_the_last_beat_it_goes_on_in_the_song_s_own_metre():
    clock = beat_clock(120, np.arange(1.0, 6.0, 0.5), [0, 3, 6, 9], 3)
    beat, bar = phases(clock)[[0, 100]].T  # 2 beats before the first, and beat 18
    assert beat == pytest.approx([0, 0], abs=1e-4)
    assert bar == pytest.approx([1 / 3, 0], abs=1e-4)


def test_a_clock_may_begin_within_the_song():
    whole = beat_clock(60, BEATS, [0, 4, 8, 12], 4)
    part = beat_clock(40, BEATS, [0, 4, 8, 12], 4, start=2.0)
    assert part == pytest.approx(whole[20:], abs=1e-5)


def test_a_song_fills_the_range_and_ends_in_silence(sounds):
    rate = 44_100
    time = np.arange(2 * rate) / rate
    sound = sounds.write(0.2 * np.sin(2 * np.pi * 440 * time))
    samples = song_samples(sound, 30)
    assert samples.shape == (48_000,)
    assert (samples.min(), samples.max()) == (-32767, 32767)
    silence = samples[33_000:].astype(int)
    assert np.abs(silence).max() < 0.02 * 32767
    crossings = np.diff(np.signbit(samples[:16_000])).sum()
    assert crossings == pytest.approx(880, abs=3)


def test_frames_of_sound_follow_each_other():
    sound = as_sound(np.arange(3200, dtype=np.int16))
    assert sound.shape == (2, 1600)
    assert sound[1, 0] == pytest.approx(1600 / 32767)
