"""Warped pixels moved to where the photo shows them, by a few pixels.

Joints found in a film are off by some pixels, and so is what is moved along with them. A generator
that always sees its own pixels beside where they should be learns to hedge: it paints hands that
fade into the room, since on average half of each guess is right. Nobody sees at rendering that a
hand is three pixels off; that it fades, everybody does. So in part of the samples the pixels lie
where the photo has them, and it learns to trust them.
"""

import cv2
import numpy as np

from stickdance.synth.compute.array_types import Bytes

REACH = 0.015
"""How far pixels are moved at most, as a share of the picture's height."""
_CALM = 0.007  # blur of the movement, likewise
_LEAST = 1e-3  # pixels


def placed(warped: Bytes, room: Bytes, photo: Bytes, reach: float = REACH) -> Bytes:
    """Return the person's own pixels moved by the optical flow to a photo of the same pose.

    Args:
        warped: uint8 RGBA (height, width, 4), colours not multiplied by alpha.
        room: uint8 RGB (height, width, 3) without the person.
        photo: the same with the person.
        reach: the longest movement, as a share of the height.
    """
    height = len(photo)
    alpha = warped[..., 3:] / np.float32(255)
    guess = np.rint(warped[..., :3] * alpha + room * (1 - alpha)).astype(np.uint8)
    there, here = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (photo, guess))
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow = search.calc(there, here, np.zeros((*here.shape, 2), np.float32))
    flow = np.asarray(cv2.GaussianBlur(flow, (0, 0), _CALM * height), np.float32)
    length = np.linalg.norm(flow, axis=-1, keepdims=True)
    flow *= np.minimum(1, reach * height / np.maximum(length, _LEAST))
    rows, columns = np.indices(here.shape, np.float32)
    full = np.dstack([warped[..., :3] * alpha, warped[..., 3].astype(np.float32)])
    x, y = columns + flow[..., 0], rows + flow[..., 1]
    seen = cv2.remap(full, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    moved = np.asarray(seen, np.float32)
    moved[..., :3] /= np.maximum(moved[..., 3:] / 255, 1 / 255)
    return np.rint(moved).clip(0, 255).astype(np.uint8)
