"""Frames whose matte shows nobody though there is a pose: lost by the estimator, found again.

An estimator that loses the person for some frames leaves no mask there, while the poses of these
frames are filled from their neighbours. Such a frame would teach that a pose paints nobody. Where
the person must be is told by the filled pose and by the matte of the frame before; the difference
from the plate tells what of it they cover.

Conventions: those of `matte`.
"""

import cv2
import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.matting.limbs import silhouette
from stickdance.capture.matting.plate import Plate
from stickdance.capture.pose.skeleton import Skeleton

_AROUND = 0.04  # of the height: how far from a filled pose the person may be
_CLOSED = 0.008  # of the height: holes up to this radius are filled
_BY_POSE = 0.6  # what a filled pose counts for where the room seems to show: it may be off
_LEAST = 0.25  # of the usual area beside a pose's size, from which a matte shows its person
_TORSO = ("neck", "right_hip", "left_hip")


def found_again(
    picture: np.ndarray, person: Person, skeleton: Skeleton, before: np.ndarray, plate: Plate
) -> np.ndarray:
    """Return a soft mask of a person whom the estimator did not find.

    Args:
        picture: the frame.
        person: where they are, filled from frames around.
        skeleton: whose joints these are.
        before: the matte of the frame before.
        plate: the room without them.
    """
    height, width = before.shape
    pose = silhouette(person, skeleton, (width, height))
    near = cv2.dilate(((pose > 0) | (before > 127)).astype(np.uint8), _disc(_AROUND * height))
    differs = cv2.absdiff(picture, plate.picture).max(axis=-1).astype(np.float32)
    foreign = ((differs - 2 * plate.noise - 12) / 24).clip(0, 1)
    foreign = cv2.morphologyEx(foreign.astype(np.float32), cv2.MORPH_CLOSE, _disc(_CLOSED * height))
    told = np.where(plate.seen, np.maximum(foreign * 255, _BY_POSE * pose), pose)
    return np.where(near > 0, told, 0).astype(np.uint8)


def without_matte(points: np.ndarray, areas: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """Return which frames have a pose but a matte far smaller than the others', or none.

    Args:
        points: (frames, joints, 2) pixels.
        areas: (frames,) pixels that the mattes cover.
        skeleton: whose joints they are.

    Returns:
        (frames,) bool.
    """
    torso = [skeleton.index[name] for name in _TORSO]
    there = np.isfinite(points[:, torso]).all((1, 2))
    if not there.any():
        return there
    first, second = np.array(skeleton.bone_indices).T
    lengths = np.linalg.norm(points[:, first] - points[:, second], axis=-1)
    size = np.nansum(lengths, axis=1) / np.maximum(1, np.isfinite(lengths).sum(axis=1))
    filling = np.asarray(areas, float) / np.maximum(size, 1e-6) ** 2
    covered = filling[there & (filling > 0)]
    usual = float(np.median(covered)) if len(covered) else 1.0
    return np.asarray(there & (filling < _LEAST * usual))


def _disc(radius: float) -> np.ndarray:
    side = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
