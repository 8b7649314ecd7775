import numpy as np
import pytest
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.psnr import IDENTICAL, mse, psnr, psnr_of_mean_mse


def noise(seed, shape=(64, 48, 3)):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def test_mse_and_psnr_agree_with_scikit_image_exactly():
    for seed in range(5):
        a, b = noise(seed), noise(seed + 100)
        assert mse(a, b) == mean_squared_error(a, b)
        assert psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b), rel=1e-15)


def test_one_level_everywhere_is_48_13_decibels():
    a = np.full((20, 30, 3), 100, np.uint8)
    assert mse(a, a + np.uint8(1)) == 1.0
    assert psnr(a, a + np.uint8(1)) == pytest.approx(48.1308036, abs=1e-6)


def test_black_and_white_is_no_decibels():
    black = np.zeros((9, 9, 3), np.uint8)
    assert psnr(black, 255 - black) == 0.0


def test_large_pictures_lose_no_whole_number():
    black = np.zeros((2000, 2000, 3), np.uint8)
    other = np.full_like(black, 255)
    other[0, 0, 0] = 254
    assert mse(black, other) * black.size == 255**2 * (black.size - 1) + 254**2


def test_identical_pictures_stand_for_100_decibels():
    a = noise(1)
    assert mse(a, a) == 0.0
    assert psnr(a, a) == IDENTICAL == 100.0
    assert psnr_of_mean_mse(np.zeros(3)) == IDENTICAL


def test_the_seed_papers_mean_error_gives_its_psnr():
    assert psnr_of_mean_mse(np.array([11.95])) == pytest.approx(37.358, abs=2e-3)


def test_the_mean_of_decibels_is_never_below_that_of_the_mean_error():
    a = noise(1)
    others = [noise(2), np.clip(a.astype(int) + 3, 0, 255).astype(np.uint8)]
    mean = np.mean([psnr(a, other) for other in others])
    assert mean > psnr_of_mean_mse(np.array([mse(a, other) for other in others]))


@pytest.mark.parametrize("other", [(64, 47, 3), (64, 48, 4), (64, 48)])
def test_other_shapes_are_refused(other):
    with pytest.raises(BadInput, match="differ"):
        mse(noise(1), noise(1, other))


def test_nothing_is_refused():
    empty = np.empty((0, 0, 3), np.uint8)
    with pytest.raises(BadInput, match="expected"):
        psnr(empty, empty)
