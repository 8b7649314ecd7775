"""Where in a picture two pictures differ: per pixel what `psnr` and `ssim` average.

Scores of a region are means of these maps over the region's pixels. The map of SSIM lacks the
border that its window does not cover, so a region's pixels there do not count; a window near the
region's edge looks a few pixels beyond it.
"""

import cv2
import numpy as np

from stickdance.synth.compute.array_types import Floats, Levels
from stickdance.synth.quality.flicker import squared_length
from stickdance.synth.quality.psnr import PEAK, check_same_shape

_TAPS, _SIGMA, _UNIFORM = 11, 1.5, 7
_C1, _C2 = (0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2
BORDERS = {"ssim_gaussian": _TAPS // 2, "ssim_skimage": _UNIFORM // 2, "ssim_luma": _TAPS // 2}
"""Pixels at each edge that a map of SSIM lacks."""


def squared_error_map(a: Levels, b: Levels) -> Floats:
    """Return float32 (h, w): the mean over the channels of the squared differences.

    Raises:
        BadInput: the shapes differ.
    """
    check_same_shape(a, b)
    difference = cv2.absdiff(a, b).astype(np.float32).reshape(*a.shape[:2], -1)
    means: Floats = squared_length(difference) / np.float32(difference.shape[2])
    return means


def ssim_map(a: Levels, b: Levels, definition: str) -> Floats | None:
    """Return float32 (h - 2 border, w - 2 border): the mean over the channels of SSIM.

    Args:
        a: uint8 RGB (h, w, 3).
        b: uint8 RGB (h, w, 3).
        definition: a key of `BORDERS`; its mean is the score of that name.

    Returns:
        None where a side is smaller than the window.

    Raises:
        BadInput: the shapes differ.
    """
    check_same_shape(a, b)
    border = BORDERS[definition]
    if min(a.shape[:2]) < 2 * border + 1:
        return None
    if definition == "ssim_luma":
        a, b = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (a, b))
    # whole numbers around 0, exact in float32; see `ssim` for what they give
    total = a.astype(np.float32) + b - np.float32(PEAK)
    difference = a.astype(np.float32) - b
    mean_s, power_s = (_smooth(plane, definition) for plane in (total, total * total))
    mean_d, power_d = (_smooth(plane, definition) for plane in (difference, difference**2))
    correction = _UNIFORM**2 / (_UNIFORM**2 - 1) if definition == "ssim_skimage" else 1.0
    variance_s = (power_s - mean_s * mean_s) * (correction / 2)
    variance_d = (power_d - mean_d * mean_d) * (correction / 2)
    square_s, square_d = (mean_s + PEAK) ** 2 / 2, mean_d * mean_d / 2
    values = (variance_s - variance_d + _C2) / (variance_s + variance_d + _C2)
    values *= (square_s - square_d + _C1) / (square_s + square_d + _C1)
    height, width = a.shape[:2]
    inside: Floats = values[border : height - border, border : width - border]
    return inside if inside.ndim == 2 else np.einsum("ijk->ij", inside) / np.float32(3)


def _smooth(plane: Floats, definition: str) -> Floats:
    if definition == "ssim_skimage":
        return np.asarray(cv2.boxFilter(plane, cv2.CV_32F, (_UNIFORM, _UNIFORM)), np.float32)
    at = np.arange(_TAPS) - _TAPS // 2
    weights = np.exp(-(at**2) / (2 * _SIGMA**2))
    kernel = weights / weights.sum()
    return np.asarray(cv2.sepFilter2D(plane, cv2.CV_32F, kernel, kernel), np.float32)
