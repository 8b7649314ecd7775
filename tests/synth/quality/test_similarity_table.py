"""Three implementations of SSIM (kernels, batches, maps) beside one reference in float64."""

import cv2
import numpy as np
import pytest
import torch
from scipy.ndimage import correlate1d

from stickdance.synth.quality.batches import batch_similarities
from stickdance.synth.quality.luma import downsampled, luma_of, rgb_luma_scores
from stickdance.synth.quality.maps import ssim_map
from stickdance.synth.quality.ssim import WEIGHTS, similarities, ssim_luma

C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def window(definition: str) -> np.ndarray:
    if definition == "ssim_skimage":
        return np.full(7, 1 / 7)
    weights = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
    return weights / weights.sum()


def terms(x: np.ndarray, y: np.ndarray, definition: str) -> tuple[np.ndarray, np.ndarray]:
    """SSIM and its contrast-structure term of one channel, as in the paper, in float64."""
    taps = window(definition)
    edge = len(taps) // 2
    unbiased = 49 / 48 if definition == "ssim_skimage" else 1.0

    def mean(plane):
        for axis in (0, 1):
            plane = correlate1d(plane, taps, axis)
        return plane[edge:-edge, edge:-edge]

    x, y = x.astype(np.float64), y.astype(np.float64)
    mx, my = mean(x), mean(y)
    vx, vy = (unbiased * (mean(z * z) - m * m) for z, m in ((x, mx), (y, my)))
    covariance = unbiased * (mean(x * y) - mx * my)
    structure = (2 * covariance + C2) / (vx + vy + C2)
    return structure * (2 * mx * my + C1) / (mx * mx + my * my + C1), structure


def channels(a, b):
    if a.ndim == 2:
        return [(a, b)]
    return [(a[..., c], b[..., c]) for c in range(3)]


def reference(a, b, definition: str) -> float:
    if definition == "ssim_luma":
        a, b, definition = luma_of(a), luma_of(b), "ssim_gaussian"
    if definition == "ms_ssim":
        return float(np.mean([multiscale(x, y) for x, y in channels(a, b)]))
    return float(np.mean([terms(x, y, definition)[0].mean() for x, y in channels(a, b)]))


def multiscale(x, y) -> float:
    product = 1.0
    for number, weight in enumerate(WEIGHTS):
        full, structure = terms(x, y, "ssim_gaussian")
        product *= max(0.0, (full if number == 4 else structure).mean()) ** weight
        x, y = (halved(z.astype(np.float64)) for z in (x, y))
    return product


def halved(z):
    z = np.pad(z, ((z.shape[0] % 2, 0), (z.shape[1] % 2, 0)))
    return z.reshape(z.shape[0] // 2, 2, z.shape[1] // 2, 2).mean(axis=(1, 3))


def pictures(kind: str) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(4)
    coarse = random.integers(0, 256, (12, 14, 3), np.uint8)
    smooth = cv2.resize(coarse, (199, 177), interpolation=cv2.INTER_CUBIC).astype(np.float64)
    noisy = smooth + random.normal(0, 14, smooth.shape)
    made = {
        "noise": (smooth, noisy),
        "dark": (smooth / 12, noisy / 12),
        "bright": (255 - smooth / 20, 255 - noisy / 20),
        "negative": (smooth, 255 - smooth),
        "flat": (np.full_like(smooth, 254), np.full_like(smooth, 1)),
    }[kind]
    return tuple(np.clip(np.rint(x), 0, 255).astype(np.uint8) for x in made)


def of_kernels(a, b, definition):
    if definition == "ssim_luma":
        return ssim_luma(a, b)
    return getattr(similarities(a, b, (definition,)), definition)


def of_batches(a, b, definition):
    if definition == "ssim_luma":
        a, b, definition = luma_of(a)[..., None], luma_of(b)[..., None], "ssim_gaussian"
    x, y = (torch.from_numpy(z.transpose(2, 0, 1)[None].copy()) for z in (a, b))
    return getattr(batch_similarities(x, y, (definition,))[0], definition)


def of_maps(a, b, definition):
    return float(ssim_map(a, b, definition).mean(dtype=np.float64))


@pytest.mark.parametrize("kind", ["noise", "dark", "bright", "negative", "flat"])
@pytest.mark.parametrize("definition", ["ssim_gaussian", "ssim_skimage", "ssim_luma", "ms_ssim"])
@pytest.mark.parametrize("implementation", [of_kernels, of_batches, of_maps])
def test_each_is_the_reference(implementation, definition, kind):
    if implementation is of_maps and definition == "ms_ssim":
        pytest.skip("MS-SSIM has no map")
    a, b = pictures(kind)
    expected = reference(a, b, definition)
    near = 2e-4 if kind == "flat" else 2e-5  # 253 squared less itself, in float32
    assert implementation(a, b, definition) == pytest.approx(expected, abs=near)


def test_wangs_downsampled_similarity_is_that_of_the_shrunk_luma():
    a, b = (cv2.resize(picture, (640, 520)) for picture in pictures("noise"))
    small = []
    for picture in (a, b):
        plane = luma_of(picture).astype(np.float64)
        padded = np.pad(plane, 1, "symmetric")  # a square of 2 x 2 begins at the kept pixel
        height, width = plane.shape
        means = sum(
            padded[1 + i : 1 + i + height, 1 + j : 1 + j + width] for i in (0, 1) for j in (0, 1)
        )
        small.append((means / 4)[::2, ::2])
    assert downsampled(luma_of(a)) == pytest.approx(small[0], abs=1e-3)
    expected = terms(*small, "ssim_gaussian")[0].mean()
    found = rgb_luma_scores(a, b, ("ssim_wang",))["ssim_wang"]
    assert found == pytest.approx(expected, abs=2e-5)
