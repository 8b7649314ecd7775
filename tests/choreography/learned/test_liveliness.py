import numpy as np
import pytest

from stickdance.choreography.learned.liveliness import liveliness

FPS = 10.0


def swinging(frames=400, period=20):
    phase = 2 * np.pi * np.arange(frames) / period
    return np.stack([np.sin(phase), np.cos(phase)], axis=1)


def test_it_is_what_a_circle_gives_by_hand():
    # Over k frames a point on a unit circle moves by 2 sin(pi k / period), in two numbers.
    square = (4 * np.sin(np.pi * 4 / 20) ** 2 - 4 * np.sin(np.pi / 20) ** 2) / 2
    assert liveliness(swinging(), FPS) == pytest.approx(np.sqrt(square))


def test_what_stands_still_trembles_or_flickers_does_not_live():
    random = np.random.default_rng(0)
    still = np.ones((400, 50))
    flicker = still * (np.arange(400) % 2)[:, None]
    assert liveliness(still, FPS) == 0
    assert liveliness(still + random.normal(size=still.shape), FPS) < 0.2
    assert liveliness(flicker, FPS) == 0


def test_noise_does_not_raise_it():
    rows = np.repeat(swinging(), 40, axis=1)
    noisy = rows + 0.5 * np.random.default_rng(1).normal(size=rows.shape)
    assert liveliness(noisy, FPS) == pytest.approx(liveliness(rows, FPS), rel=0.05)


def test_half_the_movement_is_half_as_lively_in_any_shape():
    rows = swinging()
    assert liveliness(0.5 * rows, FPS) == pytest.approx(0.5 * liveliness(rows, FPS))
    assert liveliness(rows.reshape(-1, 1, 2), FPS) == pytest.approx(liveliness(rows, FPS))


def test_too_short_a_sequence_has_none():
    assert liveliness(swinging(4), FPS) == 0
