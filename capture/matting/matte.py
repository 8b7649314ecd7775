"""The person's soft matte in every frame.

Stages
    1. The estimator's mask, or capsules around the limbs where it has none, is the first guess.
    2. In a band around the mask's edge each pixel is split into person and plate: its colour is a
       blend of the plate's and of the person's nearby (known-background matting), and what differs
       from the plate by more than the plate's own noise is the person's, and so are the shadows
       at the feet.
    3. The shadow at the feet (`stickdance.capture.matting.shadow`) joins it, and where the picture
       stands still, the matte does so too (`stickdance.capture.matting.temporal_smoothing`).

Conventions: pictures uint8 RGB (height, width, 3); masks and mattes uint8 (height, width), 255 the
person.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.matting.plate import Plate
from stickdance.capture.pose.skeleton import Skeleton

_INSIDE, _OUTSIDE = 0.006, 0.02  # half-widths of the band in which mattes are refined, likewise
_HAND = 0.04  # radius around hands and feet where the person may be, as a share of the height
_NEAR = 2  # pixels around each within which the picture has to stand still
_CERTAIN, _POSSIBLE = 230, 26  # mask values from which a pixel is, or may be, the person


def refined(
    picture: np.ndarray, mask: np.ndarray, plate: Plate, extremities: Sequence[np.ndarray] = ()
) -> np.ndarray:
    """Return a matte with a sharp, correct edge from a soft, coarse mask.

    Args:
        picture: the frame.
        mask: the first guess.
        plate: the room without the person.
        extremities: points (2,) around which the person may be though the mask does not say so:
            wrists and ankles.
    """
    height = len(mask)
    sure = cv2.erode((mask >= _CERTAIN).astype(np.uint8), _disc(_INSIDE * height))
    band = cv2.dilate((_main_parts(mask) > _POSSIBLE).astype(np.uint8), _disc(_OUTSIDE * height))
    if not band.any():
        return np.zeros_like(mask)
    for x, y in extremities:
        cv2.circle(band, (round(float(x)), round(float(y))), round(_HAND * height), (1,), -1)
    left, top, wide, high = cv2.boundingRect(band)
    box = np.s_[top : top + high, left : left + wide]
    matte = np.zeros_like(mask)
    cropped = Plate(plate.picture[box], plate.seen[box], plate.noise[box])
    share = _share_of_person(picture[box], mask[box], cropped, sure[box], round(0.07 * height))
    share[sure[box] > 0] = 1
    share[band[box] == 0] = 0
    matte[box] = (share * 255 + 0.5).astype(np.uint8)
    return matte


def silhouette(person: Person, skeleton: Skeleton, size: tuple[int, int]) -> np.ndarray:
    """Return a coarse mask from the joints alone: capsules along the bones, torso and head.

    Args:
        person: whose joints are drawn.
        skeleton: the joints' names.
        size: (width, height) of the mask.

    Returns:
        uint8 (height, width): 255 near the bones, where the person surely is, 128 around them.
    """
    mask = np.zeros((size[1], size[0]), np.uint8)
    there = np.isfinite(person.points).all(-1) & (person.confidence > 0)
    if not there.any():
        return mask
    places = np.rint(np.nan_to_num(person.points)).clip(-(1 << 14), 1 << 14).astype(int)
    tall = float(np.ptp(person.points[there][:, 1]))
    torso = [skeleton.index[f"{side}_{part}"] for side, part in _TORSO]
    nose = skeleton.index["nose"]
    for value, thick in ((128, 0.1 * tall), (255, 0.03 * tall)):
        for a, b in skeleton.bone_indices:
            if there[a] and there[b]:
                width = max(1, round(thick))
                cv2.line(mask, places[a].tolist(), places[b].tolist(), (value,), width)
        if there[torso].all():
            cv2.fillConvexPoly(mask, places[torso].astype(np.int32), (value,))
        if there[nose]:
            radius = round(0.04 * tall + 0.45 * thick)
            cv2.circle(mask, places[nose].tolist(), radius, (value,), -1)
    return mask


def extremities(person: Person | None, skeleton: Skeleton) -> list[np.ndarray]:
    """Return the points of wrists, hands, ankles and feet that were found."""
    return _found(person, skeleton, (*_HANDS, *_FEET))


def feet_of(person: Person | None, skeleton: Skeleton) -> list[np.ndarray]:
    """Return the points of ankles and feet that were found."""
    return _found(person, skeleton, _FEET)


def _found(person: Person | None, skeleton: Skeleton, parts: Sequence[str]) -> list[np.ndarray]:
    if person is None:
        return []
    places = [place for name, place in skeleton.index.items() if name.partition("_")[2] in parts]
    return [
        person.points[place]
        for place in places
        if person.confidence[place] >= 0.5 and np.isfinite(person.points[place]).all()
    ]


_HANDS = ("wrist", "index", "pinky")
_FEET = ("ankle", "heel", "foot_index", "big_toe")
_TORSO = (("left", "shoulder"), ("right", "shoulder"), ("right", "hip"), ("left", "hip"))


def _disc(radius: float) -> np.ndarray:
    side = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))


def _main_parts(mask: np.ndarray) -> np.ndarray:
    """Return the mask without islands far smaller than its largest part."""
    count, labels, facts, _ = cv2.connectedComponentsWithStats(
        (mask > _POSSIBLE).astype(np.uint8), connectivity=8
    )
    if count <= 2:
        return mask
    areas = facts[:, cv2.CC_STAT_AREA].astype(float)
    areas[0] = 0
    return np.where((areas >= 0.02 * areas.max())[labels], mask, 0)


def _share_of_person(
    picture: np.ndarray, mask: np.ndarray, plate: Plate, sure: np.ndarray, around: int
) -> np.ndarray:
    """Return float32 (height, width) in 0..1 by known-background matting and difference."""
    colours, background = picture.astype(np.float32), plate.picture.astype(np.float32)
    window = (2 * around + 1, 2 * around + 1)
    inside = sure.astype(np.float32)
    weight = cv2.blur(inside, window)
    person = cv2.blur(colours * inside[..., None], window) / np.maximum(weight, 1e-4)[..., None]
    towards = person - background
    apart = (towards * towards).sum(axis=-1)
    blend = ((colours - background) * towards).sum(axis=-1) / np.maximum(apart, 1)
    differs = np.abs(colours - background).max(axis=-1)
    foreign = (differs - 2 * plate.noise - 12) / 24
    share = np.maximum(blend.clip(0, 1), foreign.clip(0, 1))
    trust = ((np.sqrt(apart) - 15) / 30).clip(0, 1) * plate.seen * (weight > 0.001)
    trust *= (1.5 - plate.noise / 20).clip(0, 1)  # a restless background proves nothing
    return (trust * share + (1 - trust) * mask.astype(np.float32) / 255).clip(0, 1)
