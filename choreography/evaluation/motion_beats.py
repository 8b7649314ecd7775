"""Motion beats: the moments at which a dancer arrives, local minima of the joints' summed speed.

Conventions
    Times in seconds from the first frame. A minimum counts when it lies clearly below the speed
    around it and the dancer moves at all.

Source: Ban, "Generating Music-Driven Choreography with Deep Learning" (2021), after Ren et al.
2020, for motion beats as such; which minima count is ours.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d
from scipy.signal import argrelextrema

from stickdance.capture.pose.sequence import PoseSequence

_DIP = 0.85  # a motion beat's speed is below this share of the speed around it
_AROUND = 0.3  # seconds on either side that are "around"
_APART = 0.12  # seconds within which only the lowest minimum counts
_SMOOTH = 0.03  # seconds: sigma of the smoothing of the speed


def motion_beats(poses: PoseSequence) -> np.ndarray:
    """Return the times (beats,) at which the dancer arrives: clear minima of the joints' speed."""
    speed = joint_speed(poses)
    if len(speed) < 5:
        return np.zeros(0)
    smooth = gaussian_filter1d(speed, _SMOOTH * poses.fps)
    around = maximum_filter1d(smooth, 2 * max(1, round(_AROUND * poses.fps)) + 1)
    order = max(1, round(_APART * poses.fps))
    lowest = argrelextrema(smooth, np.less_equal, order=order)[0]
    lowest = lowest[(lowest > 0) & (lowest < len(smooth) - 1)]
    moving = around > 0.1 * np.percentile(smooth, 95)
    lowest = lowest[(smooth[lowest] < _DIP * around[lowest]) & moving[lowest]]
    places = lowest[np.diff(lowest, prepend=-order - 1) > order]
    return (places + _between(smooth, places)) / poses.fps


def joint_speed(poses: PoseSequence) -> np.ndarray:
    """Return the joints' summed speed (frames,) in pixels a second, by central differences."""
    points = np.nan_to_num(poses.points.astype(float))
    if len(points) < 2:
        return np.zeros(len(points))
    velocity = np.gradient(points, axis=0) * poses.fps
    return np.linalg.norm(velocity, axis=-1).sum(axis=-1)


def _between(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return where in -0.5..0.5 frames around each place a parabola has its minimum."""
    before, here, after = values[places - 1], values[places], values[places + 1]
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / np.where(np.abs(bend) < 1e-9, 1.0, bend)
    return np.clip(np.where(np.abs(bend) < 1e-9, 0.0, shift), -0.5, 0.5)
