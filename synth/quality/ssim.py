"""Structural similarity, by the name of its definition.

`ssim_gaussian`   Gaussian window of 11 taps, sigma 1.5, population statistics, per channel, then
                  the mean (Wang et al., 2004; scikit-image with `gaussian_weights=True, sigma=1.5,
                  use_sample_covariance=False`)
`ssim_luma`       the same on the luma of ITU-R BT.601, rounded to 8 bits
`ssim_skimage`    scikit-image's default: uniform window of 7 x 7, sample statistics
`ms_ssim`         five scales, halved by 2 x 2 means (Wang et al., 2003; pytorch-msssim)

All with K = 0.01 and 0.03 and peak 255, and without the border that a window does not cover.

Four filters instead of five: with s = x + y and d = x - y (whole numbers, exact in float32), the
means and variances of s and d give 2 mx my = (ms^2 - md^2) / 2, mx^2 + my^2 = (ms^2 + md^2) / 2,
and likewise for the variances. s is shifted by the peak to lie around 0, which keeps the difference
E[s^2] - E[s]^2 accurate.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from capture.errors import BadInput
from synth.quality.psnr import PEAK, check_same_shape

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""What each scale of MS-SSIM counts, from the finest."""
SMALLEST_SIDE = 161
"""Pixels; at the fifth scale fewer would be smaller than the window."""
_TAPS, _SIGMA, _UNIFORM = 11, 1.5, 7
_C1, _C2 = (0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2


@dataclass(frozen=True)
class Similarities:
    """The three similarities of one pair; None where the picture is too small for one."""

    ssim_gaussian: float | None
    ssim_skimage: float | None
    ms_ssim: float | None


def similarities(a: np.ndarray, b: np.ndarray) -> Similarities:
    """Return all similarities of two pictures (h, w, 3) at once, sharing their work.

    Raises:
        BadInput: the shapes differ.
    """
    check_same_shape(a, b)
    side = min(a.shape[:2])
    total, difference = _sum_and_difference(a, b)
    gaussian = skimage = multiscale = None
    if side >= _TAPS:
        first = _gaussian(total, difference)
        gaussian = float(first.full.mean())
        if side >= SMALLEST_SIDE:
            multiscale = _multiscale(total, difference, first)
    if side >= _UNIFORM:
        skimage = float(_uniform(total, difference).full.mean())
    return Similarities(gaussian, skimage, multiscale)


def ssim_gaussian(a: np.ndarray, b: np.ndarray) -> float:
    """Return the SSIM (-1..1) with a Gaussian window of pictures (h, w, channels) or (h, w).

    Args:
        a: uint8, or float in 0..255.
        b: like `a`; the order does not matter.

    Raises:
        BadInput: the shapes differ, or a side is below 11 pixels.
    """
    _check(a, b, _TAPS)
    return float(_gaussian(*_sum_and_difference(a, b)).full.mean())


def ssim_luma(a: np.ndarray, b: np.ndarray) -> float:
    """Return the SSIM with a Gaussian window of the luma of two uint8 RGB pictures.

    Raises:
        BadInput: the shapes differ, are not RGB, or a side is below 11 pixels.
    """
    check_same_shape(a, b)
    if a.ndim != 3 or a.shape[2] != 3 or a.dtype != np.uint8 or b.dtype != np.uint8:
        raise BadInput(f"ssim_luma: expected uint8 RGB, found {a.dtype} {a.shape}")
    return ssim_gaussian(cv2.cvtColor(a, cv2.COLOR_RGB2GRAY), cv2.cvtColor(b, cv2.COLOR_RGB2GRAY))


def ssim_skimage(a: np.ndarray, b: np.ndarray) -> float:
    """Return the SSIM (-1..1) as scikit-image's `structural_similarity` does by default.

    Raises:
        BadInput: the shapes differ, or a side is below 7 pixels.
    """
    _check(a, b, _UNIFORM)
    return float(_uniform(*_sum_and_difference(a, b)).full.mean())


def ms_ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Return the multi-scale SSIM (0..1), per channel, then the mean.

    Raises:
        BadInput: the shapes differ, or a side is below 161 pixels.
    """
    _check(a, b, SMALLEST_SIDE)
    total, difference = _sum_and_difference(a, b)
    return _multiscale(total, difference, _gaussian(total, difference))


@dataclass(frozen=True)
class _Terms:
    """Means over the picture, one value for each channel."""

    full: np.ndarray
    """Luminance times contrast and structure."""
    structure: np.ndarray
    """Contrast and structure alone."""


def _check(a: np.ndarray, b: np.ndarray, smallest: int) -> None:
    check_same_shape(a, b)
    height, width = a.shape[:2]
    small = [
        f"{name} {side}" for name, side in (("width", width), ("height", height)) if side < smallest
    ]
    if small:
        raise BadInput(f"pictures: {' and '.join(small)} px, expected at least {smallest} px")


def _sum_and_difference(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return x + y - 255 and x - y as float32 (channels, h, w)."""
    height, width = a.shape[:2]
    # planes, since filtering them is faster than filtering interleaved channels
    planes = [
        np.moveaxis(picture.reshape(height, width, -1), 2, 0).astype(np.float32)
        for picture in (a, b)
    ]
    return planes[0] + planes[1] - np.float32(PEAK), planes[0] - planes[1]


def _multiscale(total: np.ndarray, difference: np.ndarray, first: _Terms) -> float:
    """Return MS-SSIM from the first scale's planes and terms."""
    product = np.maximum(first.structure, 0) ** WEIGHTS[0]
    terms = first
    for weight in WEIGHTS[1:]:
        # the zeros that an odd side is padded with are zeros of x and y, so of the unshifted sum
        total = _halved(total, -PEAK)
        difference = _halved(difference, 0.0)
        terms = _gaussian(total, difference)
        last = weight == WEIGHTS[-1]
        product = product * np.maximum(terms.full if last else terms.structure, 0) ** weight
    return float(product.mean())


def _halved(planes: np.ndarray, border: float) -> np.ndarray:
    """Return 2 x 2 means; an odd side first gets a line of `border` before it."""
    height, width = planes.shape[1:]
    odd = ((0, 0), (height % 2, 0), (width % 2, 0))
    padded = np.pad(planes, odd, constant_values=border) if height % 2 or width % 2 else planes
    size = (padded.shape[2] // 2, padded.shape[1] // 2)
    return np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in padded])


