"""Left and right taken for each other by an estimator: found, and put right.

Frames are read as they are or with their sides exchanged, so that joints move least over time; an
exchange has its price, so that what can be read both ways, a person in profile say, stays as it is.
It is the Viterbi path of two readings. Its steps may pass over frames for a fifteenth of a second:
sides are judged by what a body does in such a time at any frame rate, and a frame that shows
neither reading well, as between two exchanges, misleads nobody. No limit of how fast a body moves
is needed, only that it moves less than its sides are apart, so that this works at few frames a
second too. The legs alone are read once more: seen from the side, estimators exchange them on their
own.

Conventions: points (frames, joints, 2) in body heights, NaN where missing.
"""

import numpy as np

from stickdance.capture.pose.skeleton import Skeleton

_PRICE = 0.25  # of a second of exchanged frames, in mean body heights that joints move
_DEAREST = 0.012  # of one exchanged frame at most, however few there are in a second
_STEP = 1 / 15  # seconds that a step may span
_FARTHEST = 0.3  # a joint that moves farther than this proves no more than one that moves this far
_LONGEST = 0.8  # seconds for which sides stay exchanged at most; after that the person has turned
_CHEAPER = 10  # times cheaper, a run is looked for that is too long to be believed
_ABRUPT = 0.06  # what an exchange must save where it begins or ends, in mean body heights
_LEGS = ("hip", "knee", "ankle")


def exchanged(points: np.ndarray, skeleton: Skeleton, fps: float) -> np.ndarray:
    """Return which joints of which frames have to be exchanged with those of the other side.

    Args:
        points: (frames, joints, 2).
        skeleton: whose joints they are.
        fps: frames a second.

    Returns:
        (frames, joints) bool.
    """
    mirrored = np.array(skeleton.mirrored)
    paired = mirrored != np.arange(len(mirrored))
    legs = np.array([name.partition("_")[2] in _LEGS for name in skeleton.joints]) & paired
    out = np.zeros(points.shape[:2], bool)
    for joints in (paired, legs):
        read = np.where(out[..., None], points[:, mirrored], points)
        frames = _misread(read[:, joints], read[:, mirrored][:, joints], fps)
        out[:, joints] ^= frames[:, None]
    return out


def doubtful_sides(
    points: np.ndarray, skeleton: Skeleton, fps: float
) -> tuple[tuple[int, int], ...]:
    """Return runs of frames, (start, stop), too long to be put right, that begin and end abruptly.

    Left and right change places from one frame to the next at both ends: an estimator's error over
    a long time, or a cut in the film. Frames so far apart that a body turns between them tell
    nothing.

    Args:
        points: (frames, joints, 2), as `exchanged` leaves them.
        skeleton: whose joints they are.
        fps: frames a second.
    """
    mirrored = np.array(skeleton.mirrored)
    paired = mirrored != np.arange(len(mirrored))
    found = _both_readings(points[:, paired], points[:, mirrored][:, paired])
    if found is None or fps * _STEP < 1:
        return ()
    there, moved = found[0], _moves(found[1], fps)
    runs = _runs(_cheapest(moved, min(_PRICE / fps, _DEAREST) / _CHEAPER))
    return tuple(
        (int(there[start]), int(there[stop - 1]) + 1)
        for start, stop in runs
        if start > 0 and stop < len(there) and min(_ends(moved, start, stop)) >= _ABRUPT
    )


def _both_readings(points: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return which frames show a body, and them in both readings, (2, frames, joints, 2)."""
    there = np.flatnonzero(np.isfinite(points).all(-1).mean(axis=1) >= 0.5)
    if len(there) < 3:
        return None
    readings = np.stack([points[there], other[there]])
    # Where the body goes as a whole tells nothing of its sides: both readings have one middle.
    return there, readings - np.nanmedian(readings, axis=2, keepdims=True)


def _misread(points: np.ndarray, other: np.ndarray, fps: float) -> np.ndarray:
    """Return (frames,) bool: where `other` continues the movement better than `points`."""
    misread = np.zeros(len(points), bool)
    found = _both_readings(points, other)
    if found is not None:
        there, moved = found[0], _moves(found[1], fps)
        chosen = _cheapest(moved, min(_PRICE / fps, _DEAREST))
        longest = max(7, round(_LONGEST * fps))
        for start, stop in _runs(chosen):
            if stop - start > longest or max(_ends(moved, start, stop)) < _ABRUPT:
                chosen[start:stop] = False
        misread[there] = chosen
    return misread


def _moves(readings: np.ndarray, fps: float) -> np.ndarray:
    """Return how far joints move within a step, in the mean.

    Returns:
        (step, frames, 2, 2): [lag - 1, frame, reading there, reading lag frames before]; infinite
        where there is no frame before.
    """
    count = readings.shape[1]
    step = min(max(1, round(_STEP * fps)), count - 1)
    out = np.full((step, count, 2, 2), np.inf)
    for lag in range(1, step + 1):
        for now in (0, 1):
            for before in (0, 1):
                moved = _moved(readings[before, :-lag], readings[now, lag:])
                out[lag - 1, lag:, now, before] = moved
    return out


def _moved(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return the mean capped distance of joints, over the last but one axis."""
    away = np.minimum(np.linalg.norm(after - before, axis=-1), _FARTHEST)
    known = np.isfinite(away)
    return np.where(known, away, 0).sum(axis=-1) / np.maximum(1, known.sum(axis=-1))


def _cheapest(moved: np.ndarray, price: float) -> np.ndarray:
    """Return (frames,) bool: which frames the cheapest path reads exchanged."""
    step, count = moved.shape[:2]
    cost, come = np.zeros((count, 2)), np.zeros((count, 2), int)
    paid = np.array([0.0, price])
    cost[0] = paid
    for frame in range(1, count):
        lags = np.arange(1, min(step, frame) + 1)
        total = cost[frame - lags][:, None] + moved[lags - 1, frame]  # (lags, now, before)
        total += (lags[:, None] * paid)[..., None]
        ways = total.transpose(1, 0, 2).reshape(2, -1)
        come[frame] = ways.argmin(axis=1)
        cost[frame] = ways.min(axis=1)
    found = np.zeros(count, bool)
    frame, reading = count - 1, int(cost[-1].argmin())
    while frame > 0:
        found[frame] = reading == 1
        lag, before = divmod(int(come[frame, reading]), 2)
        for passed in range(frame - lag, frame):
            found[passed] = _between(moved, passed, (frame - lag - 1, before), (frame, reading))
        frame, reading = frame - lag - 1, before
    found[0] = reading == 1
    return found


def _between(moved: np.ndarray, frame: int, start: tuple[int, int], stop: tuple[int, int]) -> bool:
    """Tell whether a frame between two of known reading is clearly nearer to them exchanged."""
    come = moved[frame - start[0] - 1, frame, :, start[1]]
    go = moved[stop[0] - frame - 1, stop[0], stop[1]]
    plain, other = come + go
    return bool(other < plain - _ABRUPT)


def _ends(moved: np.ndarray, start: int, stop: int) -> tuple[float, float]:
    """Return what a run saves where it begins and where it ends: little, if a body whirls round."""
    return _saved(moved, start, 1), _saved(moved, stop, 0)


def _saved(moved: np.ndarray, edge: int, reading: int) -> float:
    """Return what a change to a reading saves at most from one frame to the next, near an edge."""
    step, count = moved.shape[:2]
    near = moved[0, max(1, edge - step + 1) : min(edge + step, count)]
    return float((near[:, 0, 0] - near[:, reading, 1 - reading]).max(initial=0.0))


def _runs(mask: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
