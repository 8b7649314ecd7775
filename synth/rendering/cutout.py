"""The painted person without the room: the last step of painting, the blend with the plate, undone.

A painted pixel is p = m f + (1 - m) b: the person's colour f by the matte m, and the plate b. Of
these f is unknown, and the matte is doubtful at its rim, where a pixel too many takes the room for
the person; before another background that is a fringe. So at the rim both are estimated anew:

    1. the person's usual colours there: means of the opaque ones near, which lie within the rim
    2. how much of the person shows, by where p lies between plate and usual colour; never more than
       the matte says, and only so far as p lies on that line and the two differ
    3. colours that explain p, and differ the less from the usual ones the more certain step 2 is

Step 1 is normalised convolution (Knutsson and Westin, 1993) at two scales, in place of the pyramid
of multi-level foreground estimation (Germer et al., 2020); step 2 is matting against a known
background (Smith and Blinn, "Blue Screen Matting", 1996, their case of a known colour).
"""

import cv2
import numpy as np

from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.rendering.cutout_kernels import add_room_free, opaque_colours
from stickdance.synth.rendering.renderer import PaintedFrames

_RIM = 0.01  # of the height: how far within the edge colours are taken from
_NEAR, _FAR = 0.008, 0.03  # of the height: how far opaque colours reach into the edge
_FAINT = np.float32(0.01)  # what far colours count for beside near ones
_COARSER = 4  # times, that the far means are taken from a smaller picture than the near ones


def without_room(painted: PaintedFrames, plate: Bytes) -> Bytes:
    """Return uint8 RGBA frames (N, height, width, 4), colours not multiplied by alpha.

    Args:
        painted: frames over the plate.
        plate: uint8 RGB (height, width, 3).
    """
    room = np.ascontiguousarray(plate[painted.window.place])
    out = np.zeros((len(painted.mattes), *plate.shape[:2], 4), np.uint8)
    for picture, matte, frame in zip(painted.pictures, painted.mattes, out, strict=True):
        within = _within(matte, len(plate))
        usual = _usual(opaque_colours(picture, matte, within, room), len(plate))
        add_room_free(frame[painted.window.place], picture, matte, within, room, usual)
    return out


def _within(matte: Floats, height: int) -> Floats:
    """Return the matte without its rim: float32 (h, w)."""
    rim = max(5, 2 * round(_RIM * height) + 1)
    return np.asarray(cv2.erode(matte, np.ones((rim, rim), np.uint8)), np.float32)


def _usual(weighted: Floats, height: int) -> Floats:
    """Return means of colours, near and far, not yet divided by their weights.

    Args:
        weighted: float32 (h, w, 4) colours by their weights, and the weights.
        height: of the whole frame in pixels.
    """
    size = weighted.shape[1::-1]
    step = max(1, round(_NEAR * height))  # means of so wide a reach need no more pixels
    small = _resized(weighted, step)
    near = _mean(small, _NEAR * height / step)
    far = _mean(_resized(small, _COARSER), _FAR * height / step / _COARSER)
    wide = cv2.resize(far, small.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    both = near + _FAINT * wide + np.float32(1e-6) * small.mean((0, 1), dtype=np.float32)
    return np.asarray(cv2.resize(both, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _resized(picture: Floats, step: int) -> Floats:
    height, width = (max(1, -(-side // step)) for side in picture.shape[:2])
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _mean(picture: Floats, reach: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), max(0.8, reach)), np.float32)
