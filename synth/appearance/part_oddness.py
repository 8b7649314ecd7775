"""How unlike itself a limb looks in a frame: what was cut out there beside what usually is.

Where a forearm passes over the shirt, where a hand is lost in blur or a sleeve hangs on it, the cut
holds less or more than the forearm. Laid along the limb's own line all cuts of it can be compared
point by point; their median is the limb as it usually looks, and a cut that is far from it is odd.
What hardly a frame shows, as a strand of hair at an elbow, is cut off.
"""

import cv2
import numpy as np

from stickdance.synth.compute.array_types import Bools, Bytes, Floats

_ALONG, _ACROSS = 24, 12
STRAIGHTENED = _ALONG, _ACROSS, 4
"""Shape of a straightened cut: points along and across a limb, RGBA."""
_ENDS = 0.1  # of its length, how far beyond both ends
_WIDE = 1.8  # thicknesses to both sides
_SELDOM = 85  # percentile of the frames: what fewer show is no part of a limb
_NOTHING, _SOMETHING = 20, 80  # of 255, of the matte


def straightened(
    pixels: Bytes, corner: tuple[int, int], start: Floats, end: Floats, thickness: float
) -> Bytes:
    """Return a cut as it looks along its limb: uint8 RGBA (points along, points across, 4).

    Args:
        pixels: premultiplied RGBA (height, width, 4).
        corner: (left, top) of it in the picture.
        start: (2,) near end of the limb in the picture.
        end: (2,) far end.
        thickness: half of the limb's, in pixels.
    """
    line = end - start
    along = line / max(float(np.hypot(*line)), 1e-3)
    beside = np.array([-along[1], along[0]], np.float32) * thickness
    down = np.linspace(-_ENDS, 1 + _ENDS, _ALONG, dtype=np.float32)[:, None, None]
    across = np.linspace(-_WIDE, _WIDE, _ACROSS, dtype=np.float32)[None, :, None]
    spots = start + line * down + beside * across - np.array(corner, np.float32) - 0.5
    spots = spots.astype(np.float32)
    seen = cv2.remap(
        pixels, spots[..., 0], spots[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    return np.asarray(seen, np.uint8)


def usual_outline(cuts: Bytes, known: Bools) -> Bytes:
    """Return uint8 (points along, points across): 0 where hardly a frame shows any of a limb.

    Args:
        cuts: uint8 (frames, points along, points across, 4) of the limb, straightened.
        known: (frames,) bool: where its line is known.
    """
    if not known.any():
        return np.full(STRAIGHTENED[:2], 255, np.uint8)
    often = np.percentile(cuts[known][..., 3], _SELDOM, axis=0)
    share = (often - _NOTHING) / (_SOMETHING - _NOTHING)
    return np.rint(share.clip(0, 1) * 255).astype(np.uint8)


def within(
    outline: Bytes,
    box: tuple[int, int, int, int],
    start: Floats,
    end: Floats,
    thickness: float,
) -> Floats:
    """Return 0..1 (height, width): how much of a limb's pixels lies within its usual outline.

    Args:
        outline: of `usual_outline`.
        box: (left, top, right, bottom) of the pixels in the picture.
        start: (2,) near end of the limb in the picture.
        end: (2,) far end.
        thickness: half of the limb's, in pixels.
    """
    left, top, right, bottom = box
    columns, rows = np.meshgrid(
        np.arange(left, right, dtype=np.float32) + 0.5,
        np.arange(top, bottom, dtype=np.float32) + 0.5,
    )
    line = end - start
    length = max(float(np.hypot(*line)), 1e-3)
    x, y = columns - start[0], rows - start[1]
    down = (x * line[0] + y * line[1]) / length**2
    across = (y * line[0] - x * line[1]) / (length * thickness)
    seen = cv2.remap(
        outline,
        ((across / _WIDE + 1) / 2 * (_ACROSS - 1)).astype(np.float32),
        ((down + _ENDS) / (1 + 2 * _ENDS) * (_ALONG - 1)).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return seen / np.float32(255)


def oddness(cuts: Bytes, known: Bools) -> Floats:
    """Return (frames,) 0..1: the mean difference of each straightened cut from their median.

    Args:
        cuts: uint8 (frames, points along, points across, 4) of one limb.
        known: (frames,) bool: where the limb's line is known; 0 elsewhere.
    """
    out = np.zeros(len(cuts), np.float32)
    if known.any():
        usual = np.median(cuts[known], axis=0)
        out[known] = np.abs(cuts[known] - usual).mean((1, 2, 3)) / 255
    return out
