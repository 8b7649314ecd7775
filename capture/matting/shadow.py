"""The shadow at a person's feet, where no cast shadow is modelled: the plate must not hold it.

Stages
    1. Below the hips, outside the matte, what is darker than the plate by one factor in all colours
       may be shadow; what has another colour is not.
    2. Only patches that touch the person's feet, or the matte beside them, are theirs. A shadow
       that never moves is in the plate already and is not found.

Source: the test of one factor for all colours follows Horprasert, Harwood and Davis, "A statistical
approach for real-time robust background subtraction and shadow detection" (1999).

Conventions: pictures uint8 RGB (height, width, 3); mattes uint8 (height, width), 255 the person.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from stickdance.capture.matting.plate import Plate

_DEEPEST, _FAINTEST = 0.35, 0.95  # brightness under shadow as a share of that beside it
_TINT = 0.12  # difference of that share between colours from which it is no shadow
_DARKER = 6.0  # grey values, beyond twice the plate's noise, from which a shadow counts
_FULL = 18.0  # so many more and the pixel belongs to the person's side altogether
_RESTLESS = 12.0  # noise of the plate in grey values from which darkness proves nothing
_TOUCHING = 0.12  # how far from a foot a shadow may begin, in heights of the matte
_SIDEWAYS, _UP, _DOWN = 0.5, 0.3, 0.12  # how far from the feet, in heights of the matte


def with_shadow(
    picture: np.ndarray, matte: np.ndarray, plate: Plate, feet: Sequence[np.ndarray]
) -> np.ndarray:
    """Return the matte with the shadow at the person's feet.

    Args:
        picture: the frame.
        matte: without the shadow, or with some of it.
        plate: the room without the person.
        feet: points (2,) of ankles and feet; without any, no shadow is looked for.
    """
    height = cv2.boundingRect((matte > 127).astype(np.uint8))[3]
    box = _around(matte.shape, feet, height)
    if box is None:
        return matte
    share = _shadow_share(picture[box], matte[box], plate, box, feet, _TOUCHING * height)
    added = (share * 255 + 0.5).astype(np.uint8)
    out = matte.copy()
    out[box] = np.maximum(matte[box], added)
    return out


def _around(
    shape: tuple[int, ...], feet: Sequence[np.ndarray], height: int
) -> tuple[slice, slice] | None:
    """Return the part of the picture in which a shadow at the feet may lie."""
    if not len(feet) or not height:
        return None
    points = np.array(feet)
    left, top = points.min(axis=0) - height * np.array([_SIDEWAYS, _UP])
    right, bottom = points.max(axis=0) + height * np.array([_SIDEWAYS, _DOWN])
    rows = slice(max(0, round(top)), min(shape[0], round(bottom)))
    columns = slice(max(0, round(left)), min(shape[1], round(right)))
    if rows.stop - rows.start < 8 or columns.stop - columns.start < 8:
        return None
    return rows, columns


def _shadow_share(
    picture: np.ndarray,
    matte: np.ndarray,
    plate: Plate,
    box: tuple[slice, slice],
    feet: Sequence[np.ndarray],
    reach: float,
) -> np.ndarray:
    """Return float32 (height, width) of the box: how far each pixel is the person's shadow."""
    half = (max(1, matte.shape[1] // 2), max(1, matte.shape[0] // 2))
    here, room = (
        cv2.resize(part, half, interpolation=cv2.INTER_AREA).astype(np.float32) + 4
        for part in (picture, plate.picture[box])
    )
    noise = cv2.resize(plate.noise[box].astype(np.float32), half, interpolation=cv2.INTER_AREA)
    seen = cv2.resize(plate.seen[box].astype(np.uint8), half, interpolation=cv2.INTER_NEAREST) > 0
    ratio = here / room
    level = ratio.mean(axis=-1)
    darker = (room - here).mean(axis=-1) - 2 * noise - _DARKER
    found = (level > _DEEPEST) & (level < _FAINTEST) & (np.ptp(ratio, axis=-1) < _TINT)
    found &= (darker > 0) & seen & (noise < _RESTLESS)
    person = cv2.resize(matte, half, interpolation=cv2.INTER_AREA) > 127
    origin = np.array([box[1].start, box[0].start])
    theirs = _attached(found, person, [(point - origin) / 2 for point in feet], reach / 2)
    share = (darker / _FULL).clip(0, 1) * theirs
    size = (matte.shape[1], matte.shape[0])
    return cv2.resize(cv2.blur(share, (3, 3)), size, interpolation=cv2.INTER_LINEAR)


def _attached(
    found: np.ndarray, person: np.ndarray, feet: Sequence[np.ndarray], reach: float
) -> np.ndarray:
    """Return bool: what was found, freed of thin rims, that touches the person near the feet."""
    rim = cv2.dilate(person.astype(np.uint8), np.ones((3, 3), np.uint8))
    patches = cv2.morphologyEx(
        (found & (rim == 0)).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)
    )
    near = np.zeros_like(patches)
    for x, y in feet:
        cv2.circle(near, (round(float(x)), round(float(y))), max(2, round(reach)), (1,), -1)
    beside = cv2.dilate(rim, np.ones((5, 5), np.uint8))
    count, labels = cv2.connectedComponents(patches, connectivity=8)
    touching = np.zeros(count, bool)
    touching[np.unique(labels[(near > 0) & (beside > 0)])] = True
    touching[0] = False
    return touching[labels]
