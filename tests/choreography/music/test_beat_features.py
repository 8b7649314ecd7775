import numpy as np

from stickdance.choreography.music.beat_features import BANDS, beat_features
from stickdance.choreography.music.beats import Beats


def steady(count, interval=0.5):
    times = np.arange(count) * interval
    return Beats(times, np.arange(0, count, 4), 60 / interval, 4, np.ones(count, np.float32), 1.0)


def tones(frequencies, loud, interval=0.5):
    """Return a tone for each beat."""
    time = np.arange(round(interval * 44_100)) / 44_100
    return np.concatenate(
        [a * np.sin(2 * np.pi * f * time) for f, a in zip(frequencies, loud, strict=True)]
    )


def test_louder_beats_have_more_amplitude_between_0_and_1(sounds):
    loud = np.repeat([0.05, 0.2, 0.6], 8)
    features = beat_features(sounds.write(tones([300] * 24, loud)), steady(24))
    middle = [features.amplitude[place] for place in (4, 12, 20)]
    assert middle[0] < 0.1 < middle[1] < 0.9 < middle[2]


def test_the_same_loudness_throughout_is_half_everywhere(sounds):
    features = beat_features(sounds.write(tones([300] * 12, [0.3] * 12)), steady(12))
    assert np.abs(features.amplitude[1:-1] - 0.5).max() < 0.1


def test_the_band_that_stands_out_is_dominant(sounds):
    mixture = sum(tones([f] * 24, [0.1] * 24) for f in (80, 700, 5000))
    loud = np.repeat([0.3, 0.0, 0.0], 8), np.repeat([0.0, 0.3, 0.0], 8), np.repeat([0, 0, 0.3], 8)
    for frequency, parts in zip((80, 700, 5000), loud, strict=True):
        mixture = mixture + tones([frequency] * 24, parts)
    features = beat_features(sounds.write(0.7 * mixture), steady(24))
    names = [BANDS[one] for one in features.dominant[[4, 12, 20]]]
    assert names == ["low", "mid", "high"]
    np.testing.assert_allclose(features.shares.sum(axis=1), 1, rtol=1e-5)


def test_silent_beats_are_flagged_and_no_band_stands_out_in_them(sounds):
    loud = [0.4] * 8 + [0.0] * 6 + [0.4] * 8
    features = beat_features(sounds.write(tones([300] * 22, loud)), steady(22))
    assert features.silent.tolist() == [False] * 8 + [True] * 6 + [False] * 8
    assert (features.amplitude[8:14] == 0).all()
    np.testing.assert_allclose(features.shares[9], 1 / 3)


def test_there_is_one_value_for_every_beat_also_after_the_sound_has_ended(sounds):
    features = beat_features(sounds.write(tones([300] * 4, [0.4] * 4)), steady(9))
    assert len(features.amplitude) == len(features.interval) == len(features.silent) == 9
    assert features.silent[5:].all()
