"""Parts of a frame that are scored by themselves: person, face, hands, background.

person       where the reference's matte is at least half the person
background   the rest of the frame
face         a disc around the nose and eyes, its radius a quarter of the torso (neck to hips)
hands        a disc for each hand, its middle beyond the wrist by a third of the forearm, its radius
             a fifth of the torso

Face and hands are whole discs, what lies behind them included, so that a hand painted beside its
place is seen. Joints below half confidence do not count. A region that a frame does not show is
None. Mattes and poses are those of the reference.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.compute.array_types import Bools, Bytes, Floats

INSIDE = 128
"""Of 255: the least matte of a pixel that counts as the person."""
DETAILED = frozenset({"face", "hands"})
"""The regions of few pixels that people look at first."""
_SURE = 0.5
_FACE, _HAND, _BEYOND = 0.25, 0.2, 1 / 3
_FACE_JOINTS = ("nose", "right_eye", "left_eye")


@dataclass(frozen=True)
class Guide:
    """What is known of the person in one reference frame."""

    matte: Bytes | None = None
    """uint8 (h, w), 255 the person."""
    points: Floats | None = None
    """(18, 2) pixels, the joints of `OPENPOSE_18`; NaN where missing."""
    confidence: Floats | None = None
    """(18,) in 0..1."""


def region_masks(guide: Guide, size: tuple[int, int]) -> dict[str, Bools]:
    """Return the regions that a frame of `size` (width, height) shows: name -> bool (h, w).

    Every mask holds at least one pixel.
    """
    masks = {}
    if guide.matte is not None:
        person = guide.matte >= INSIDE
        masks = {"person": person, "background": ~person}
    if guide.points is not None and guide.confidence is not None:
        known = guide.confidence >= _SURE
        points = np.where(known[:, None], guide.points, np.nan)
        masks["face"] = _discs(_face(points), size)
        masks["hands"] = _discs(_hands(points), size)
    return {name: mask for name, mask in masks.items() if mask.any()}


def _face(points: Floats) -> list[tuple[Floats, float]]:
    face = points[[OPENPOSE_18.index[name] for name in _FACE_JOINTS]]
    seen = np.isfinite(face).all(axis=1)
    return [(face[seen].mean(axis=0), _FACE * _torso(points))] if seen.any() else []


def _hands(points: Floats) -> list[tuple[Floats, float]]:
    discs = []
    for side in ("right", "left"):
        elbow, wrist = (points[OPENPOSE_18.index[f"{side}_{name}"]] for name in ("elbow", "wrist"))
        # a forearm that is not seen leaves the disc at the wrist
        beyond = np.nan_to_num((wrist - elbow) * _BEYOND)
        discs.append((wrist + beyond, _HAND * _torso(points)))
    return discs


def _torso(points: Floats) -> float:
    """Return the distance of neck and hips in pixels, NaN where they are not seen."""
    hips = points[[OPENPOSE_18.index["right_hip"], OPENPOSE_18.index["left_hip"]]].mean(axis=0)
    return float(np.linalg.norm(hips - points[OPENPOSE_18.index["neck"]]))


def _discs(discs: list[tuple[Floats, float]], size: tuple[int, int]) -> Bools:
    width, height = size
    canvas = np.zeros((height, width), np.uint8)
    for centre, radius in discs:
        if np.isfinite(centre).all() and np.isfinite(radius) and np.abs(centre).max() < 1 << 14:
            x, y = (round(float(value)) for value in centre)
            cv2.circle(canvas, (x, y), max(1, round(radius)), (1,), -1)
    return canvas > 0
