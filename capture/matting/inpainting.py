"""Filling in what a camera never saw of a room, from what it saw around it.

`filled` continues colours smoothly, by pull-push (Gortler et al., "The Lumigraph", 1996, section
3.4). `continued` adds the room's own detail: patches from elsewhere in the picture, laid by shift
maps (Pritch, Kav-Venaki and Peleg, "Shift-Map Image Editing", 2009; OpenCV's `xphoto.inpaint`), of
which only the fine structure is taken, so that neither their seams nor their brightness show.

Conventions: pictures uint8 RGB (height, width, 3).
"""

import cv2
import numpy as np

_MARGIN = 0.012  # share of the height around a hole that is laid anew: a rim of half-seen pixels
_COARSE = 0.03  # share of the height above which structure is continued smoothly, not copied
_STRONGEST = 2.5  # laid detail is at most so many times as strong as that around
_TALLEST = 320  # rows at which detail is laid at most
_SMALLEST = 48  # pixels a side below which a picture has no detail to lay
_LARGEST_HOLE = 0.5  # share of the picture from which too little is left to copy


def filled(picture: np.ndarray, certainty: np.ndarray) -> np.ndarray:
    """Fill what is uncertain smoothly from the more certain pixels around it.

    Args:
        picture: uint8 RGB (height, width, 3).
        certainty: (height, width) in 0..1; 1 keeps a pixel, 0 replaces it, between them it blends.

    Returns:
        uint8 RGB (height, width, 3); grey 128 where nothing at all is certain.
    """
    certainty = certainty.astype(np.float32)
    if not certainty.any():
        return np.full_like(picture, 128)
    return _rounded(_pull_push(picture.astype(np.float32), certainty))


def continued(picture: np.ndarray, certainty: np.ndarray) -> np.ndarray:
    """Fill what is uncertain with colours from around it and detail from elsewhere in the picture.

    The same picture gives the same result every time.

    Args:
        picture: uint8 RGB (height, width, 3).
        certainty: (height, width) in 0..1; 1 keeps a pixel, 0 replaces it, between them it blends.

    Returns:
        uint8 RGB (height, width, 3).
    """
    smooth = filled(picture, certainty)
    hole = certainty < 1
    if not hole.any() or hole.mean() > _LARGEST_HOLE or min(hole.shape) < _SMALLEST:
        return smooth
    coarse, near = _COARSE * len(picture), _MARGIN * len(picture)
    # Colours come from beyond the rim, where pixels were rarely seen and hold traces of the person.
    known = np.where(_grown(hole, near), 0, certainty).astype(np.float32)
    colours = cv2.GaussianBlur(_pull_push(smooth.astype(np.float32), known), (0, 0), coarse)
    usual = _usual_detail(smooth, known, coarse)
    detail = _detail(_laid(smooth, _grown(hole, near)), coarse)
    detail = usual * np.tanh(
        detail / usual
    )  # a leaf laid on a curtain fades to the curtain's folds
    inward = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3)
    share = (inward / max(near / 2, 1)).clip(0, 1)[..., None]  # what is certain stays as it is
    return _rounded(smooth * (1 - share) + (colours + detail) * share)


def membrane(values: np.ndarray, certainty: np.ndarray) -> np.ndarray:
    """Return values carried smoothly from where they are certain to where they are not.

    Args:
        values: float32 (height, width, channels).
        certainty: (height, width) in 0..1, not 0 everywhere; it weighs the values.

    Returns:
        float32 of the shape of `values`.
    """
    return _pull_push(values.astype(np.float32), certainty.astype(np.float32))


def _laid(picture: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Return the picture with patches from elsewhere in the hole, as float32."""
    size = (picture.shape[1], picture.shape[0])
    scale = min(1.0, _TALLEST / size[1])
    small = (max(_SMALLEST, round(size[0] * scale)), max(_SMALLEST, round(size[1] * scale)))
    source = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    wanted = cv2.resize(hole.astype(np.uint8), small, interpolation=cv2.INTER_NEAREST)
    lab = cv2.cvtColor(source, cv2.COLOR_RGB2LAB)
    found = lab.copy()
    cv2.setRNGSeed(0)
    cv2.xphoto.inpaint(
        lab, np.where(wanted, 0, 255).astype(np.uint8), found, cv2.xphoto.INPAINT_SHIFTMAP
    )
    back = cv2.cvtColor(found, cv2.COLOR_LAB2RGB).astype(np.float32)
    return cv2.resize(back, size, interpolation=cv2.INTER_CUBIC)


def _detail(picture: np.ndarray, coarse: float) -> np.ndarray:
    return picture - cv2.GaussianBlur(picture, (0, 0), coarse)


def _usual_detail(picture: np.ndarray, known: np.ndarray, coarse: float) -> np.ndarray:
    """Return float32 (height, width, 3): how strong detail is around, in grey values."""
    squared = _detail(picture.astype(np.float32), coarse) ** 2
    around = _pull_push(squared, known)
    return _STRONGEST * np.sqrt(cv2.GaussianBlur(around, (0, 0), coarse).clip(0.25, None))


def _grown(hole: np.ndarray, radius: float) -> np.ndarray:
    side = 2 * max(1, round(radius)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.dilate(hole.astype(np.uint8), disc) > 0


def _rounded(picture: np.ndarray) -> np.ndarray:
    return (picture + 0.5).clip(0, 255).astype(np.uint8)


def _pull_push(colours: np.ndarray, weight: np.ndarray) -> np.ndarray:
    weighted = colours * weight[..., None]
    if min(weight.shape) <= 2:
        whole = np.broadcast_to(weighted.sum((0, 1)) / max(weight.sum(), 1e-6), colours.shape)
        return weighted + whole * (1 - weight[..., None])
    less_weight = cv2.pyrDown(weight)
    less = cv2.pyrDown(weighted) / np.maximum(less_weight, 1e-6)[..., None]
    coarse = _pull_push(less, np.minimum(2 * less_weight, 1))
    back = cv2.pyrUp(coarse, dstsize=(weight.shape[1], weight.shape[0]))
    return weighted + back * (1 - weight[..., None])
