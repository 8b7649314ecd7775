import numpy as np
import pytest
from skimage.metrics import structural_similarity

from stickdance.synth.quality.maps import squared_error_map, ssim_map
from stickdance.synth.quality.psnr import mse
from stickdance.synth.quality.ssim import ssim_gaussian, ssim_luma, ssim_skimage


def pair(size=(70, 90)):
    random = np.random.default_rng(3)
    a = random.integers(0, 256, (*size, 3), np.uint8)
    return a, np.clip(a + random.normal(0, 30, a.shape), 0, 255).astype(np.uint8)


def test_the_mean_of_the_squared_error_map_is_the_mse():
    assert squared_error_map(*pair()).mean(dtype=np.float64) == pytest.approx(mse(*pair()))


@pytest.mark.parametrize("score", [ssim_gaussian, ssim_skimage, ssim_luma])
def test_the_mean_of_a_similarity_map_is_the_score(score):
    values = ssim_map(*pair(), score.__name__)
    assert values.mean(dtype=np.float64) == pytest.approx(score(*pair()), abs=1e-6)


def test_the_maps_are_scikit_images_inside_its_border():
    a, b = pair()
    _, whole = structural_similarity(a, b, channel_axis=2, full=True)
    assert ssim_map(a, b, "ssim_skimage") == pytest.approx(whole[3:-3, 3:-3].mean(axis=2), abs=1e-5)
    _, whole = structural_similarity(
        a, b, channel_axis=2, full=True, gaussian_weights=True, sigma=1.5, data_range=255,
        use_sample_covariance=False,
    )  # fmt: skip
    assert ssim_map(a, b, "ssim_gaussian") == pytest.approx(
        whole[5:-5, 5:-5].mean(axis=2), abs=1e-5
    )


def test_a_picture_smaller_than_the_window_has_no_map():
    assert ssim_map(*pair((10, 40)), "ssim_gaussian") is None
    assert ssim_map(*pair((10, 40)), "ssim_skimage").shape == (4, 34)
