"""Flicker: how much a video changes from frame to frame beyond what moves in it.

The temporal warping error (Lai et al., "Learning Blind Video Temporal Consistency", 2018): the
frame before, moved along the optical flow of the *reference*, should look like this frame. What
the flow cannot know does not count: pixels that come into view, and those where the flow forth and
the flow back disagree (Ruder et al., "Artistic style transfer for videos", 2016) or that come from
outside the frame. The flow is OpenCV's DIS (Kroeger et al., 2016).

Levels are those of 8 bits, so the error is in the unit of the MSE. A real video has an error of its
own, of noise and of a flow that is not perfect: compare with `flicker_real`.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.synth.compute.array_types import Bools, Floats, Levels
from stickdance.synth.quality.depths import eight_bits

_SMALLEST_SIDE = 32
"""Pixels; in smaller pictures the flow finds nothing to hold on to."""
_RELATIVE, _ABSOLUTE = 0.01, 0.5  # squared pixels by which forth and back may disagree


@dataclass(frozen=True)
class Motion:
    """How the reference moved from one frame to the next."""

    places: Floats
    """float32 (h, w, 2): where in the frame before each pixel was, (x, y)."""
    known: Bools
    """bool (h, w): whether that can be trusted."""


def motion_between(before: Levels, now: Levels) -> Motion | None:
    """Return how the reference moved; None where it is too small to tell.

    Args:
        before: RGB (h, w, 3), uint8, or float32 in 0..255, which is rounded.
        now: the frame after it.
    """
    if min(now.shape[:2]) < _SMALLEST_SIDE:
        return None
    first, second = (
        cv2.cvtColor(eight_bits(picture), cv2.COLOR_RGB2GRAY) for picture in (before, now)
    )
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    unset = np.empty(0, np.float32)
    back, forth = (
        np.asarray(flow.calc(*pair, unset), np.float32)
        for pair in ((second, first), (first, second))
    )
    height, width = first.shape
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)
    places = grid + back
    there = _moved(forth, places)
    size = squared_length(back) + squared_length(there)
    known = squared_length(back + there) <= _RELATIVE * size + _ABSOLUTE
    for axis, last in enumerate((width - 1, height - 1)):
        known &= (places[..., axis] >= 0) & (places[..., axis] <= last)
    return Motion(places, known)


def warping_error_map(motion: Motion, before: Levels, now: Levels) -> Floats:
    """Return float32 (h, w): the squared difference of `now` from the moved `before`.

    Args:
        motion: of the reference; only its known pixels mean something.
        before: RGB (h, w, 3), uint8 or float32 in 0..255, of either video.
        now: the frame after it.
    """
    source = before.astype(np.float32)
    moved = _moved(source, motion.places)
    return squared_length(now.astype(np.float32) - moved) / 3


def squared_length(vectors: Floats) -> Floats:
    """Return the squared length (h, w) of each pixel's vector (h, w, n)."""
    squares: Floats = np.einsum("ijk,ijk->ij", vectors, vectors)
    return squares  # summing the last axis is far slower


def mean_where(values: Floats, mask: Bools) -> float | None:
    """Return the mean of a map over a mask's pixels; None where it has none."""
    chosen = values[mask]
    return float(chosen.mean(dtype=np.float64)) if chosen.size else None


def _moved(values: Floats, places: Floats) -> Floats:
    """Return float32 values at `places`, linear between pixels."""
    x, y = (np.ascontiguousarray(places[..., axis]) for axis in (0, 1))
    moved = cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)