def _gaussian(total: np.ndarray, difference: np.ndarray) -> _Terms:
    at = np.arange(_TAPS) - _TAPS // 2
    weights = np.exp(-(at**2) / (2 * _SIGMA**2))
    kernel = weights / weights.sum()

    def smooth(plane: np.ndarray) -> np.ndarray:
        return cv2.sepFilter2D(plane, cv2.CV_32F, kernel, kernel)

    return _terms(total, difference, smooth, _TAPS // 2, 1.0)


def _uniform(total: np.ndarray, difference: np.ndarray) -> _Terms:
    count = _UNIFORM**2

    def smooth(plane: np.ndarray) -> np.ndarray:
        return cv2.boxFilter(plane, cv2.CV_32F, (_UNIFORM, _UNIFORM))

    return _terms(total, difference, smooth, _UNIFORM // 2, count / (count - 1))


def _terms(
    total: np.ndarray,
    difference: np.ndarray,
    smooth: Callable[[np.ndarray], np.ndarray],
    border: int,
    correction: float,
) -> _Terms:
    """Return the terms of SSIM for planes (channels, h, w), `border` pixels in from the edge.

    `smooth` is the window's weighted mean around every pixel; variances are multiplied with
    `correction`, e.g. n / (n - 1) for sample statistics.
    """
    height, width = total.shape[1:]
    inside = np.s_[border : height - border, border : width - border]
    means = [
        _plane_terms(smooth, inside, s, d, correction)
        for s, d in zip(total, difference, strict=True)
    ]
    full, structure = np.array(means).T
    return _Terms(full, structure)


def _plane_terms(
    smooth: Callable[[np.ndarray], np.ndarray],
    inside: tuple[slice, slice],
    total: np.ndarray,
    difference: np.ndarray,
    correction: float,
) -> tuple[float, float]:
    mean_s, mean_d = smooth(total)[inside], smooth(difference)[inside]
    variance_s = smooth(total * total)[inside] - mean_s * mean_s
    variance_d = smooth(difference * difference)[inside] - mean_d * mean_d
    variance_s *= correction / 2
    variance_d *= correction / 2
    structure = (variance_s - variance_d + _C2) / (variance_s + variance_d + _C2)
    square_s, square_d = (mean_s + PEAK) ** 2 / 2, mean_d * mean_d / 2
    full = (square_s - square_d + _C1) / (square_s + square_d + _C1) * structure
    return float(full.mean(dtype=np.float64)), float(structure.mean(dtype=np.float64))
