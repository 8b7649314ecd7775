"""When a dancer's feet are set down, and how still they then stand.

A foot stands while its ankle moves slower than a quarter of a body height a second, and is set down
where it begins to stand after it travelled: a tap on one spot is a footfall where the foot was
lifted, a foot that turns in its place is none.

Conventions: joints (frames, 18, 2 or 3) of `OPENPOSE_18` in body heights, y up; seconds.
"""

import numpy as np
from numpy.typing import NDArray

from stickdance.capture.pose.skeleton import OPENPOSE_18

_STANDS = 0.25  # body heights a second
_STEP = 0.04  # body heights that a foot moves between two stands, at least
_SHORTEST = 0.06  # seconds that a foot stands at least
_GROUND = 0.035  # body heights above its lowest that a standing ankle may be


def footfalls(joints: NDArray[np.float64], fps: float) -> NDArray[np.float64]:
    """Return the times (falls,) at which either foot is set down, rising."""
    times: list[float] = []
    for ankle in _ankles(joints):
        stands = _stands(ankle, fps)
        ends = np.flatnonzero(np.diff(np.concatenate([[0], stands.astype(int), [0]])))
        before: int | None = None
        for start, stop in zip(ends[::2], ends[1::2], strict=True):
            if stop - start < _SHORTEST * fps:
                continue
            if before is not None and _travelled(ankle[before:start]) > _STEP:
                times.append(start / fps)
            before = int(stop)
    return np.sort(np.array(times))


def standing_speed(joints: NDArray[np.float64], fps: float) -> float:
    """Return the mean speed of standing feet over the ground, body heights a second."""
    speeds = []
    for ankle in _ankles(joints):
        over_ground = np.delete(ankle, 1, axis=1)
        speed = np.linalg.norm(np.gradient(over_ground, 1 / fps, axis=0), axis=-1)
        speeds.append(speed[_stands(ankle, fps)])
    every = np.concatenate(speeds)
    return float(every.mean()) if len(every) else 0.0


def _ankles(joints: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    return [joints[:, OPENPOSE_18.index[f"{side}_ankle"]] for side in ("left", "right")]


def _stands(ankle: NDArray[np.float64], fps: float) -> NDArray[np.bool_]:
    """Return (frames,) whether a foot is slow and near the ground."""
    speed = np.linalg.norm(np.gradient(ankle, 1 / fps, axis=0), axis=-1)
    low = ankle[:, 1] < np.percentile(ankle[:, 1], 10) + _GROUND
    standing: NDArray[np.bool_] = (speed < _STANDS) & low
    return standing


def _travelled(path: NDArray[np.float64]) -> float:
    """Return how far a foot was from where it left, at most."""
    return float(np.linalg.norm(path - path[0], axis=-1).max()) if len(path) else 0.0
