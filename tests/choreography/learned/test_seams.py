import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.learned.seams import fastest_joint, find_seams

FPS = 25.0


def dancer(path):
    """Return a body 100 pixels tall from nose to ankles; all of it follows a path (frames,)."""
    points = np.zeros((len(path), 18, 2))
    points[..., 1] = np.linspace(20, 120, 18)
    points[:, 0, 1], points[:, 10, 1], points[:, 13, 1] = 20, 120, 120
    points[..., 0] = 100 + np.asarray(path)[:, None]
    return PoseSequence(points, np.ones(points.shape[:2]), FPS, (256, 256))


def swaying(frames=1500):
    times = np.arange(frames) / FPS
    return 10 * np.sin(2 * np.pi * 0.7 * times) + 3 * np.sin(2 * np.pi * 1.9 * times)


def test_speed_is_counted_in_body_heights_a_second():
    steady = dancer(2.0 * np.arange(50))  # 2 pixels a frame, 25 frames a second, 100 pixels tall
    assert fastest_joint(steady) == pytest.approx(np.full(49, 0.5))


def test_a_dance_in_one_piece_shows_no_seam_anywhere():
    poses = dancer(swaying())
    found = find_seams(poses, np.arange(4.21, 60, 5.03))
    assert found.borders == 12 and found.smooth
    assert found.by_chance > 0.05
    assert found.around == pytest.approx(1, abs=0.35)


def test_a_jump_at_one_border_is_a_seam():
    path = swaying()
    path[750:] += 8.0
    found = find_seams(dancer(path), np.arange(5, 60, 5) - 0.02)
    assert not found.smooth
    assert found.by_chance < 0.05
    assert found.at_borders > 1.5 * found.elsewhere


def test_the_same_jump_between_borders_is_not_held_against_them():
    path = swaying()
    path[750:] += 8.0
    assert find_seams(dancer(path), np.arange(5, 60, 5) + 1.4).smooth


def test_a_dance_without_chunks_has_no_borders():
    found = find_seams(dancer(swaying()), np.array([-1.0, 0.0, 99.0]))
    assert found.borders == 0 and found.at_borders is None and found.smooth
