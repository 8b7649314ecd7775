"""The person's own colours where the room shines through: at edges, in hair, in blurred hands.

A pixel there is p = m f + (1 - m) b: the person's colour f by the matte m, and the room b behind
them. The frame holds p; laid over another room by the matte it would bring a rim of the old one
along. f follows from the other three; where m is small, it leans on the person's colours nearby,
means of the opaque pixels around (normalised convolution: Knutsson and Westin, 1993).

Conventions: pictures uint8 RGB (height, width, 3); mattes uint8 (height, width), 255 the person.
"""

import cv2
import numpy as np

from stickdance.capture.media.jit import compiled_fast

_OPAQUE = 250  # matte value from which a pixel holds nothing of the room
_NEAR, _FAR = 0.006, 0.03  # of the frame's height: how far opaque colours reach into the edge
_FAINT = 0.01  # what far colours count for beside near ones
_LEANS = 0.05  # variance of the nearby colours' error, beside that of a pixel with a matte of 1


def foreground(picture: np.ndarray, matte: np.ndarray, room: np.ndarray) -> np.ndarray:
    """Return the person's own colours, and the frame's where the matte is 0 or 255.

    Laid over `room` by the matte, they give the frame again where the matte is true.

    Args:
        picture: the frame.
        matte: of the person in it.
        room: what is behind them, in the frame's light and in their shadow.
    """
    out = picture.copy()
    edge = (matte > 0) & (matte < _OPAQUE)
    if not edge.any() or not (matte >= _OPAQUE).any():
        return out
    left, top, wide, high = cv2.boundingRect((matte > 0).astype(np.uint8))
    box = np.s_[top : top + high, left : left + wide]
    usual = _usual(picture[box], matte[box], len(matte))
    _solve(out[box], matte[box], room[box], usual)
    return out


def _usual(picture: np.ndarray, matte: np.ndarray, height: int) -> np.ndarray:
    """Return float32 (height, width, 3): means of the opaque colours near, or else far."""
    opaque = (matte >= _OPAQUE).astype(np.float32)
    weighted = cv2.merge([*cv2.split(picture * opaque[..., None]), opaque])
    summed = _FAINT * _blurred(weighted, _FAR * height) + _blurred(weighted, _NEAR * height)
    summed += 1e-6 * weighted.mean((0, 1))
    return np.asarray(summed[..., :3] / summed[..., 3:], np.float32)


def _blurred(weighted: np.ndarray, reach: float) -> np.ndarray:
    side = 2 * max(1, round(reach)) + 1
    return cv2.blur(cv2.blur(weighted, (side, side)), (side, side))


@compiled_fast
def _solve(picture: np.ndarray, matte: np.ndarray, room: np.ndarray, usual: np.ndarray) -> None:
    height, width = matte.shape
    for y in range(height):
        for x in range(width):
            if matte[y, x] == 0 or matte[y, x] >= _OPAQUE:
                continue
            share = matte[y, x] / 255.0
            for colour in range(3):
                near = usual[y, x, colour]
                left = picture[y, x, colour] - (1 - share) * room[y, x, colour] - share * near
                value = near + share * left / (share * share + _LEANS * (1 - share))
                picture[y, x, colour] = min(255.0, max(0.0, value + 0.5))
