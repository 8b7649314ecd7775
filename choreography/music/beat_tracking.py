"""Following a pulse through a song by dynamic programming.

After Ellis, "Beat Tracking by Dynamic Programming" (2007), with a tempo that may differ from second
to second.

`librosa.beat.beat_track` is the same idea for one tempo; it is not used because numba compiles it
for ten seconds in a fresh process and because songs change their tempo. Here all candidate tempi
are followed at once in numpy, some frames at a time.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from stickdance.choreography.music.onsets import FRAME_RATE

_STRETCH = np.exp(np.linspace(np.log(0.75), np.log(1.33), 45))
"""Intervals that are tried, as multiples of the expected one."""
FREE, STEADY = 60.0, 600.0
"""How tightly intervals are kept: as players do that hurry and linger, and as machines do."""
_STRONGEST = 3.0


def follow(envelope: np.ndarray, tempi: np.ndarray, tightness: float = FREE) -> list[np.ndarray]:
    """Return the frames of the best pulse for each of several tempo paths.

    Args:
        envelope: (frames,) levelled onset envelope.
        tempi: (seconds, candidates) beats per minute around each second.
        tightness: what an interval unlike the expected one costs.

    Returns:
        For each candidate the rising frames (beats,) int64 that maximise the sum of onset strength
        minus `tightness` times the squared logarithm of (interval / expected interval).
    """
    reward = np.clip(gaussian_filter1d(envelope, 1), -0.5, _STRONGEST)
    cost = -tightness * np.square(np.log(_STRETCH))
    periods = _periods(tempi, len(envelope))
    ahead = int(periods.max() * _STRETCH[-1]) + 2
    candidates = np.arange(tempi.shape[1])[:, None]
    score = np.zeros((ahead + len(reward), len(candidates)))
    before = np.zeros((len(reward), len(candidates)), np.int32)
    # No beat follows another one faster than this, so so many frames depend on earlier ones only.
    together = max(1, int(periods.min() * _STRETCH[0]))
    for first in range(0, len(reward), together):
        frames = np.arange(first, min(first + together, len(reward)))
        lags = (periods[frames, :, None] * _STRETCH + 0.5).astype(np.int64)
        reached = score[ahead + frames[:, None, None] - lags, candidates] + cost
        best = reached.argmax(axis=2)[:, :, None]
        most = np.take_along_axis(reached, best, axis=2)[:, :, 0]
        score[ahead + frames] = most + reward[frames, None]
        before[frames] = frames[:, None] - np.take_along_axis(lags, best, axis=2)[:, :, 0]
    return [
        _backwards(score[ahead:, one], before[:, one], int(periods[-1, one]))
        for one in range(len(candidates))
    ]


def _periods(tempi: np.ndarray, frames: int) -> np.ndarray:
    """Return (frames, candidates) float32 frames from beat to beat."""
    seconds = np.arange(frames) / FRAME_RATE
    at = np.arange(len(tempi))
    logs = np.log(60 * FRAME_RATE / tempi)
    return np.exp([np.interp(seconds, at, one) for one in logs.T]).T.astype(np.float32)


def _backwards(score: np.ndarray, before: np.ndarray, period: int) -> np.ndarray:
    start = max(0, len(score) - period)
    frame = start + int(np.argmax(score[start:]))
    beats = []
    while frame >= 0:
        beats.append(frame)
        frame = int(before[frame])
    return np.array(beats[::-1])
