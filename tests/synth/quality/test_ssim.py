import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import correlate1d
from skimage.metrics import structural_similarity

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.ssim import (
    WEIGHTS,
    ms_ssim,
    similarities,
    ssim_gaussian,
    ssim_luma,
    ssim_skimage,
)

GAUSSIAN = {
    "gaussian_weights": True,
    "sigma": 1.5,
    "use_sample_covariance": False,
    "data_range": 255,
}


def picture(seed, height=200, width=240):
    """Return smooth shapes with edges and some grain, as uint8 RGB."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    waves = [np.sin(x / random.uniform(5, 40) + y / random.uniform(5, 40)) for _ in range(3)]
    shapes = (np.hypot(x - width / 2, y - height / 2) < 50)[..., None] * 60
    grain = random.normal(0, 6, (height, width, 3))
    return np.clip(110 + 50 * np.stack(waves, 2) + shapes + grain, 0, 255).astype(np.uint8)


def worsened(a, seed, sigma):
    b = a + np.random.default_rng(seed).normal(0, sigma, a.shape)
    b[40:80, 40:80] = b[40:80, 40:80].mean(axis=(0, 1))
    return np.clip(b, 0, 255).astype(np.uint8)


def gaussian_window(size=11, sigma=1.5):
    at = np.arange(size) - size // 2
    weights = np.exp(-(at**2) / (2 * sigma**2))
    return weights / weights.sum()


def reference_ms_ssim(a, b):
    """Return pytorch-msssim's definition, in float64 with SciPy's filters."""
    window = gaussian_window()
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

    def valid(x):
        for axis in (0, 1):
            x = correlate1d(x, window, axis)
        return x[5:-5, 5:-5]

    def pooled(x):
        height, width = x.shape
        x = np.pad(x, ((height % 2,) * 2, (width % 2,) * 2))
        height, width = x.shape[0] // 2 * 2, x.shape[1] // 2 * 2
        return x[:height, :width].reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))

    scores = []
    for channel in range(a.shape[2]):
        x, y = a[..., channel].astype(float), b[..., channel].astype(float)
        product = 1.0
        for scale, weight in enumerate(WEIGHTS):
            mx, my = valid(x), valid(y)
            vx, vy, vxy = valid(x * x) - mx**2, valid(y * y) - my**2, valid(x * y) - mx * my
            structure = (2 * vxy + c2) / (vx + vy + c2)
            full = (2 * mx * my + c1) / (mx**2 + my**2 + c1) * structure
            mean = full.mean() if scale == 4 else structure.mean()
            product *= max(mean, 0) ** weight
            x, y = pooled(x), pooled(y)
        scores.append(product)
    return np.mean(scores)


@pytest.mark.parametrize("sigma", [0.5, 8, 60])
@pytest.mark.parametrize("size", [(200, 240), (161, 177), (333, 205)])
def test_every_similarity_agrees_with_an_independent_one(size, sigma):
    a = picture(1, *size)
    b = worsened(a, 2, sigma)
    gaussian = structural_similarity(a, b, channel_axis=2, **GAUSSIAN)
    assert ssim_gaussian(a, b) == pytest.approx(gaussian, abs=1e-6)
    assert ssim_skimage(a, b) == pytest.approx(
        structural_similarity(a, b, channel_axis=2), abs=1e-6
    )
    assert ms_ssim(a, b) == pytest.approx(reference_ms_ssim(a, b), abs=1e-6)


def test_flat_bright_pictures_keep_their_accuracy():
    a = np.full((64, 64, 3), 250, np.uint8)
    a[::7] = 251
    b = a.copy()
    b[:, ::5] = 249
    gaussian = structural_similarity(a, b, channel_axis=2, **GAUSSIAN)
    assert ssim_gaussian(a, b) == pytest.approx(gaussian, abs=1e-6)


def test_an_inverted_picture_has_no_multi_scale_similarity():
    a = picture(3)
    assert ssim_gaussian(a, 255 - a) < 0
    assert ms_ssim(a, 255 - a) == pytest.approx(reference_ms_ssim(a, 255 - a), abs=1e-6)


def test_all_at_once_are_the_same_as_one_by_one():
    a = picture(4)
    b = worsened(a, 5, 10)
    found = similarities(a, b)
    assert found.ssim_gaussian == ssim_gaussian(a, b)
    assert found.ssim_skimage == ssim_skimage(a, b)
    assert found.ms_ssim == ms_ssim(a, b)


def test_identical_pictures_score_one_and_order_does_not_matter():
    a = picture(6)
    b = worsened(a, 7, 20)
    assert similarities(a, a).ssim_gaussian == pytest.approx(1, abs=1e-7)
    assert similarities(a, a).ms_ssim == pytest.approx(1, abs=1e-7)
    assert ssim_gaussian(a, b) == pytest.approx(ssim_gaussian(b, a), abs=1e-9)


def test_grey_pictures_are_scored_too():
    a = picture(8)[..., 1]
    b = worsened(picture(8), 9, 15)[..., 1]
    assert ssim_gaussian(a, b) == pytest.approx(structural_similarity(a, b, **GAUSSIAN), abs=1e-6)


def test_luma_is_that_of_bt_601():
    a = picture(10)
    b = worsened(a, 11, 15)
    lumas = [np.rint(x @ np.array([0.299, 0.587, 0.114])) for x in (a, b)]
    assert ssim_luma(a, b) == pytest.approx(
        structural_similarity(*lumas, **GAUSSIAN), abs=2e-4
    )  # a few values round the other way


@pytest.mark.parametrize(
    ("score", "side"), [(ssim_gaussian, 10), (ssim_skimage, 6), (ms_ssim, 160)]
)
def test_a_small_picture_is_refused_with_the_side_that_is_too_small(score, side):
    a = np.zeros((side, 300, 3), np.uint8)
    with pytest.raises(BadInput, match=f"height {side} px, expected at least {side + 1}"):
        score(a, a)


def test_below_161_pixels_the_other_similarities_stand():
    a = picture(12, 160, 300)
    found = similarities(a, a)
    assert found.ms_ssim is None
    assert found.ssim_skimage == pytest.approx(1, abs=1e-7)


def halved(path, mode):
    values = np.asarray(Image.open(path).convert(mode), np.float64)
    height, width = values.shape[:2]
    return values.reshape(height // 2, 2, width // 2, 2, -1).mean(axis=(1, 3))


# The published values belong to pictures halved first, as the original MATLAB code does with all
# whose smaller side is nearer to 512 than to 256 pixels.
@pytest.mark.parametrize(
    ("names", "mode", "published", "tolerance"),
    [
        (("goldhill.gif", "goldhill_jpeg.gif"), "L", 0.8202, 1e-4),
        (("I01.BMP", "i01_01_5.bmp"), "RGB", 0.7842, 1e-2),
    ],
)
def test_the_published_pairs_score_as_published(shared_data, names, mode, published, tolerance):
    a, b = (halved(shared_data / "metrics" / name, mode) for name in names)
    assert ssim_gaussian(a, b) == pytest.approx(published, abs=tolerance)
