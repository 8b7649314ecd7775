"""Where a frame surely shows the person, surely the room, and where that is in doubt.

Stages
    1. The estimator's mask and the limbs are a first guess, as log-odds; outside them the person is
       the less likely the farther away.
    2. What the colours say (`stickdance.capture.matting.evidence`) is added: it cuts the mask where
       the room is seen through it, and extends it by what the mask missed.
    3. What is likely enough, and is one with the person, is theirs; a band around its edge, and
       whatever stayed unlikely and likely alike, is in doubt.

Conventions: masks uint8 (height, width), 255 the person; log-odds natural, above 0 the person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.capture.matting.limbs import Capsule, draw_capsules
from stickdance.capture.media.jit import compiled

ROOM, DOUBT, PERSON = 0, 128, 255
"""Values of a trimap."""

_MASKED = 3.5  # log-odds of a mask of 255, and less those of 0
_LIMB = 3.0  # log-odds of a limb
_FAR, _FARTHEST = 0.15, 3.0  # of the person's height, that costs one in log-odds; at most
_LIKELY = 1.0  # log-odds from which, and less which, a pixel is sure
_INSIDE, _OUTSIDE = 0.02, 0.015  # of the height: the band in doubt on either side of an edge
_NARROWEST = 3.5  # pixels of that band on either side at least
_PLAIN = 4.0  # log-odds from which the middle of a thin part is sure
_SMALL_PART = 0.005  # share of the largest part that a part must have
_TOUCHING = 0.08  # of the height: how near to mask or limbs a part must come
_CERTAIN = 230  # mask value from which a pixel counts for its midst
_MIDST = 0.01  # of the height: how far within a mask its midst begins


@dataclass(frozen=True)
class Trimap:
    """What is sure, and the first guess where nothing is."""

    regions: np.ndarray
    """uint8 (height, width): `ROOM`, `DOUBT` or `PERSON`."""
    first: np.ndarray
    """float32 (height, width): log-odds of mask and limbs alone."""
    both: np.ndarray
    """float32 (height, width): together with those of the colours."""
    midst: np.ndarray
    """bool (height, width): the midst of the mask."""

    def guess(self, places: np.ndarray) -> np.ndarray:
        """Return float32 0..1, by mask and limbs alone, at some places (of the flat picture)."""
        return _likelihood(self.first.ravel()[places])

    def weight(self, places: np.ndarray) -> np.ndarray:
        """Return float32 0..1: how far the guess is to be kept to.

        That is in the midst of the mask, unless the colours plainly speak for the room.
        """
        return _likelihood(self.both.ravel()[places]) * self.midst.ravel()[places]


def trimap(
    mask: np.ndarray,
    capsules: Sequence[Capsule],
    odds: np.ndarray,
    hidden: np.ndarray,
    tall: float,
) -> Trimap:
    """Return what is sure of a frame.

    Args:
        mask: the estimator's, of the person alone.
        capsules: the limbs.
        odds: what the colours say, float32 (height, width).
        hidden: bool, where somebody else is, whom no colour makes the person.
        tall: the person's height in pixels.
    """
    limbs = np.zeros_like(mask)
    draw_capsules(limbs, capsules, 1)
    known = ((mask > 127) | (limbs > 0)).astype(np.uint8)
    away = cv2.distanceTransform(1 - known, cv2.DIST_L2, 3)
    first = _first(mask, limbs, away, tall)
    both = first + odds
    both[hidden & (mask == 0)] = -_MASKED
    person = cv2.morphologyEx((both > _LIKELY).astype(np.uint8), cv2.MORPH_OPEN, _disc(1))
    person[(first > _LIKELY) & (both > _LIKELY)] = 1
    person = _parts(person, away <= _TOUCHING * tall)
    beyond = cv2.distanceTransform(1 - person, cv2.DIST_L2, 3)
    within = cv2.distanceTransform(person, cv2.DIST_L2, 3)
    possible = (both > -_LIKELY) & (beyond <= 4 * _OUTSIDE * tall)
    regions = np.full(mask.shape, ROOM, np.uint8)
    regions[(beyond <= max(_NARROWEST, _OUTSIDE * tall)) | possible] = DOUBT
    middle = (within > 1) & (within >= cv2.dilate(within, np.ones((3, 3)))) & (both > _PLAIN)
    regions[(within > max(_NARROWEST, _INSIDE * tall)) | middle] = PERSON
    regions[hidden & (mask == 0)] = ROOM
    midst = cv2.distanceTransform((mask >= _CERTAIN).astype(np.uint8), cv2.DIST_L2, 3)
    return Trimap(regions, first, both, midst > _MIDST * tall)


def _likelihood(odds: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


@compiled
def _first(mask: np.ndarray, limbs: np.ndarray, away: np.ndarray, tall: float) -> np.ndarray:
    """Return the log-odds of mask and limbs; `away`: how far both are."""
    odds = np.empty(mask.shape, np.float32)
    for row in range(mask.shape[0]):
        for column in range(mask.shape[1]):
            far = min(away[row, column] / (_FAR * tall), _FARTHEST)
            masked = (mask[row, column] / 127.5 - 1) * _MASKED
            odds[row, column] = masked + _LIMB * limbs[row, column] - far
    return odds


def _parts(person: np.ndarray, within_reach: np.ndarray) -> np.ndarray:
    """Return the parts of a mask that are large enough, and within reach, to be the person's."""
    count, labels, facts, _ = cv2.connectedComponentsWithStats(person, connectivity=8)
    if count <= 1:
        return person
    areas = facts[:, cv2.CC_STAT_AREA].astype(float)
    areas[0] = 0
    near = np.bincount(labels[within_reach], minlength=count) > 0
    kept = near & (areas >= _SMALL_PART * areas.max())
    return kept[labels].astype(np.uint8)


def _disc(radius: float) -> np.ndarray:
    side = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
