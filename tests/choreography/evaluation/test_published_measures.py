import numpy as np
import pytest
import soundfile

from stickdance.capture.media.audio import read_wav
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.evaluation.published_measures import (
    motion_beats_by_deviation,
    music_onsets,
    published_fid,
    published_measures,
    window_features,
)

STOPS = np.array([1.0, 2.0, 3.0, 4.0])


def stopping(size=1.0, shift=0.0):
    """Return a body of 10 frames a second whose wrist comes to rest at every second."""
    time = np.arange(51) / 10
    base = np.stack([np.full(18, 100.0), np.linspace(20, 120, 18)], axis=1)
    base[0], base[8], base[11], base[10], base[13] = (
        (100, 20), (95, 70), (105, 70), (95, 120), (105, 120)
    )  # fmt: skip
    points = np.tile(base, (len(time), 1, 1))
    points[:, 4, 0] += 20 * (time - np.sin(2 * np.pi * time) / (2 * np.pi))  # speed 1 - cos
    points[:, 7, 1] += 0.01 * np.sin(2 * np.pi * 1.7 * time)  # trembles: the same share of its own
    return PoseSequence(points * size + shift, np.ones((51, 18)), 10.0, (640, 320))


def test_a_motion_beat_is_where_the_joints_together_brake():
    still = stopping()
    still.points[:, 7] = still.points[:1, 7]
    beats = motion_beats_by_deviation(still)
    assert len(beats) == len(STOPS)
    assert np.abs(beats - STOPS).max() <= 0.1  # a frame


def test_somebody_who_stands_has_no_motion_beats_and_no_hit_rate():
    standing = stopping()
    standing.points[:] = standing.points[:1]
    scores = published_measures(standing, STOPS)
    assert (scores["motion_beats"], scores["beat_coverage"]) == (0, 0.0)
    assert scores["hit_rate"] is None


def test_coverage_and_hit_rate_are_counted_as_in_the_thesis():
    still = stopping()
    still.points[:, 7] = still.points[:1, 7]
    near = np.array([0.2, 1.1, 2.0, 2.6, 3.4, 4.05, 4.5, 4.8])  # 1, 2 and 4 are met, 3 is not
    scores = published_measures(still, near)
    assert scores["beat_coverage"] == pytest.approx(4 / 8)
    assert scores["hit_rate"] == pytest.approx(3 / 4)


def test_music_beats_are_the_strong_onsets_of_a_sound(tmp_path):
    random, rate = np.random.default_rng(0), 44_100
    sound = np.zeros(5 * rate)
    for at in (0.5, 1.25, 2.0, 3.5):
        start = round(at * rate)
        sound[start : start + 2000] = random.uniform(-0.8, 0.8, 2000) * np.linspace(1, 0, 2000)
    soundfile.write(tmp_path / "clicks.wav", sound, rate)
    found = music_onsets(read_wav(tmp_path / "clicks.wav"))
    assert found == pytest.approx([0.5, 1.25, 2.0, 3.5], abs=0.07)


def test_the_distance_is_none_from_itself_and_forgets_size_and_place():
    one, other = window_features(stopping()), window_features(stopping(3.0, 40.0))
    assert published_fid([one], [other]) == pytest.approx(0, abs=1e-6)
    away = one.copy()
    away[:, 0] += 2.0
    assert published_fid([away], [one]) == pytest.approx(4.0, abs=1e-6)
