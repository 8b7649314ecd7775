"""Repeated frames: a film of fewer pictures a second than its file has frames.

A frame is a repetition where it is the same as the one before but for noise, while the person moves
before and after. A film that was stored at a higher rate repeats evenly: its different pictures
follow one another after n or n + 1 frames. Somebody who holds a pose does not.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

_SAME = 0.12  # change of a repetition over those around it
_NOISE = (3.5, 10.0)  # and in grey values, at least and at most
_MOVING = 16.0  # change in grey values from which somebody moves
_SLOWEST = 10.0  # pictures a second that are told from a held pose
_LEAST = 0.14  # share of the frames that must be repetitions
_EVEN = 0.8  # share of the steps that must take n or n + 1 frames
_ENOUGH = 8  # steps to be sure
_NEAR = 0.02  # relative difference from a usual rate that is an error of measurement
_USUAL = (10.0, 12.0, 12.5, 15.0, 16.0, 18.0, 20.0, 24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0,
          48.0, 50.0, 60.0)  # fmt: skip


def real_rate(stretches: Sequence[np.ndarray], fps: float) -> float | None:
    """Return how many different pictures a second there are; None where frames are not repeated.

    Args:
        stretches: of neighbouring frames, the change (frames - 1,) from each to the next.
        fps: frames a second of the file.
    """
    reach = max(3, round(fps / _SLOWEST))
    steps = np.concatenate([_steps(changes, reach) for changes in stretches] or [np.zeros(0)])
    if len(steps) < _ENOUGH:
        return None
    length = float(steps.mean())
    even = np.isin(steps, [np.floor(length), np.floor(length) + 1]).mean()
    if 1 - 1 / length < _LEAST or even < _EVEN:
        return None
    return _rounded(fps / length, fps)


def _steps(changes: np.ndarray, reach: int) -> np.ndarray:
    """Return the number of frames from one different picture to the next, where people move."""
    count = len(changes)
    around = [
        min(changes[max(0, at - reach) : at].max(), changes[at + 1 : at + 1 + reach].max())
        if 0 < at < count - 1
        else 0.0
        for at in range(count)
    ]
    moving = np.array(around) > _MOVING
    new = np.flatnonzero(moving & (changes > np.clip(_SAME * np.array(around), *_NOISE)))
    steps = [stop - start for start, stop in pairwise(new) if moving[start : stop + 1].all()]
    return np.array(steps, dtype=float)


def _rounded(rate: float, fps: float) -> float:
    """Return a measured rate as the usual one or the part of the file's that it comes near."""
    for candidates in ([fps / times for times in (2, 3, 4, 5, 6)], _USUAL):
        nearest = min(candidates, key=lambda candidate: abs(candidate - rate))
        if abs(nearest / rate - 1) <= _NEAR:
            return nearest
    return rate
