import cv2
import numpy as np
import pytest

from stickdance.tools.benchmarks.perlin import measure, perlin_noise


def test_perlin_noise_is_smooth_and_nought_where_its_grid_is():
    noise = perlin_noise(400)
    assert noise.shape == (400, 10)
    assert noise.std() == pytest.approx(1, abs=1e-5)
    assert np.abs(np.diff(noise, axis=0)).mean() < 0.2
    np.testing.assert_array_equal(noise, perlin_noise(400))
    assert not np.array_equal(noise, perlin_noise(400, seed=1))


def test_the_network_learns_the_noise_better_than_saying_the_last_again(tmp_path):
    found = measure(units=160, steps=200, picture_to=tmp_path / "perlin.png")
    assert found["held_out_error"] < 0.8 * found["error_of_last_again"] < 0.1
    assert found["movement"]["with_surprises"] > found["movement"]["without_surprises"]
    assert max(found["spread"].values()) < 2  # also after ten times as long
    assert cv2.imread(str(tmp_path / "perlin.png")).shape == (5 * (22 + 120), 900, 3)
