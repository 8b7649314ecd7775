"""The person's soft matte in every frame.

Stages
    1. The estimator's mask and the limbs are the first guess; what the colours say of person and
       room cuts and extends it (`stickdance.capture.matting.trimap`).
    2. Where that leaves doubt, at edges above all, each pixel is split into person and room
       (`stickdance.capture.matting.known_background`).
    3. Over time it is steadied (`stickdance.capture.matting.temporal_smoothing`).

The matte holds the person alone: what is the room in a shadow is the room.

Conventions: pictures uint8 RGB (height, width, 3); masks and mattes uint8 (height, width), 255 the
person.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.matting.evidence import log_odds, without_crossings
from stickdance.capture.matting.islands_and_holes import without_faults
from stickdance.capture.matting.known_background import share_of_person
from stickdance.capture.matting.limbs import Capsule, capsules_of, feet_of
from stickdance.capture.matting.person_colours import PersonColours
from stickdance.capture.matting.plate import Plate
from stickdance.capture.matting.trimap import trimap
from stickdance.capture.pose.skeleton import Skeleton

_POSSIBLE = 26  # mask value from which a pixel may be the person
_SMALL_PART = 0.02  # share of a mask's largest part, below which a part is a mistake
_REACH = 0.25  # of the person's height: how far beyond mask and limbs the person may be
_FEET_SIDEWAYS, _FEET_UP, _FEET_DOWN = 0.4, 0.12, 0.12  # of it: where shadows at feet may lie
_BLUR = 0.7  # pixels, by which a picture is freed of its grain before colours are judged


@dataclass(frozen=True)
class Found:
    """Who was found in a frame, and whose joints they have."""

    person: Person | None
    skeleton: Skeleton


def refined(
    picture: np.ndarray,
    mask: np.ndarray,
    plate: Plate,
    found: Found | None = None,
    colours: PersonColours | None = None,
    hidden: np.ndarray | None = None,
) -> np.ndarray:
    """Return a matte with a sharp, correct edge from a soft, coarse mask.

    Args:
        picture: the frame.
        mask: the first guess, of the person alone.
        plate: what is behind them in this frame: the room in its light, in their shadow.
        found: their joints; None where nothing is known of them.
        colours: that they show over the take; None where nothing is known.
        hidden: uint8 (height, width), not 0 where somebody else hides the room.
    """
    mask = _main_parts(mask)
    person = None if found is None else found.person
    capsules, tall = [], _extent(mask)
    if found is not None and tall:
        capsules = capsules_of(person, found.skeleton, tall)
    matte = np.zeros_like(mask)
    if not tall:
        return matte
    box = _box(mask, capsules, _REACH * tall)
    here = plate.part(box)
    corner = np.array([box[1].start, box[0].start], np.float32)
    moved = [Capsule(each.name, each.ends - corner, each.radius) for each in capsules]
    shaded = np.zeros(here.seen.shape, bool)
    if found is not None:
        shaded = _at_feet(shaded.shape, [p - corner for p in feet_of(person, found.skeleton)], tall)
    colours = colours or PersonColours.unknown()
    smooth = _smooth(picture[box])
    odds = log_odds(smooth, replace(here, picture=_smooth(here.picture)), colours, shaded)
    odds = without_crossings(odds, mask[box], tall)
    elsewhere = np.zeros(shaded.shape, bool) if hidden is None else hidden[box] > 0
    known = trimap(mask[box], moved, odds, elsewhere, tall)
    share = share_of_person(picture[box], here, known, odds, colours, tall)
    matte[box] = without_faults((share * 255 + 0.5).astype(np.uint8), odds, tall)
    return matte


def _extent(mask: np.ndarray) -> float:
    """Return how tall, or how wide, a mask's person is, in pixels; 0 where there is none."""
    _, _, wide, high = cv2.boundingRect((mask > _POSSIBLE).astype(np.uint8))
    return float(max(wide, high))


def _box(mask: np.ndarray, capsules: list[Capsule], reach: float) -> tuple[slice, slice]:
    """Return the part of the picture in which the person may be."""
    left, top, wide, high = cv2.boundingRect((mask > _POSSIBLE).astype(np.uint8))
    points = [np.array([[left, top], [left + wide, top + high]], np.float32)]
    points += [capsule.ends for capsule in capsules]
    low, high_ = np.concatenate(points).min(axis=0), np.concatenate(points).max(axis=0)
    height, width = mask.shape
    first = np.floor(low - reach).clip(0, [width - 1, height - 1]).astype(int)
    last = np.ceil(high_ + reach).clip(first + 1, [width, height]).astype(int)
    return np.s_[first[1] : last[1], first[0] : last[0]]


def _at_feet(shape: tuple[int, ...], feet: list[np.ndarray], tall: float) -> np.ndarray:
    """Return bool (height, width): where the shadows at a person's feet may lie."""
    there = np.zeros(shape, bool)
    if feet:
        points = np.array(feet)
        left, top = points.min(axis=0) - tall * np.array([_FEET_SIDEWAYS, _FEET_UP])
        right, bottom = points.max(axis=0) + tall * np.array([_FEET_SIDEWAYS, _FEET_DOWN])
        edges = [max(0, round(float(edge))) for edge in (top, bottom, left, right)]
        there[edges[0] : edges[1], edges[2] : edges[3]] = True
    return there


def _smooth(picture: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(picture, (0, 0), _BLUR)


def _main_parts(mask: np.ndarray) -> np.ndarray:
    """Return the mask without islands far smaller than its largest part."""
    count, labels, facts, _ = cv2.connectedComponentsWithStats(
        (mask > _POSSIBLE).astype(np.uint8), connectivity=8
    )
    if count <= 2:
        return mask
    areas = facts[:, cv2.CC_STAT_AREA].astype(float)
    areas[0] = 0
    return np.where((areas >= _SMALL_PART * areas.max())[labels], mask, 0).astype(np.uint8)
