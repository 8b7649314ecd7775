"""Structural similarity, by the name of its definition.

`ssim_gaussian`   Gaussian window of 11 taps, sigma 1.5, population statistics, per channel, then
                  the mean (Wang et al., 2004; scikit-image with `gaussian_weights=True, sigma=1.5,
                  use_sample_covariance=False`)
`ssim_luma`       the same on the luma of ITU-R BT.601, of 8 bits rounded to 8 bits
`ssim_skimage`    scikit-image's default: uniform window of 7 x 7, sample statistics
`ms_ssim`         five scales, halved by 2 x 2 means (Wang et al., 2003; pytorch-msssim)

All with K = 0.01 and 0.03 and peak 255, and without the border that a window does not cover.

Four filters instead of five: with s = x + y and d = x - y (whole numbers, exact in float32), the
means and variances of s and d give 2 mx my = (ms^2 - md^2) / 2, mx^2 + my^2 = (ms^2 + md^2) / 2,
and likewise for the variances. s is shifted by the peak to lie around 0, which keeps the difference
E[s^2] - E[s]^2 accurate. The loops are compiled (see `kernels`).
"""

from collections.abc import Collection
from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.compute.array_types import Floats, Levels
from stickdance.synth.quality import kernels
from stickdance.synth.quality.psnr import PEAK, check_same_shape

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""What each scale of MS-SSIM counts, from the finest."""
SMALLEST_SIDE = 161
"""Pixels; at the fifth scale fewer would be smaller than the window."""
SIMILARITIES = ("ssim_gaussian", "ssim_skimage", "ms_ssim")
"""The names of what `similarities` can give."""
_TAPS, _UNIFORM = kernels.GAUSSIAN_TAPS, kernels.UNIFORM_TAPS


@dataclass(frozen=True)
class Similarities:
    """The similarities of one pair; None where not wanted, or the picture is too small for one."""

    ssim_gaussian: float | None = None
    ssim_skimage: float | None = None
    ms_ssim: float | None = None


def similarities(a: Levels, b: Levels, wanted: Collection[str] = SIMILARITIES) -> Similarities:
    """Return the wanted similarities of two pictures (h, w, channels) at once, sharing their work.

    Args:
        a: uint8, or float in 0..255.
        b: like `a`.
        wanted: some of `SIMILARITIES`; what is not wanted is not computed.

    Raises:
        BadInput: the shapes differ.
    """
    check_same_shape(a, b)
    side = min(a.shape[:2])
    gaussian = skimage = multiscale = None
    whole = "ssim_gaussian" in wanted and side >= _TAPS
    scales = "ms_ssim" in wanted and side >= SMALLEST_SIDE
    uniform = "ssim_skimage" in wanted and side >= _UNIFORM
    if not (scales or uniform):
        return Similarities(_ssim_gaussian(a, b) if whole else None)
    planes = _Planes.of(a, b)
    if whole or scales:
        first = planes.gaussian(luminance=whole)
        gaussian = float(first.full.mean()) if whole else None
        multiscale = _multiscale(planes, first) if scales else None
    if uniform:
        skimage = float(planes.uniform().mean())
    return Similarities(gaussian, skimage, multiscale)


def ssim_gaussian(a: Levels, b: Levels) -> float:
    """Return the SSIM (-1..1) with a Gaussian window of pictures (h, w, channels) or (h, w).

    Args:
        a: uint8, or float in 0..255.
        b: like `a`; the order does not matter.

    Raises:
        BadInput: the shapes differ, or a side is below 11 pixels.
    """
    _check(a, b, _TAPS)
    return _ssim_gaussian(a, b)


def ssim_luma(a: Levels, b: Levels) -> float:
    """Return the SSIM with a Gaussian window of the luma of two RGB pictures.

    The luma of uint8 is rounded to 8 bits, that of float32 in 0..255 is not.

    Raises:
        BadInput: the shapes differ, are not RGB, or a side is below 11 pixels.
    """
    check_same_shape(a, b)
    known = a.dtype == b.dtype and a.dtype in (np.uint8, np.float32)
    if a.ndim != 3 or a.shape[2] != 3 or not known:
        raise BadInput(f"ssim_luma: expected uint8 or float32 RGB, found {a.dtype} {a.shape}")
    return ssim_gaussian(cv2.cvtColor(a, cv2.COLOR_RGB2GRAY), cv2.cvtColor(b, cv2.COLOR_RGB2GRAY))


def ssim_skimage(a: Levels, b: Levels) -> float:
    """Return the SSIM (-1..1) as scikit-image's `structural_similarity` does by default.

    Raises:
        BadInput: the shapes differ, or a side is below 7 pixels.
    """
    _check(a, b, _UNIFORM)
    return float(_Planes.of(a, b).uniform().mean())


def ms_ssim(a: Levels, b: Levels) -> float:
    """Return the multi-scale SSIM (0..1), per channel, then the mean.

    Raises:
        BadInput: the shapes differ, or a side is below 161 pixels.
    """
    _check(a, b, SMALLEST_SIDE)
    planes = _Planes.of(a, b)
    return _multiscale(planes, planes.gaussian(luminance=False))


@dataclass(frozen=True)
class _Terms:
    """Means over the picture, one value for each channel."""

    full: Floats
    """Luminance times contrast and structure; zeros where it was not asked for."""
    structure: Floats
    """Contrast and structure alone."""


def _check(a: Levels, b: Levels, smallest: int) -> None:
    check_same_shape(a, b)
    height, width = a.shape[:2]
    small = [
        f"{name} {side}" for name, side in (("width", width), ("height", height)) if side < smallest
    ]
    if small:
        raise BadInput(f"pictures: {' and '.join(small)} px, expected at least {smallest} px")


@dataclass(frozen=True)
class _Planes:
    """The sum and the difference of two pictures, line by line as they lie in memory."""

    total: Floats
    """x + y - 255, float32 (h, w * channels)."""
    difference: Floats
    """x - y, likewise."""
    channels: int

    @staticmethod
    def of(a: Levels, b: Levels) -> "_Planes":
        first, second, channels = _in_lines(a, b)
        return _Planes(*kernels.sum_and_difference(first, second), channels)

    def halved(self) -> "_Planes":
        # the zeros that an odd side is padded with are zeros of x and y, so of the unshifted sum
        return _Planes(
            kernels.halved(self.total, self.channels, -PEAK),
            kernels.halved(self.difference, self.channels, 0.0),
            self.channels,
        )

    def gaussian(self, luminance: bool) -> _Terms:
        full, structure = kernels.gaussian_sums(
            self.total, self.difference, self.channels, kernels.HALF_WINDOW, luminance
        )
        height = len(self.total)
        return _Terms(*(_means(sums, height, self.channels, _TAPS) for sums in (full, structure)))

    def uniform(self) -> Floats:
        """Return the SSIM of each channel."""
        sums = kernels.uniform_sums(self.total, self.difference, self.channels)
        return _means(sums, len(self.total), self.channels, _UNIFORM)


def _ssim_gaussian(a: Levels, b: Levels) -> float:
    first, second, channels = _in_lines(a, b)
    sums = kernels.gaussian_sums_of(first, second, channels, kernels.HALF_WINDOW)
    return float(_means(sums, len(a), channels, _TAPS).mean())


def _in_lines(a: Levels, b: Levels) -> tuple[Levels, Levels, int]:
    """Return both pictures as they lie in memory, (h, w * channels), and their channels."""
    channels = a.shape[2] if a.ndim == 3 else 1
    first, second = (np.ascontiguousarray(picture).reshape(len(a), -1) for picture in (a, b))
    return first, second, channels


def _means(sums: Floats, height: int, channels: int, taps: int) -> Floats:
    """Return the mean of each channel from the sums of the columns."""
    width = len(sums) // channels
    pixels = (height - taps + 1) * (width - taps + 1)
    means: Floats = sums.reshape(width, channels).sum(axis=0) / pixels
    return means


def _multiscale(planes: _Planes, first: _Terms) -> float:
    """Return MS-SSIM from the first scale's planes and terms."""
    product = np.maximum(first.structure, 0) ** WEIGHTS[0]
    for weight in WEIGHTS[1:]:
        planes = planes.halved()
        last = weight == WEIGHTS[-1]
        terms = planes.gaussian(luminance=last)
        product = product * np.maximum(terms.full if last else terms.structure, 0) ** weight
    return float(product.mean())
