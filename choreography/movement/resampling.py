"""A movement at another frame rate."""

from dataclasses import replace

import numpy as np
from scipy.interpolate import CubicSpline

from stickdance.choreography.movement.movement import Movement

_LEAST = 4  # frames that a cubic needs


def resampled(movement: Movement, fps: float) -> Movement:
    """Return a movement without holes at another frame rate, by a cubic through its frames.

    Frame `i` shows the time `i / fps`; the last frame is the last whole one within the movement.
    Nothing is smoothed: what moves faster than half the new rate is no longer told apart.
    """
    if abs(movement.fps - fps) < 1e-6 * fps or len(movement) < _LEAST:
        return movement if abs(movement.fps - fps) < 1e-6 * fps else replace(movement, fps=fps)
    times = np.arange(len(movement)) / movement.fps
    count = int(np.floor(times[-1] * fps + 1e-6)) + 1
    at = np.minimum(np.arange(count) / fps, times[-1])
    return replace(movement, points=CubicSpline(times, movement.points)(at), fps=fps)
