"""Left and right taken for each other by an estimator: found, and put right.

Each frame is read as it is or with its sides exchanged, so that joints move least from frame to
frame; an exchange has its price, so that what can be read both ways, a person in profile say, stays
as it is. It is the Viterbi path of two readings. No limit of how fast a body moves is needed, only
that it moves less than its sides are apart, so that this works at few frames a second too. The legs
alone are read once more: seen from the side, estimators exchange them on their own.

Conventions: points (frames, joints, 2) in body heights, NaN where missing.
"""

import numpy as np

from capture.skeleton import Skeleton

_PRICE = 0.012  # of an exchanged frame, in mean body heights that joints move
_FARTHEST = 0.3  # a joint that moves farther than this proves no more than one that moves this far
_LONGEST = 0.8  # seconds for which sides stay exchanged at most; after that the person has turned
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
    longest = max(7, round(_LONGEST * fps))
    out = np.zeros(points.shape[:2], bool)
    for joints in (paired, legs):
        read = np.where(out[..., None], points[:, mirrored], points)
        frames = _misread(read[:, joints], read[:, mirrored][:, joints], longest)
        out[:, joints] ^= frames[:, None]
    return out


def _misread(points: np.ndarray, other: np.ndarray, longest: int) -> np.ndarray:
    """Return (frames,) bool: where `other` continues the movement better than `points`."""
    misread = np.zeros(len(points), bool)
    there = np.flatnonzero(np.isfinite(points).all(-1).mean(axis=1) >= 0.5)
    if len(there) < 3:
        return misread
    readings = np.stack([points[there], other[there]])  # (2, frames, joints, 2)
    # Where the body goes as a whole tells nothing of its sides: both readings have one middle.
    readings = readings - np.nanmedian(readings, axis=2, keepdims=True)
    cost, come = np.array([0.0, _PRICE]), np.zeros((len(there), 2), int)
    for frame in range(1, len(there)):
        moved = _moved(readings[:, None, frame - 1], readings[None, :, frame])
        total = cost[:, None] + moved  # from a reading (row) to a reading (column)
        come[frame] = total.argmin(axis=0)
        cost = total.min(axis=0) + np.array([0.0, _PRICE])
    reading = int(cost.argmin())
    for frame in range(len(there) - 1, -1, -1):
        misread[there[frame]] = reading == 1
        reading = come[frame, reading]
    for start, stop in _runs(misread[there]):
        if stop - start > longest or not _abrupt(readings, start, stop):
            misread[there[start:stop]] = False
    return misread


def _moved(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return the mean capped distance of joints, over the last but one axis."""
    away = np.minimum(np.linalg.norm(after - before, axis=-1), _FARTHEST)
    known = np.isfinite(away)
    return np.where(known, away, 0).sum(axis=-1) / np.maximum(1, known.sum(axis=-1))


def _abrupt(readings: np.ndarray, start: int, stop: int) -> bool:
    """Tell whether a run begins and ends with a jump, unlike a body that whirls round."""
    plain, other = readings
    saved = [
        float(_moved(plain[before], plain[after]) - _moved(*ends))
        for before, after, ends in (
            (start - 1, start, (plain[start - 1], other[start])),
            (stop - 1, stop, (other[stop - 1], plain[min(stop, len(plain) - 1)])),
        )
        if before >= 0 and after < len(plain)
    ]
    return max(saved, default=0.0) >= _ABRUPT


def _runs(mask: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
