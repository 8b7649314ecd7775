"""The painted person's shadow on what is behind them.

A generator paints the person over a room that nobody darkens. The shadow follows from the matte
that it painted (`stickdance.capture.matting.cast_shadow`), and dims what of the room the person
does not cover.

Conventions: pictures uint8 RGB (height, width, 3); mattes float32 (height, width) in 0..1.
"""

import cv2
import numpy as np

from stickdance.capture.matting.cast_shadow import CastShadow


def cast(frame: np.ndarray, plate: np.ndarray, matte: np.ndarray, shadow: CastShadow) -> None:
    """Darken, in place, the room of a frame.

    Args:
        frame: the person over the plate.
        plate: the room alone.
        matte: of the person in the frame.
        shadow: that they cast.
    """
    change = shadow.light_left(matte)
    change -= 1
    change *= (1 - matte)[..., None]
    change *= plate
    cv2.add(frame, change, frame, dtype=cv2.CV_8U)


def with_cast_shadow(cut_out: np.ndarray, shadow: CastShadow) -> np.ndarray:
    """Return a person alone together with their shadow, which is black and shows what is behind.

    Args:
        cut_out: uint8 RGBA (height, width, 4), colours not multiplied by alpha.
        shadow: that they cast.

    Returns:
        uint8 RGBA like `cut_out`; a shadow brightens nothing.
    """
    matte = cut_out[..., 3].astype(np.float32) / 255
    dimmed = (1 - shadow.light_left(matte).mean(axis=-1)).clip(0, 1)
    alpha = matte + (1 - matte) * dimmed
    share = (matte / np.maximum(alpha, 1e-6))[..., None]
    out = np.concatenate([cut_out[..., :3] * share, 255 * alpha[..., None]], axis=-1)
    return (out + 0.5).astype(np.uint8)
