"""Filling in what a camera never saw of a room, from what it saw around it.

`filled` continues colours smoothly, by pull-push (Gortler et al., "The Lumigraph", 1996, section
3.4). `continued` copies from where the picture is like what is around (`patch_offsets`), and joins
the slopes of what it copies to what is certain (Perez, Gangnet and Blake, "Poisson Image Editing",
2003): neither seams nor brightness show.

Conventions: pictures uint8 RGB (height, width, 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy import sparse
from scipy.sparse.linalg import cg

from stickdance.capture.matting.patch_offsets import offset_map

_MARGIN = 0.012  # share of the height around a hole: a rim of half-seen pixels
_PULL = 1e-4  # how much colours from around count beside slopes: over a hundred pixels
_PULL_SEEN = 1e-3  # the same where few frames show them: over thirty pixels
_RESIDUE = 1e-3  # of the equations at which slopes are met: fractions of a grey level
_SCRAP = 0.04  # share of the height: what is smaller and of another colour hangs in the air
_USUAL = 0.01  # share of such colours around, from which on they belong there
_SEEN = 0.2  # share of such a thing from which on it was seen there
_OTHER_COLOUR = 8  # steps of Lab's a or b
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


@dataclass(frozen=True)
class RarelySeen:
    """Places that few frames show, in one of which a neighbour may be hidden: only slopes agree."""

    where: np.ndarray
    """bool (height, width)"""
    right: np.ndarray
    """float32 (height, width, 3): from each pixel to the next on the right, within one frame."""
    below: np.ndarray
    """The same to the next one below."""


def continued(
    picture: np.ndarray, certainty: np.ndarray, rarely: RarelySeen | None = None
) -> np.ndarray:
    """Fill what is uncertain with colours from around it and detail from elsewhere in the picture.

    The same picture gives the same result every time.

    Args:
        picture: uint8 RGB (height, width, 3).
        certainty: (height, width) in 0..1; 1 keeps a pixel, 0 replaces it, between them it blends.
        rarely: where slopes are surer than colours, beside what is uncertain.

    Returns:
        uint8 RGB (height, width, 3).
    """
    smooth = filled(picture, certainty)
    hole = certainty < 1
    if hole.mean() > _LARGEST_HOLE or min(hole.shape) < _SMALLEST:
        return smooth
    near = _MARGIN * len(picture)
    # Nothing is copied from the rim, where pixels were rarely seen and hold traces of the person.
    rim = dilated(hole, near)
    if rim.all():
        return smooth
    wanted = smooth.astype(np.float32)
    slopes = list(_slopes(wanted) if rarely is None else (rarely.right, rarely.below))
    pull = np.full(hole.shape, _PULL_SEEN)
    if hole.any():
        pull[hole] = _PULL
        rows, columns = _places_to_copy(smooth, hole, rim)
        wanted[hole] = wanted[rows, columns]
        for slope, whole in zip(slopes, _slopes(smooth.astype(np.float32)), strict=True):
            slope[hole] = whole[rows, columns]
    unsure = hole if rarely is None else hole | rarely.where
    if not unsure.any():
        return smooth
    joined = _rounded(_joined(smooth, wanted, pull, slopes, unsure))
    return _without_scraps(joined, hole)


def membrane(values: np.ndarray, certainty: np.ndarray) -> np.ndarray:
    """Return values carried smoothly from where they are certain to where they are not.

    Args:
        values: float32 (height, width, channels).
        certainty: (height, width) in 0..1, not 0 everywhere; it weighs the values.

    Returns:
        float32 of the shape of `values`.
    """
    return _pull_push(values.astype(np.float32), certainty.astype(np.float32))


def _places_to_copy(
    picture: np.ndarray, hole: np.ndarray, rim: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of what each place of the hole is to show, chosen with its rim."""
    rows, columns = np.nonzero(hole)
    offsets = offset_map(picture, rim)
    if offsets is None:
        return rows, columns
    down, right = offsets[rows, columns].T
    return (rows + down).clip(0, hole.shape[0] - 1), (columns + right).clip(0, hole.shape[1] - 1)


