import numpy as np
import pytest

from stickdance.choreography.learned.music_to_dance.window import to_pixels, to_window, window_poses


def test_a_dancer_of_one_body_height_is_240_pixels_tall_in_the_middle():
    pixels = to_pixels(to_window(np.array([[0.0, 1.0], [0.0, 0.0], [0.5, 0.5]])))
    assert pixels == pytest.approx(np.array([[320, 45], [320, 285], [440, 165]]), abs=1e-3)


def test_the_middle_of_the_window_is_the_origin():
    assert to_pixels(np.zeros(2)).tolist() == [320, 160]
    assert to_pixels(np.array([1.0, 1.0])).tolist() == [480, 320]


def test_poses_in_the_window_are_all_seen():
    poses = window_poses(np.zeros((3, 18, 2)), 10)
    assert (poses.size, poses.fps, poses.confidence.min()) == ((640, 320), 10, 1)
