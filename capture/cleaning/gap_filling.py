"""Gaps in poses filled: joints that were missing or refused, between what is known on both sides.

Stages
    1. Three ways of filling are at hand: a cubic spline, which keeps the peak of a swing; a
       shape-preserving spline, which never overshoots; low-dimensional Kalman smoothing, which also
       looks at the other joints (see `kalman`).
    2. Which of them suits this movement is tried out: for each part of the body and length of gap
       that occurs, known joints are hidden at several places and filled; the way that errs least
       is taken.
    3. Before the first and after the last known frame the nearest position is held.

Conventions: points (frames, joints, 2) pixels, NaN where missing; lengths of gaps in frames.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator

from stickdance.capture.cleaning import kalman
from stickdance.capture.pose.skeleton import Skeleton

_LENGTHS = (
    2,
    5,
    10,
    20,
    40,
    80,
    160,
)  # gaps up to so many frames are of one kind; longer ones of one more
_TRIALS = 8  # places where known joints are hidden
_WHOLE = 0.6  # share of the joints missing from which a whole pose is
_PARTS = {
    "arms": ("elbow", "wrist", "index", "pinky", "thumb"),
    "legs": ("knee", "ankle", "heel", "foot_index", "big_toe", "small_toe"),
    "head": ("nose", "eye", "ear", "mouth"),
}


@dataclass(frozen=True)
class Gap:
    """A joint missing from frame `start` up to frame `stop`."""

    joint: int
    start: int
    stop: int


def filled(points: np.ndarray, skeleton: Skeleton, wanted: np.ndarray | None = None) -> np.ndarray:
    """Return the points with gaps filled.

    Args:
        points: (frames, joints, 2).
        skeleton: whose joints they are.
        wanted: (frames, joints) bool, what to fill; by default all that is missing.
    """
    missing = ~np.isfinite(points).all(-1)
    wanted = missing if wanted is None else wanted & missing
    out = points.astype(np.float64)
    inside = wanted & _between(missing)
    answers = {way: fill(out, inside) for way, fill in WAYS.items()} if inside.any() else {}
    chosen: dict[tuple[str, int], str] = {}
    result = _held(out, wanted)
    for gap in gaps(inside):
        kind = _kind(gap, missing, skeleton)
        if kind not in chosen:
            chosen[kind] = _best_way(out, skeleton, kind)
        span = np.s_[gap.start : gap.stop, gap.joint]
        answer = answers[chosen[kind]][span]
        if not np.isfinite(answer).all():  # a joint too seldom seen for a model
            answer = answers["shape-preserving spline"][span]
        result[span] = answer
    return result


def gaps(missing: np.ndarray) -> list[Gap]:
    """Return the runs of true values of each joint in (frames, joints) bool."""
    found = []
    for joint in range(missing.shape[1]):
        column = np.concatenate(([False], missing[:, joint], [False])).astype(np.int8)
        edges = np.flatnonzero(np.diff(column)).reshape(-1, 2)
        found += [Gap(joint, int(start), int(stop)) for start, stop in edges]
    return found


def _between(missing: np.ndarray) -> np.ndarray:
    """Return the frames after the first and before the last known one of each joint."""
    known = ~missing
    return np.maximum.accumulate(known) & np.maximum.accumulate(known[::-1])[::-1]


def _held(points: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    result = points.copy()
    for joint in np.flatnonzero(wanted.any(axis=0)):
        known = np.flatnonzero(np.isfinite(points[:, joint]).all(-1))
        frames = np.flatnonzero(wanted[:, joint])
        if len(known):
            outside = frames[(frames < known[0]) | (frames > known[-1])]
            result[outside, joint] = points[np.clip(outside, known[0], known[-1]), joint]
    return result


def _kind(gap: Gap, missing: np.ndarray, skeleton: Skeleton) -> tuple[str, int]:
    """Return the part of the body and the kind of length."""
    length = int(np.searchsorted(_LENGTHS, gap.stop - gap.start))
    if missing[gap.start : gap.stop].mean() >= _WHOLE:
        return "whole", length
    return _part(skeleton.joints[gap.joint]), length


def _part(name: str) -> str:
    bare = name.removeprefix("left_").removeprefix("right_")
    return next((part for part, names in _PARTS.items() if bare in names), "torso")


def _best_way(points: np.ndarray, skeleton: Skeleton, kind: tuple[str, int]) -> str:
    """Return the way that errs least where known joints are hidden; cubic where none can be."""
    part, length = kind
    frames = [*_LENGTHS, 2 * _LENGTHS[-1]][length]
    names = skeleton.joints
    joints = [place for place in range(len(names)) if part in ("whole", _part(names[place]))]
    hidden = _hidden(points, joints, frames)
    if not hidden.any():
        return "cubic spline" if length < 2 else "shape-preserving spline"
    least = np.where(hidden[..., None], np.nan, points)
    truth = points[hidden]
    errors = {}
    for way, fill in WAYS.items():
        away = np.linalg.norm(fill(least, hidden)[hidden] - truth, axis=-1)
        errors[way] = float(away.mean()) if np.isfinite(away).all() else np.inf
    return min(errors, key=lambda way: errors[way])


def _hidden(points: np.ndarray, joints: list[int], length: int) -> np.ndarray:
    """Return (frames, joints) bool: gaps like those to fill, evenly spread, where all is known.

    Joints of one side are hidden together, sides in turn; a tenth of the frames at most.
    """
    there = np.isfinite(points).all(-1)
    joints = [joint for joint in joints if there[:, joint].mean() > 0.5]
    hidden = np.zeros(there.shape, bool)
    if not joints:
        return hidden
    whole = there[:, joints].mean(axis=1) > 0.95
    clear = np.convolve(whole, np.ones(length + 4), "valid") > length + 3.5
    starts = np.flatnonzero(clear) + 2
    count = int(min(_TRIALS, max(1, 0.15 * len(points) / length)))
    last = -length
    for place in (
        np.linspace(0, len(starts) - 1, count + 2)[1:-1].astype(int) if len(starts) else ()
    ):
        start = int(starts[place])
        if start >= last + length + 4:
            hidden[start : start + length, joints] = True
            last = start
    return hidden & there


def _by_cubic_spline(points: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return _by_spline(CubicSpline, points, wanted)


def _by_shape_preserving_spline(points: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return _by_spline(PchipInterpolator, points, wanted)


def _by_spline(spline: Callable, points: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    result = points.copy()
    for joint in np.flatnonzero(wanted.any(axis=0)):
        known = np.flatnonzero(np.isfinite(points[:, joint]).all(-1))
        frames = np.flatnonzero(wanted[:, joint])
        if len(known) >= 2:
            kind = spline if len(known) >= 4 else PchipInterpolator
            inside = np.clip(frames, known[0], known[-1])
            result[frames, joint] = kind(known, points[known, joint])(inside)
    return result


WAYS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "cubic spline": _by_cubic_spline,
    "shape-preserving spline": _by_shape_preserving_spline,
    "low-dimensional Kalman smoothing": kalman.fill,
}
"""Name -> function of (points, wanted joints) to points."""
