"""What in the footage would spoil the training, each said in one line with its measure."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from capture.sequence import PoseSequence

_FEET = ("left_ankle", "right_ankle")
_ENOUGH_SECONDS = 60.0
_ENOUGH_FPS = 15.0
_STILL = 0.004  # camera motion as a share of the frame's height that does no harm
_FEWEST_CORNERS = 10
_RESTLESS = 12.0  # mean background noise in grey values that does harm


def camera_motion(pictures: Sequence[np.ndarray], masks: Sequence[np.ndarray]) -> float:
    """Return how far the camera moves over the footage, in pixels.

    Corners of the background are followed from the middle picture to every other one.

    Args:
        pictures: sampled uint8 RGB frames.
        masks: uint8 (height, width), 255 the person, whose corners do not count.

    Returns:
        The 95th percentile over the pictures of the median displacement; 0.0 where the background
        has no corners to follow, so that nothing can be told.
    """
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pictures]
    free = [_background(mask) for mask in masks]
    middle = len(grey) // 2
    corners = cv2.goodFeaturesToTrack(grey[middle], 300, 0.01, 7, mask=free[middle])
    if corners is None or len(corners) < _FEWEST_CORNERS:
        return 0.0
    moved = [
        _displacement(grey[middle], other, corners[_at(background, corners) > 0])
        for other, background in zip(grey, free, strict=True)
    ]
    told = [distance for distance in moved if distance is not None]
    return float(np.percentile(told, 95)) if told else 0.0


def warnings(
    poses: PoseSequence, missing: int, wrong: int, motion: float, noise: float
) -> list[str]:
    """Return one line for each thing that would spoil the training.

    Args:
        poses: the target's cleaned poses.
        missing: frames in which no person was found.
        wrong: frames whose pose was refused as a misdetection.
        motion: what `camera_motion` gave, in pixels of `poses.size`.
        noise: mean standard deviation of the background, in grey values.
    """
    count, height = len(poses), poses.size[1]
    lines = []
    if poses.seconds < _ENOUGH_SECONDS:
        lines.append(
            f"only {poses.seconds:.1f} s of footage; two to five minutes give a better likeness"
        )
    if poses.fps < _ENOUGH_FPS:
        lines.append(f"only {poses.fps:.1f} frames a second; film with 25 or more")
    if missing > 0.02 * count:
        lines.append(f"no person was found in {missing} of {count} frames")
    if wrong > 0.05 * count:
        lines.append(f"{wrong} of {count} poses were refused as misdetections")
    lines += _outside(poses)
    if motion > _STILL * height:
        lines.append(
            f"the camera seems to move, by {motion:.1f} pixels; put it on a tripod or a shelf"
        )
    if noise > _RESTLESS:
        lines.append(
            f"the background is restless (standard deviation {noise:.0f} of 255); "
            "film in steady light, where nothing else moves"
        )
    return lines


def _outside(poses: PoseSequence) -> list[str]:
    count = len(poses)
    size = np.array(poses.size, np.float32)
    there = np.isfinite(poses.points).all(-1) & (poses.confidence > 0)
    beyond = there & ((poses.points < 0) | (poses.points > size)).any(-1)
    feet = [poses.skeleton.index[name] for name in _FEET]
    unseen = (beyond | (poses.confidence < 0.4))[:, feet].any(-1)
    lines = []
    if unseen.mean() > 0.2:
        lines.append(
            f"the feet are not surely visible in {unseen.sum()} of {count} frames; "
            "film the whole body"
        )
    left = np.delete(beyond, feet, axis=1).any(-1)
    if left.mean() > 0.02:
        lines.append(f"the person leaves the picture in {left.sum()} of {count} frames")
    return lines


def _background(mask: np.ndarray) -> np.ndarray:
    """Return uint8 (height, width), 255 well away from the person."""
    side = 2 * max(3, len(mask) // 50) + 1
    person = cv2.dilate(mask, np.ones((side, side), np.uint8)) > 25
    return np.where(person, 0, 255).astype(np.uint8)


def _at(mask: np.ndarray, corners: np.ndarray) -> np.ndarray:
    columns, rows = np.rint(corners[:, 0]).astype(int).T
    return mask[rows.clip(0, mask.shape[0] - 1), columns.clip(0, mask.shape[1] - 1)]


def _displacement(reference: np.ndarray, other: np.ndarray, corners: np.ndarray) -> float | None:
    """Return the median way of the corners in pixels; None where too few are free to tell."""
    if len(corners) < _FEWEST_CORNERS:
        return None
    start: Any = None  # cv2 wants an explicit None, its stubs do not know
    found, there, _ = cv2.calcOpticalFlowPyrLK(reference, other, corners, start)
    again, back, _ = cv2.calcOpticalFlowPyrLK(other, reference, found, start)
    returned = np.linalg.norm((again - corners)[:, 0], axis=-1) < 0.5
    kept = (there[:, 0] == 1) & (back[:, 0] == 1) & returned
    if kept.mean() < 0.2:
        return float(reference.shape[0])  # next to nothing of the background is there any more
    return float(np.median(np.linalg.norm((found - corners)[kept, 0], axis=-1)))
