"""The clean plate: the room without the person, and how sure each of its pixels is.

Stages
    1. Pixel by pixel, the median of the sampled frames in which the grown mask leaves it free.
    2. What is uncertain is filled in smoothly from the more certain around it, by pull-push
       (Gortler et al., "The Lumigraph", 1996, section 3.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

_GROWN = 0.012  # share of the height by which a mask is grown: its edge, its blur, its shadow
_POSSIBLE = 26  # mask value from which a pixel may be the person
_OFTEN_FREE = 0.03  # share of the samples that leave a pixel free, from which it is certain


@dataclass(frozen=True)
class Plate:
    """The room without the person."""

    picture: np.ndarray
    """uint8 RGB (height, width, 3)."""
    seen: np.ndarray
    """bool (height, width): the background was really seen there, not filled in."""
    noise: np.ndarray
    """float32 (height, width): how much the background itself changes, in grey values."""


def clean_plate(pictures: Sequence[np.ndarray], masks: Sequence[np.ndarray]) -> Plate:
    """Return the plate from sampled pictures and the person's mask in each of them.

    Args:
        pictures: uint8 RGB (height, width, 3), all of one size.
        masks: uint8 (height, width), 255 the person.
    """
    height, width = masks[0].shape
    side = 2 * max(1, round(_GROWN * height)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    person = np.stack([cv2.dilate(mask, kernel) > _POSSIBLE for mask in masks])
    stack = np.stack(pictures)
    picture = np.zeros((height, width, 3), np.uint8)
    noise = np.zeros((height, width), np.float32)
    for top in range(0, height, 32):  # in strips, so that memory stays small
        rows = slice(top, top + 32)
        picture[rows], noise[rows] = _median(stack[:, rows], person[:, rows])
    free = (~person).mean(axis=0)
    seen = free > 0
    certainty = (free / _OFTEN_FREE).clip(0, 1)
    return Plate(filled(picture, certainty), seen, noise)


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
    smooth = _pull_push(picture.astype(np.float32), certainty)
    return (smooth + 0.5).clip(0, 255).astype(np.uint8)


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


def _median(stack: np.ndarray, person: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return median (rows, width, 3) and noise (rows, width) of the frames without the person."""
    values = np.where(person[..., None], 256, stack.astype(np.int16))  # the person sorts last
    values.sort(axis=0)
    free = (~person).sum(axis=0)

    def quantile(share: float) -> np.ndarray:
        at = np.clip(np.round((free - 1) * share), 0, None).astype(int)
        return np.take_along_axis(values, at[None, ..., None], axis=0)[0]

    spread = (quantile(0.9) - quantile(0.1)).max(axis=-1) / 2.56  # standard deviations
    return quantile(0.5).clip(0, 255).astype(np.uint8), spread.astype(np.float32)
