"""Torn outlines: how much of a person lies beside the limbs that the pose wants, and apart.

A person's clothes and hair reach beyond the bones as far as they do in their own footage. A third
hand, a scrap beside an arm, or a skirt torn into strips lies farther off, comes in pieces, or makes
the outline longer.
"""

from collections.abc import Callable

import cv2
import numpy as np

from stickdance.synth.compute.array_types import Bools, Bytes, Floats
from stickdance.synth.faults.kinds import OUTLINE
from stickdance.synth.faults.wanted import Wanted

_INSIDE = 128  # of 255: a matte's pixel that counts as the person
_BESIDE = 0.04  # from a bone, beyond which pixels are beside it
_HAND, _FOOT, _HEAD = 0.08, 0.04, 0.06  # lengths of hands, radii of feet and head
_ARMS = (("shoulder", "elbow"), ("elbow", "wrist"))
_LEGS = (("hip", "knee"), ("knee", "ankle"))
_TORSO = ("left_shoulder", "right_shoulder", "right_hip", "left_hip")


def outline(matte: Bytes, wanted: Wanted) -> dict[str, float]:
    """Return by the names of `OUTLINE` how large what is amiss is; all are small in footage.

    Args:
        matte: uint8 (height, width) of the frame, 255 the person.
        wanted: the pose.

    Returns:
        Areas in squared body heights: the person's pixels beside the bones, by what is nearest, and
        those of all pieces but the largest; and the outline's length in body heights.
    """
    there = (matte >= _INSIDE).astype(np.uint8)
    areas = _beside(there > 0, wanted)
    count, _, facts, _ = cv2.connectedComponentsWithStats(there, connectivity=8)
    pieces = np.sort(facts[1:, cv2.CC_STAT_AREA])[:-1].sum() if count > 2 else 0
    lines, _ = cv2.findContours(there, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    values = [*areas, pieces / wanted.height**2, sum(map(len, lines)) / wanted.height]
    return dict(zip(OUTLINE, map(float, values), strict=True))


def _beside(there: Bools, wanted: Wanted) -> Floats:
    distances = np.stack([_distance(each, wanted) for each in (_arms, _legs, _trunk)])
    nearest = distances.argmin(0)
    off = there & (distances.min(0) > _BESIDE * wanted.height)
    return np.bincount(nearest[off], minlength=len(distances)) / wanted.height**2


def _distance(draw: Callable[[Bytes, Wanted], None], wanted: Wanted) -> Floats:
    canvas = np.full(wanted.size[::-1], 255, np.uint8)
    draw(canvas, wanted)
    if canvas.all():
        return np.full(canvas.shape, np.inf, np.float32)
    return np.asarray(cv2.distanceTransform(canvas, cv2.DIST_L2, 5))


def _arms(canvas: Bytes, wanted: Wanted) -> None:
    _limbs(canvas, wanted, _ARMS)
    for wrist, elbow in zip(wanted.pair("wrist"), wanted.pair("elbow"), strict=True):
        along = (wrist - elbow) / max(1e-6, float(np.linalg.norm(wrist - elbow)))
        _line(canvas, wrist, wrist + along * _HAND * wanted.height)


def _legs(canvas: Bytes, wanted: Wanted) -> None:
    _limbs(canvas, wanted, _LEGS)
    radius = _FOOT * wanted.height
    for ankle in wanted.pair("ankle"):
        _disc(canvas, ankle + np.array([0, radius]), radius)


def _trunk(canvas: Bytes, wanted: Wanted) -> None:
    corners = np.stack([wanted.joint(name) for name in _TORSO])
    if np.isfinite(corners).all():
        cv2.fillConvexPoly(canvas, cv2.convexHull(np.rint(corners).astype(np.int32)), (0,))
    radius = _HEAD * wanted.height
    _disc(canvas, wanted.head, radius)
    _line(canvas, wanted.head, wanted.joint("neck"), round(radius))


def _limbs(canvas: Bytes, wanted: Wanted, bones: tuple[tuple[str, str], ...]) -> None:
    for above, below in bones:
        for one, other in zip(wanted.pair(above), wanted.pair(below), strict=True):
            _line(canvas, one, other)


def _line(canvas: Bytes, one: Floats, other: Floats, thick: int = 1) -> None:
    if np.isfinite([one, other]).all():
        cv2.line(canvas, _pixel(one), _pixel(other), (0,), max(1, thick))


def _disc(canvas: Bytes, middle: Floats, radius: float) -> None:
    if np.isfinite(middle).all():
        cv2.circle(canvas, _pixel(middle), round(radius), (0,), -1)


def _pixel(point: Floats) -> tuple[int, int]:
    x, y = np.rint(point).clip(-(1 << 14), 1 << 14).astype(int).tolist()
    return x, y
