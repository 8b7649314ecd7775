"""Songha Ban's filter of misdetections, as published: the baseline for our own.

A frame is wrong if any joint has jumped farther than a threshold since the last trusted frame:
equations (1) and (2), f(X_i) = max |X_i - X_prev| > 50, with prev = i - 2 if frame i - 1 is wrong
and i - 2 is not, else i - 1. The threshold, 50 pixels at 640x320 and 30 frames a second, follows
the frame's area and the time between frames.

Known weaknesses: where several wrong frames in a row agree with each other, only the first two are
found; and at 5 frames a second a body moves so far between two that hardly a misdetection stands
out.
"""

from dataclasses import replace

import numpy as np
from scipy.interpolate import CubicSpline

from stickdance.capture.pose.sequence import PoseSequence

_FILLED_TRUST = 0.5  # confidence of a filled joint, as a share of the joint's usual one
_JUMP, _AREA, _FPS = 50.0, 640 * 320, 30.0


def filtered(poses: PoseSequence) -> PoseSequence:
    """Return the poses with wrong and missing frames filled by cubic splines, as in the paper.

    Before the first and after the last trusted frame the nearest pose is held. Filled joints have
    half the joint's usual confidence.
    """
    present = np.isfinite(poses.points).all(-1) & (poses.confidence > 0)
    points = np.where(present[..., None], poses.points, np.nan).astype(np.float64)
    wrong = find_misdetections(points, jump_threshold(poses.size, poses.fps))
    points[wrong] = np.nan
    frames = np.arange(len(points))
    for joint in range(points.shape[1]):
        known = np.flatnonzero(np.isfinite(points[:, joint]).all(-1))
        if len(known) >= 4:
            inside = np.clip(frames, known[0], known[-1])
            points[:, joint] = CubicSpline(known, points[known, joint])(inside)
    trusted = present & ~wrong[:, None]
    sure = np.where(trusted, poses.confidence, 0)
    usual = sure.sum(axis=0) / np.maximum(1, trusted.sum(axis=0))
    guessed = np.isfinite(points).all(-1) & ~trusted
    confidence = np.where(guessed, _FILLED_TRUST * usual, sure)
    return replace(poses, points=points, confidence=confidence)


def jump_threshold(size: tuple[int, int], fps: float, jump: float = _JUMP) -> float:
    """Return the farthest that a joint may move between two frames, in pixels.

    Args:
        size: (width, height) of the frames; the area counts.
        fps: frames a second.
        jump: the same for 640x320 at 30 frames a second.
    """
    return float(jump * np.sqrt(size[0] * size[1] / _AREA) * _FPS / fps)


def find_misdetections(points: np.ndarray, threshold: float) -> np.ndarray:
    """Tell which frames are wrong by equations (1) and (2).

    Missing frames are passed over: the frames on both sides of a gap are compared as neighbours,
    with a threshold that grows with the gap. Joints count where both frames have them.

    Args:
        points: (frames, joints, 2) pixels, NaN where missing.
        threshold: the farthest a coordinate may change between frames, in pixels.

    Returns:
        (frames,) bool; missing frames are not wrong.
    """
    wrong = np.zeros(len(points), bool)
    there = np.flatnonzero(np.isfinite(points).all(-1).any(axis=1))
    for place in range(1, len(there)):
        before = there[place - 1]
        if place > 1 and wrong[before] and not wrong[there[place - 2]]:
            before = there[place - 2]
        frame = there[place]
        gap = frame - there[place - 1]
        jump = np.abs(points[frame] - points[before])
        wrong[frame] = bool(np.nanmax(jump, initial=0.0) > threshold * gap)
    return wrong
