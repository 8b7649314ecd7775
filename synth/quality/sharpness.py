"""How much fine structure the person keeps: scores that count errors alone reward blur."""

import numpy as np

from stickdance.synth.compute.array_types import Bools, Bytes, Levels
from stickdance.synth.quality.psnr import check_same_shape

_INSIDE = 128  # of 255: a matte's pixel that counts as the person


def sharpness(real: Levels, rendered: Levels, matte: Bytes) -> float | None:
    """Return the gradient energy of the person in `rendered` over that in `real`.

    The energy is the mean absolute vertical gradient (central differences) of the mean of the
    channels, over the pixels inside the matte. 1 is as sharp as the real picture, 0 a flat colour;
    noise scores above 1.

    Args:
        real: uint8 (h, w, 3).
        rendered: uint8 (h, w, 3).
        matte: uint8 (h, w), 255 the person, of the real picture.

    Returns:
        The ratio; None where the matte is empty or the real person without structure.

    Raises:
        BadInput: the shapes differ.
    """
    check_same_shape(real, rendered)
    check_same_shape(real[..., 0], matte)
    inside = matte >= _INSIDE
    if not inside.any():
        return None
    real_energy = gradient_energy(real, inside)
    return gradient_energy(rendered, inside) / real_energy if real_energy > 0 else None


def gradient_energy(picture: Levels, inside: Bools) -> float:
    """Return the mean absolute vertical gradient of grey, in levels of 255 a pixel.

    Args:
        picture: uint8 (h, w, 3).
        inside: bool (h, w), the pixels that count; at least one.
    """
    rows = np.flatnonzero(inside.any(axis=1))
    top, bottom = max(rows[0] - 1, 0), min(rows[-1] + 2, len(picture))
    part = picture[top:bottom].sum(axis=2, dtype=np.float32) / 3
    if len(part) < 2:
        return 0.0
    return float(np.abs(np.gradient(part, axis=0))[inside[top:bottom]].mean(dtype=np.float64))
