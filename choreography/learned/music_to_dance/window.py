"""The window that dances are learnt in: every dancer as tall, every dance begun in the middle.

A clip is moved so that its first pose stands in the middle of 640x320 pixels and scaled so that
the dancer fits (Ban 2021, section 4.1): 240 pixels from the ankles to the nose, which leaves room
for raised arms.
"""

import numpy as np

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18

SIZE = (640, 320)
HEIGHT = 240.0
GROUND = 285.0
UNIT = 160.0
"""Pixels."""

_MIDDLE = np.array([SIZE[0] / 2, SIZE[1] / 2])


def to_window(points: np.ndarray) -> np.ndarray:
    """Return joints (..., 2) of body heights, y up from the ground, in window units."""
    pixels = points * [HEIGHT, -HEIGHT] + [SIZE[0] / 2, GROUND]
    return ((pixels - _MIDDLE) / UNIT).astype(np.float32)


def to_pixels(points: np.ndarray) -> np.ndarray:
    """Return joints (..., 2) of window units in pixels of the window."""
    return points.astype(np.float64) * UNIT + _MIDDLE


def window_poses(points: np.ndarray, fps: float) -> PoseSequence:
    """Return joints (frames, 18, 2) of window units as poses in the window, all of them seen."""
    confidence = np.ones(points.shape[:2], np.float32)
    return PoseSequence(to_pixels(points), confidence, fps, SIZE, OPENPOSE_18)
