"""How the pixels of a person move from one picture to another: optical flow, begun at the poses.

    1. the poses say roughly where each part goes, where it goes far      (`motion_field`)
    2. dense inverse search finds what is missing between the first picture and the second one moved
       back by that, on the person over even grey, so that outlines count too
    3. where it would fold the picture half the way, it is smoothed
    4. what the person does not cover moves as the person beside it does: nothing tells where
       emptiness goes, and soft edges must go along

Conventions: a flow is float32 (height, width, 2), pixels right and down from each pixel of the
first picture to its place in the second. It is smooth, so for large pictures it is found in smaller
ones, and told in pixels of those.

Source: Kroeger, Timofte, Dai and Van Gool, "Fast Optical Flow using Dense Inverse Search" (ECCV
2016), OpenCV's.
"""

from threading import local
from typing import Any

import cv2
import numpy as np

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.synth.appearance.motion_field import body_motion
from stickdance.synth.compute.array_types import Bytes, Floats

_MOST_ROWS = 360  # that flow is looked for in
_GREY = 128.0
_LUMA = np.array([[0.299, 0.587, 0.114, -_GREY]], np.float32)
_REACH = 0.06  # of the picture's height: how far from the person flow is carried
_FOUND_ALONE = 6.0  # pixels: joints that move no more need no first guess, and it takes time
_STEEPEST = 1.7  # pixels a pixel: a flow that changes more folds the picture half the way
_SMOOTHER = (0.01, 0.02, 0.03, 0.05)  # of the picture's height, one after the other while it folds
_STEPS = 4  # of the fixed-point iteration that turns a flow round
_own = local()  # one computation of flow for each thread: they are not shared


def person_flow(
    before: Floats, after: Floats, poses: tuple[Floats, Floats], length: float, skeleton: Skeleton
) -> Floats:
    """Return the flow from one person's pixels to another's, as `layers` have them, of few rows.

    Args:
        before: float32 (height, width, 4).
        after: the same shape.
        poses: (joints, 2) in both, pixels of these pictures, NaN where missing.
        length: the person's torso length in pixels.
        skeleton: whose joints they are.
    """
    scale = _MOST_ROWS / len(before)
    if scale >= 1:
        return _found(before, after, poses, length, skeleton)
    one, other = (np.asarray(each * np.float32(scale), np.float32) for each in poses)
    small, later = _scaled(before, scale), _scaled(after, scale)
    return _found(small, later, (one, other), length * scale, skeleton)


def brought_onto(person: Floats, other: Floats) -> Floats:
    """Return another picture of a person in the same pose, moved to where the first shows the same.

    Args:
        person: float32 (height, width, 4), as `layers` have them.
        other: the same shape.
    """
    scale = min(1.0, _MOST_ROWS / len(person))
    greys = (_over_grey(each) for each in (person, other))
    one, two = (each if scale == 1 else _scaled(each, scale) for each in greys)
    flow = _as_large(_search().calc(one, two, None), person)
    columns, rows = _grid(flow.shape)
    return _fetched(other, columns + flow[..., 0], rows + flow[..., 1])


