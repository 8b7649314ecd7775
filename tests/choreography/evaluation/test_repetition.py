import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.evaluation.repetition import repetitions
from stickdance.choreography.music.structure import Section

BEATS = 0.5 + 0.5 * np.arange(48)
SECTIONS = tuple(
    Section(label, 0.5 + 8.0 * n, 0.5 + 8.0 * (n + 1), False) for n, label in enumerate("ABA")
)


def dance(patterns, shift=0.0):
    """A body whose wrists follow one wave in each section; 1 unit is a tenth of its height."""
    times = np.arange(625) / 25
    points = np.zeros((625, 18, 2))
    points[:, :, 1] = np.linspace(10, 90, 18)
    points[:, 0, 1], points[:, [10, 13], 1] = 10, 90
    points[:, [8, 11], 0] = 50
    for n, frequency in enumerate(patterns):
        inside = (times >= 0.5 + 8 * n) & (times < 0.5 + 8 * (n + 1))
        points[inside, 4, 0] += 8 * np.sin(2 * np.pi * frequency * (times[inside] - 0.5 - 8 * n))
        points[inside, 4, 0] += shift * n
    return PoseSequence(points, np.ones((625, 18)), 25.0, (100, 100))


def test_the_same_dance_to_the_same_music_agrees():
    found = repetitions(dance((1, 2, 1)), BEATS, SECTIONS)
    assert found.pairs == 1
    assert found.same == pytest.approx(0, abs=1e-3) and found.different > 0.003
    assert found.agreement == pytest.approx(1, abs=0.05)


def test_another_dance_to_the_same_music_does_not():
    assert repetitions(dance((1, 2, 2)), BEATS, SECTIONS).agreement < 0.4


def test_the_distance_is_the_mean_of_joints_in_body_heights():
    found = repetitions(dance((1, 2, 1), shift=4.0), BEATS, SECTIONS)
    assert found.same == pytest.approx(2 * 4.0 / 80 / 18, rel=0.05)  # one of 18 joints, 8 px of 80


def test_music_that_never_returns_has_no_agreement():
    once = tuple(
        Section(label, s.start, s.end, False) for label, s in zip("ABC", SECTIONS, strict=True)
    )
    assert repetitions(dance((1, 2, 1)), BEATS, once) is None
