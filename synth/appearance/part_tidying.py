"""What must not stay on a part when it moves alone: tufts, loose pieces, and colours of others.

A part is cut out of a picture in which others lie beside and before it. Where it lies alone
elsewhere, slivers would hang in the air, and the outline of a hand that covered it would stay on it
as a ring. Slivers are cut off; foreign colours are painted over from the part's own beside them.
"""

from functools import lru_cache

import cv2
import numpy as np

from stickdance.synth.appearance.body_parts import PARENTS, PARTS, PLACE, BodyPart
from stickdance.synth.compute.array_types import Bools, Bytes, Floats, Integers

THIN = ("head", "forearm", "foot")
"""Ends of the names of parts that have hair, fingers and heels."""
_RIM = 4  # pixels beside a nearer part that show its shadow and its blur
_RIM_OF_HEAD = 2  # the same on heads, where little is alike
_BLUR = 5  # pixels beside it within which a colour that the part never has is a mixture of both
_NEVER = 7.0  # how surprising such a colour is, as a natural logarithm
_EDGE = 1  # pixels of the nearer part that show what it covers
_TUFT = np.ones((3, 3), np.uint8)  # what is thinner hangs on a part as a tuft
_SOFT = 2  # pixels beside what is solid of a part that are of it still
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
_REACHES = 1.5, 4.0, 10.0  # blurs, in pixels, of the colours beside those to be painted over
_FARTHEST = 40  # pixels that the widest of them reaches
_TOLD = 12.0  # of 255: so much of a blur at least is known


def rims(labels: Integers, order: Integers, surprise: Floats | None = None) -> Bools:
    """Return where parts have colours of another one that covers them there, or of one they cover.

    Args:
        labels: (rows, columns) the part that owns each pixel.
        order: (parts,) from the farthest part to the nearest.
        surprise: (rows, columns) how surprising each colour is on its part, where known.

    Returns:
        (parts, rows, columns), beside parts that neither hang on each other nor are legs both.
    """
    found = np.zeros((len(PARTS), *labels.shape), bool)
    areas = labels == np.arange(len(PARTS))[:, None, None]
    wide, narrow, around = (
        [grown(area, pixels) for area in areas] for pixels in (_RIM, _EDGE, _RIM_OF_HEAD)
    )
    if surprise is not None:
        odd = surprise > _NEVER
        around = [rim | (grown(area, _BLUR) & odd) for rim, area in zip(around, areas, strict=True)]
    for position, nearer in enumerate(order):
        for farther in order[:position]:
            if strangers()[nearer, farther]:
                found[farther] |= (around if farther == _HEAD else wide)[nearer]
                found[nearer] |= narrow[farther]
    return found & areas


def whole(part: BodyPart, mine: Bools, middle: Bools, there: Bools) -> Bools:
    """Return a part's pixels without pieces that hang on nothing, and without tufts.

    Args:
        part: whose they are.
        mine: (rows, columns) all that is labelled as the part.
        middle: what surely is of it.
        there: where the person is; what is thinner of parts that are not `THIN` is cut off.
    """
    solid: Bytes = (mine & there).view(np.uint8)
    if not part.name.endswith(THIN):
        solid = np.asarray(cv2.morphologyEx(solid, cv2.MORPH_OPEN, _TUFT), np.uint8)
    _, pieces = cv2.connectedComponents(solid, connectivity=4)
    kept = (solid > 0) & np.isin(pieces, pieces[middle & (solid > 0)])
    reached = kept
    for _ in range(_SOFT):
        reached = _beside(reached) & mine & there
    # What lies across a gap, as the edge of the other leg, is not of the part, nor the gap.
    across = mine & there & ~reached
    return mine & grown(kept, _SOFT) & ~across & ~(_beside(across) & ~there)


_HEAD = PLACE["head"]


def _beside(mask: Bools) -> Bools:
    """Return a mask and the pixels above, below, left and right of it."""
    return cv2.dilate(mask.view(np.uint8), _CROSS) > 0


def grown(mask: Bools, pixels: int) -> Bools:
    """Return a mask grown by so many pixels to all sides."""
    side = 2 * pixels + 1
    return cv2.dilate(mask.view(np.uint8), np.ones((side, side), np.uint8)) > 0


def painted_over(picture: Bytes, spoiled: Bools, own: Bools) -> Bytes:
    """Return a picture whose spoiled pixels have the colours of a part's own pixels beside them.

    Args:
        picture: uint8 RGB (height, width, 3).
        spoiled: (height, width) what has colours of others.
        own: (height, width) what surely shows the part.
    """
    if not spoiled.any() or not own.any():
        return picture
    columns, rows = (np.flatnonzero(spoiled.any(axis)) for axis in (0, 1))
    near = tuple(
        slice(max(0, each[0] - _FARTHEST), each[-1] + 1 + _FARTHEST) for each in (rows, columns)
    )
    known = cv2.cvtColor(picture[near], cv2.COLOR_RGB2RGBA).astype(np.float32)
    known *= own[near][..., None]
    whole, left = picture.copy(), spoiled[near].copy()
    out = whole[near]
    for reach in _REACHES:
        if not left.any():
            break
        mean = cv2.GaussianBlur(known, (0, 0), reach)
        told = left & (mean[..., 3] > _TOLD)
        out[told] = np.rint(mean[told, :3] * (255 / mean[told, 3:])).clip(0, 255)
        left &= ~told
    return whole


@lru_cache(maxsize=1)
def strangers() -> Bools:
    """Return (parts, parts): which neither hang on each other nor are legs both."""
    legs = np.array([part.name.endswith(("thigh", "shin", "foot")) for part in PARTS])
    kin = np.eye(len(PARTS), dtype=bool) | (legs[:, None] & legs)
    for child, parent in enumerate(PARENTS):
        if parent >= 0:
            kin[parent, child] = kin[child, parent] = True
    apart: Bools = ~kin
    return apart
