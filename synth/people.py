"""The painted person without the room: the last step of painting, the blend with the plate, undone.

With p the painted picture, m the matte and b the plate, the person is p - (1 - m) b, exactly, since
the generator's last step is that blend.
"""

import numpy as np

from synth.painter import PaintedFrames

_DOUBT = 0.08


def without_room(painted: PaintedFrames, plate: np.ndarray) -> np.ndarray:
    """Return uint8 RGBA frames (N, height, width, 4), colours not multiplied by alpha.

    Args:
        painted: frames over the plate.
        plate: uint8 RGB (height, width, 3).
    """
    matte = painted.mattes[..., None]
    room = plate[painted.window.place].astype(np.float32)
    person = painted.pictures - (1 - matte) * room
    colours = np.rint(person / matte.clip(1 / 255)).clip(0, 255)
    # The faintest of the matte is no person but doubt: over another room it would show as a veil.
    sure = ((matte - _DOUBT) / (1 - _DOUBT)).clip(0, 1)
    out = np.zeros((len(matte), *plate.shape[:2], 4), np.uint8)
    rows, columns = painted.window.place
    out[:, rows, columns] = np.concatenate([colours, np.rint(sure * 255)], -1).astype(np.uint8)
    return out