def _as_large(flow: Any, pixels: Floats) -> Floats:
    """Return a flow found in small pictures as one of larger ones."""
    if flow.shape[:2] == pixels.shape[:2]:
        return np.asarray(flow, np.float32)
    size = pixels.shape[1], pixels.shape[0]
    back = np.array(size, np.float32) / np.array(flow.shape[1::-1], np.float32)
    return np.asarray(cv2.resize(flow * back, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _scaled(pixels: Any, scale: float) -> Any:
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _found(
    before: Floats, after: Floats, poses: tuple[Floats, Floats], length: float, skeleton: Skeleton
) -> Floats:
    if not np.nanmax(np.abs(poses[1] - poses[0]), initial=0) > _FOUND_ALONE:
        found = _search().calc(_over_grey(before), _over_grey(after), None)
        return _unfolded(_carried_on(found, before[..., 3]))
    size = before.shape[1], before.shape[0]
    begun = body_motion(poses[1], poses[0], size, length, skeleton, limbs_first=True)
    columns, rows = _grid(before.shape)
    back = _looked_up(_over_grey(after), columns + begun[..., 0], rows + begun[..., 1])
    missing = _search().calc(_over_grey(before), back, None)
    x, y = columns + missing[..., 0], rows + missing[..., 1]
    return _unfolded(_carried_on(missing + _looked_up(begun, x, y), before[..., 3]))


def moved(pixels: Floats, flow: Floats, share: float, offset: tuple[float, float]) -> Floats:
    """Return a person's pixels moved along a share of a flow, and by an offset.

    Args:
        pixels: float32 (height, width, 4).
        flow: of them, as `person_flow` gives it.
        share: 0 leaves them where they are, 1 brings them where the flow ends.
        offset: pixels right and down, besides.
    """
    came = _as_large(_turned_round(flow, share), pixels)
    columns, rows = _grid(pixels.shape)
    # Each step of the way is asked for at the place where it ends.
    x, y = columns - np.float32(offset[0]), rows - np.float32(offset[1])
    if offset != (0.0, 0.0):
        came = _looked_up(came, x, y)
    return _fetched(pixels, x - came[..., 0], y - came[..., 1])


def _turned_round(flow: Floats, share: float) -> Floats:
    """Return for each place on the way, the step that leads there.

    A pixel p comes to x = p + share flow(p); p is found by iteration (Chen et al., "A simple
    fixed-point approach to invert a deformation field", Medical Physics 2008).
    """
    columns, rows = _grid(flow.shape)
    step = flow * np.float32(share)
    came = step
    for _ in range(_STEPS):
        x, y = columns - came[..., 0], rows - came[..., 1]
        came = _looked_up(step, x, y)
    return np.asarray(came, np.float32)


def _looked_up(values: Any, x: Floats, y: Floats) -> Any:
    return cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _fetched(pixels: Floats, x: Floats, y: Floats) -> Floats:
    return np.asarray(cv2.remap(pixels, x, y, cv2.INTER_CUBIC), np.float32)


def _grid(shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    columns = np.arange(shape[1], dtype=np.float32)[None].repeat(shape[0], 0)
    rows = np.arange(shape[0], dtype=np.float32)[:, None].repeat(shape[1], 1)
    return columns, rows


def _over_grey(pixels: Floats) -> Bytes:
    grey = cv2.transform(pixels, _LUMA)
    return np.asarray((grey + _GREY).clip(0, 255), np.uint8)


def _carried_on(flow: Floats, matte: Floats) -> Floats:
    """Return a flow that goes on beside the person as it is at their edge."""
    size = flow.shape[1], flow.shape[0]
    weighted = np.dstack([flow * matte[..., None], matte])
    small = cv2.resize(weighted, (-(-size[0] // 4), -(-size[1] // 4)), interpolation=cv2.INTER_AREA)
    wide = cv2.GaussianBlur(small, (0, 0), max(1.0, _REACH * size[1] / 4))
    near = cv2.GaussianBlur(small, (0, 0), max(0.7, _REACH * size[1] / 24))
    total = near + 1e-3 * wide
    mean = total[..., :2] / (total[..., 2:] + 1e-6)
    around = cv2.resize(mean, size, interpolation=cv2.INTER_LINEAR)
    share = matte.clip(0, 1)[..., None] ** 2
    return np.asarray(flow * share + around * (1 - share), np.float32)


def _unfolded(flow: Floats) -> Floats:
    """Return a flow that half the way does not fold the picture: smooth where it would.

    Where a limb passes over the body one flow cannot carry both; it then moves less, but whole.
    """
    for reach in _SMOOTHER:
        steep = _steep(flow)
        if not steep.any():
            break
        sigma = max(1.0, reach * len(flow))
        wide = 2 * round(1.5 * sigma) + 1
        share = cv2.blur(cv2.dilate(steep, np.ones((wide, wide))), (wide, wide))
        flow += share[..., None] * (cv2.GaussianBlur(flow, (0, 0), sigma) - flow)
    return flow


def _steep(flow: Floats) -> Floats:
    """Return float32 (height, width): 1 where a flow changes too much from a pixel to the next."""
    down = np.abs(np.diff(flow, axis=0, prepend=flow[:1]))
    right = np.abs(np.diff(flow, axis=1, prepend=flow[:, :1]))
    most = np.maximum(down, right)
    return (np.maximum(most[..., 0], most[..., 1]) > _STEEPEST).astype(np.float32)


def _search() -> Any:
    if not hasattr(_own, "search"):
        _own.search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return _own.search
