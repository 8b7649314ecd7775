"""Mean squared error and peak signal-to-noise ratio, over all channels, with peak 255.

Identical pictures have no noise and would score infinite decibels, which no mean survives:
`IDENTICAL` (100 dB) stands for them, and for anything above it.
"""

import math

import cv2
import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.compute.array_types import Floats, Levels
from stickdance.synth.quality import kernels

PEAK = 255.0
IDENTICAL = 100.0
"""dB of identical pictures, and the most that any pair is given."""


def mse(a: Levels, b: Levels) -> float:
    """Return the mean squared error of two pictures (h, w, 3) or (h, w) in 0..255, 0..65025.

    Of uint8 pictures the sum of squares is a whole number, and exact.

    Raises:
        BadInput: the shapes differ.
    """
    check_same_shape(a, b)
    if a.dtype != np.uint8 or b.dtype != np.uint8:
        return float(np.square(a.astype(np.float64) - b).mean())
    first, second = (np.ascontiguousarray(picture).reshape(len(picture), -1) for picture in (a, b))
    return kernels.squared_error(first, second) / a.size


def mean_absolute_error(a: Levels, b: Levels) -> float:
    """Return the mean absolute difference of two pictures in levels, 0..255.

    Raises:
        BadInput: the shapes differ.
    """
    check_same_shape(a, b)
    if a.dtype == b.dtype == np.uint8:
        return float(cv2.norm(a, b, cv2.NORM_L1)) / a.size
    return float(np.abs(a.astype(np.float64) - b).mean())


def psnr(a: Levels, b: Levels) -> float:
    """Return the PSNR of two uint8 pictures in dB, at most `IDENTICAL`.

    Raises:
        BadInput: the shapes differ.
    """
    return psnr_of_mse(mse(a, b))


def psnr_of_mean_mse(errors: Floats) -> float:
    """Return the PSNR in dB of the mean of the frames' MSE (frames,).

    Loud frames weigh more than in the mean of the frames' dB, which is never below this.
    """
    return psnr_of_mse(float(np.mean(errors)))


def psnr_of_mse(error: float) -> float:
    """Return the PSNR in dB that belongs to a mean squared error, at most `IDENTICAL`."""
    if error <= 0:
        return IDENTICAL
    return min(IDENTICAL, 10 * math.log10(PEAK**2 / error))


def check_same_shape(a: Levels, b: Levels) -> None:
    """Refuse two pictures that cannot be compared pixel by pixel.

    Raises:
        BadInput: the shapes differ, are not those of pictures, or hold no pixels.
    """
    if a.shape != b.shape:
        raise BadInput(f"pictures: the shapes {a.shape} and {b.shape} differ, expected the same")
    if a.ndim not in (2, 3) or not a.size:
        raise BadInput(f"pictures: expected (height, width, channels), found {a.shape}")
