"""Of several ways to dance a chunk, the one that keeps to the beats.

A code drawn at random tells which dance is meant; the music leaves open which. So a few are drawn,
and of the chunks they make the one is danced whose arrivals and the song's beats answer each other
best: twice the arrivals on a beat, over arrivals and beats together (the F-measure), so that
neither a beat let pass nor an arrival between beats comes free.
"""

from collections.abc import Sequence

import numpy as np
from scipy.interpolate import CubicSpline

from stickdance.choreography.evaluation.metrics import TOLERANCE
from stickdance.choreography.evaluation.motion_beats import motion_beats
from stickdance.choreography.learned.music_to_dance.options import FPS
from stickdance.choreography.learned.music_to_dance.window import window_poses

_FINER = 25.0
"""Frames a second at which arrivals are looked for."""


def keeps_best(ways: Sequence[np.ndarray], beats: np.ndarray) -> int:
    """Return the place of the way that keeps to the beats best, the first of equal ones.

    Args:
        ways: poses (frames, values) in window units at 10 a second, each of the same moments.
        beats: (beats,) seconds from the first of those frames.
    """
    if len(ways) == 1:
        return 0
    return int(np.argmax([_agreement(way, beats) for way in ways]))


def _agreement(way: np.ndarray, beats: np.ndarray) -> float:
    seconds = (len(way) - 1) / FPS
    times = np.arange(0, seconds, 1 / _FINER)
    points = CubicSpline(np.arange(len(way)) / FPS, way)(times).reshape(len(times), -1, 2)
    arrivals = motion_beats(window_poses(points, _FINER))
    within = beats[(beats >= 0) & (beats <= seconds)]
    if not len(arrivals) or not len(within):
        return 0.0
    apart = np.abs(arrivals[:, None] - within).min(1)
    hits = np.maximum(0.0, 1 - apart / TOLERANCE).sum()  # the nearer the better
    return float(2 * hits / (len(arrivals) + len(within)))
