"""The clean plate: the room without the person, and how sure each of its pixels is.

Stages
    1. Pixel by pixel, the median of the sampled frames in which the person is well away; where
       there are too few of these, of those in which the grown mask leaves it free.
    2. Where few samples count, a pixel and its neighbours may come from different ones, and
       steps would show between them; so medians of slopes count there, each taken within one
       sample. (Medians of slopes: Weiss, "Deriving intrinsic images from image sequences", 2001.)
    3. What is uncertain is filled in from the more certain around it, see
       `stickdance.capture.matting.inpainting`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.capture.matting.inpainting import RarelySeen, continued, filled

_GROWN = 0.012  # share of the height by which a mask is grown: its edge, its blur, its shadow
_AWAY = 0.05  # share of the height from which what a mask misses of the person does no harm
_ENOUGH = 3, 0.05  # samples, and share of the samples, with the person away that are enough
_POSSIBLE = 26  # mask value from which a pixel may be the person
_CAMERA = 4.0  # grey values by which any camera errs, beyond the unrest that is measured
_RARE = 30.0  # grey values by which one sample may err: a light of its own, the person's rim
_AT_ONCE = 20_000  # pixels whose samples are held in memory
_RARELY = 0.3  # share of the samples below which those of a pixel and its neighbour may differ
_OFTEN_FREE = 0.03  # share of the samples that leave a pixel free, from which it is certain


@dataclass(frozen=True)
class Plate:
    """The room without the person."""

    picture: np.ndarray
    """uint8 RGB (height, width, 3)."""
    seen: np.ndarray
    """bool (height, width): the background was surely seen there, not filled in."""
    noise: np.ndarray
    """float32 (height, width): how much the background itself changes, in grey values."""
    doubt: np.ndarray | None = None
    """float32 (height, width): grey values by which it may be wrong, for it was seen rarely; None
    where that is not known."""

    @property
    def error(self) -> np.ndarray:
        """Return float32 (height, width): grey values by which a picture of the room may differ."""
        noise = _CAMERA + self.noise.astype(np.float32)
        return noise if self.doubt is None else noise + self.doubt

    def part(self, box: tuple[slice, slice]) -> "Plate":
        """Return the part of it in a box of rows and columns."""
        doubt = None if self.doubt is None else self.doubt[box]
        return Plate(self.picture[box], self.seen[box], self.noise[box], doubt)


def clean_plate(
    pictures: Sequence[np.ndarray], masks: Sequence[np.ndarray], *, detailed: bool = True
) -> Plate:
    """Return the plate from sampled pictures and the person's mask in each of them.

    Args:
        pictures: uint8 RGB (height, width, 3), all of one size.
        masks: uint8 (height, width), 255 the person.
        detailed: give the room's detail to what was never seen, which takes a second or two.
    """
    height, width = masks[0].shape
    side = 2 * max(1, round(_GROWN * height)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    person = np.stack([cv2.dilate(mask, kernel) > _POSSIBLE for mask in masks])
    free = (~person).mean(axis=0)
    near = _with_near_ones(person, masks)
    rarely = (~near).mean(axis=0) < _RARELY
    stack = np.stack(pictures)
    picture = np.zeros((height, width, 3), np.uint8)
    noise = np.zeros((height, width), np.float32)
    for top in range(0, height, 32):  # in strips, so that memory stays small
        rows = slice(top, top + 32)
        picture[rows], noise[rows] = _median(stack[:, rows], near[:, rows])
    doubt = _RARE / np.maximum(1, free * len(masks))
    certainty = (free / _OFTEN_FREE).clip(0, 1)
    if detailed:
        whole = continued(picture, certainty, _rarely_seen(stack, person, near, rarely))
    else:
        whole = filled(picture, certainty)
    return Plate(whole, certainty == 1, noise, doubt.astype(np.float32))


def _with_near_ones(person: np.ndarray, masks: Sequence[np.ndarray]) -> np.ndarray:
    """Return the person together with their surroundings, where enough samples remain."""
    side = 2 * max(1, round(_AWAY * person.shape[1])) + 1
    square = np.ones((side, side), np.uint8)
    away = np.stack([cv2.dilate(mask, square) <= _POSSIBLE for mask in masks])
    few, share = _ENOUGH
    enough = away.sum(axis=0) >= max(few, share * len(masks))
    return person | (enough & ~away)


def _rarely_seen(
    stack: np.ndarray, person: np.ndarray, near: np.ndarray, where: np.ndarray
) -> RarelySeen:
    """Return the slopes of rarely seen places: medians over the samples that show both pixels.

    Where the person is near in all of these, their nearness does not count.
    """
    found = []
    for axis in (1, 0):  # to the right, below
        slopes = np.zeros(stack.shape[1:], np.float32)
        ones, others = (where[:, :-1], where[:, 1:]) if axis else (where[:-1], where[1:])
        rows, columns = np.nonzero(ones | others)
        for start in range(0, len(rows), _AT_ONCE):
            one = rows[start : start + _AT_ONCE], columns[start : start + _AT_ONCE]
            other = (one[0], one[1] + 1) if axis else (one[0] + 1, one[1])
            steps = stack[:, other[0], other[1]].astype(np.float32) - stack[:, one[0], one[1]]
            hidden, far = (
                each[:, one[0], one[1]] | each[:, other[0], other[1]] for each in (person, near)
            )
            hidden |= far & ~far.all(axis=0)
            steps[hidden] = np.nan
            steps[:, hidden.all(axis=0)] = 0
            slopes[one] = np.nanmedian(steps, axis=0)
        found.append(slopes)
    return RarelySeen(where, *found)


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
