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
    middle = len(grey) // 2
    kernel = np.ones((15, 15), np.uint8)
    background = np.where(cv2.dilate(masks[middle], kernel) > 25, 0, 255).astype(np.uint8)
    corners = cv2.goodFeaturesToTrack(grey[middle], 300, 0.01, 7, mask=background)
    if corners is None or len(corners) < 10:
        return 0.0
    moved = [_displacement(grey[middle], other, corners) for other in grey]
    return float(np.percentile(moved, 95))


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


def _displacement(reference: np.ndarray, other: np.ndarray, corners: np.ndarray) -> float:
    start: Any = None  # cv2 wants an explicit None, its stubs do not know
    found, status, _ = cv2.calcOpticalFlowPyrLK(reference, other, corners, start)
    kept = status[:, 0] == 1
    if kept.sum() < 5:
        return float(reference.shape[0])  # nothing of the background is there any more
    return float(np.median(np.linalg.norm((found - corners)[kept, 0], axis=-1)))