def _without_scraps(picture: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Return the picture without small things of another colour that hang in the hole alone.

    A leaf of the plant beside it, copied along with the curtain, would float there. Where such
    things are usual around, as on wallpaper with dots, they stay.
    """
    wide = 2 * round(_SCRAP * len(picture)) + 1
    _, *chroma = cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2LAB))
    off = np.maximum(*(cv2.absdiff(each, cv2.medianBlur(each, wide)) for each in chroma))
    other = off > _OTHER_COLOUR
    around = dilated(hole, wide) & ~hole
    if not around.any() or other[around].mean() > _USUAL:
        return picture
    _, pieces, facts, _ = cv2.connectedComponentsWithStats(other.view(np.uint8))
    sides, areas = facts[:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_AREA], facts[:, cv2.CC_STAT_AREA]
    seen = np.bincount(pieces[~hole], minlength=len(facts))
    alone = (sides.max(1) <= wide) & (seen < _SEEN * areas)
    scraps = dilated(other & alone[pieces], _MARGIN * len(picture)) & hole
    return np.asarray(cv2.inpaint(picture, scraps.view(np.uint8), wide / 4, cv2.INPAINT_TELEA))


def _slopes(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return float32 of the picture's shape: from each pixel to the right, and to the one below."""
    right, below = np.zeros_like(picture), np.zeros_like(picture)
    right[:, :-1], below[:-1] = np.diff(picture, axis=1), np.diff(picture, axis=0)
    return right, below


def _joined(
    picture: np.ndarray,
    colours: np.ndarray,
    pull: np.ndarray,
    slopes: Sequence[np.ndarray],
    hole: np.ndarray,
) -> np.ndarray:
    """Return the picture whose hole has given slopes, with what is around it as its edge.

    Args:
        picture: around the hole it stays as it is.
        colours: float32 of its shape, which the hole has on the whole.
        pull: (height, width): how much they count beside slopes.
        slopes: to the right and below, float32 of its shape.
        hole: bool (height, width).
    """
    number = np.full(hole.shape, -1)
    number[hole] = np.arange(hole.sum())
    diagonal = pull[hole]
    right_side = diagonal[:, None] * colours[hole].astype(float)
    pairs: list[np.ndarray] = []
    for axis, slope in ((1, slopes[0]), (0, slopes[1])):
        one, other = _neighbours(axis)
        for here, there, towards in ((one, other, slope[one]), (other, one, -slope[one])):
            inside = hole[here]
            mine, next_one = number[here][inside], number[there][inside]
            diagonal[mine] += 1
            right_side[mine] -= towards[inside]
            edge = next_one < 0
            right_side[mine[edge]] += picture[there][inside][edge]
            pairs.append(np.stack([mine[~edge], next_one[~edge]]))
    rows, columns = np.concatenate(pairs, axis=1)
    matrix = sparse.coo_matrix((-np.ones(len(rows)), (rows, columns)), (len(diagonal),) * 2)
    matrix = (matrix + sparse.diags(diagonal)).tocsr()
    out = picture.astype(np.float32)
    for colour in range(3):  # a direct solver takes a gigabyte for half of a large picture
        begun = colours[hole][:, colour].astype(float)
        out[hole, colour] = cg(matrix, right_side[:, colour], x0=begun, rtol=_RESIDUE)[0]
    return out


def _neighbours(axis: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return the pixels that have a next one along an axis, and those next ones."""
    whole, first, later = slice(None), slice(None, -1), slice(1, None)
    return ((whole, first), (whole, later)) if axis else ((first, whole), (later, whole))


def dilated(where: np.ndarray, radius: float) -> np.ndarray:
    """Return bool (height, width): what lies so many pixels from a place or nearer, one at least.

    A round dilation, as fast for a wide one.
    """
    away = cv2.distanceTransform((~where).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray((away <= max(1, round(radius))) & where.any())


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
