"""The painted person without the room: the last step of painting, the blend with the plate, undone.

With p the painted picture, m the matte and b the plate, p - (1 - m) b is the person's colour times
m, since the generator's last step is that blend. Where m is small, dividing by it blows up what
little of the room was painted or left in the person's edge, and another room shows it as a fringe.
So colours of the edge are those that explain p and differ least from the nearest opaque colours of
the person: regularised least squares, as in multi-level foreground estimation, here with a known
background.

Source: Germer et al., "Fast Multi-Level Foreground Estimation" (2020), the cost function; two
levels of normalised convolution (Knutsson and Westin, 1993) stand for its pyramid.
"""

import cv2
import numpy as np

from synth.painter import PaintedFrames

_DOUBT = 0.08
_RIM = 0.01  # of the height: how far within the edge colours are taken from
_NEAR, _FAR = 0.008, 0.03  # of the height: how far opaque colours reach into the edge
_BOLD = 4  # power of the matte by which a pixel's colour counts for its neighbours
_SMOOTH = 1.0  # price of a colour unlike the near opaque ones, beside one that does not explain p


def without_room(painted: PaintedFrames, plate: np.ndarray) -> np.ndarray:
    """Return uint8 RGBA frames (N, height, width, 4), colours not multiplied by alpha.

    Args:
        painted: frames over the plate.
        plate: uint8 RGB (height, width, 3).
    """
    matte = painted.mattes[..., None]
    room = plate[painted.window.place].astype(np.float32)
    colours = np.stack(
        [
            foreground(picture, one, room, len(plate))
            for picture, one in zip(painted.pictures, painted.mattes, strict=True)
        ]
    )
    # The faintest of the matte is no person but doubt: over another room it would show as a veil.
    sure = ((matte - _DOUBT) / (1 - _DOUBT)).clip(0, 1)
    out = np.zeros((len(matte), *plate.shape[:2], 4), np.uint8)
    rows, columns = painted.window.place
    out[:, rows, columns] = np.concatenate([colours, np.rint(sure * 255)], -1).astype(np.uint8)
    return out


def foreground(picture: np.ndarray, matte: np.ndarray, room: np.ndarray, height: int) -> np.ndarray:
    """Return the person's own colours, float32 (h, w, 3) 0..255 in whole numbers.

    Args:
        picture: uint8 RGB (h, w, 3), the person over the room.
        matte: float32 (h, w) 0..1.
        room: float32 RGB (h, w, 3).
        height: of the whole frame in pixels.
    """
    share = matte[..., None]
    person = picture - (1 - share) * room  # times the matte
    # A matte a little too wide takes the room for the person at its rim, never within.
    rim = max(5, 2 * round(_RIM * height) + 1)
    bold = cv2.erode(matte, np.ones((rim, rim))) ** _BOLD / matte.clip(1e-3)
    weighted = np.dstack([person * bold[..., None], bold * matte])
    near, far = (
        cv2.GaussianBlur(weighted, (0, 0), max(0.8, reach * height)) for reach in (_NEAR, _FAR)
    )
    usual = near + 0.01 * far + 1e-6 * weighted.mean(axis=(0, 1))
    usual = usual[..., :3] / np.maximum(usual[..., 3:], 1e-12)
    off = person - share * usual
    colours = usual + off * share / (share * share + _SMOOTH * (1 - share))
    return np.rint(colours).clip(0, 255)
