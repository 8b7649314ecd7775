"""Feet that stand where they stand: a learned dance is planted on the ground.

A network's feet drift with the body, slower than any step. So each foot's path is cut into stands,
where it is slow and low, and ways between them. While it stands a foot keeps one place; where it
drifts farther than a shoe is wide it steps over, quickly and a little lifted. On the ways it moves
as the network had it, led from place to place. Knees follow as the leg turns and stretches about
the hip, so that hips, trunk and arms stay as they were danced.

Conventions: pixels of the body's frame; lengths below in body heights, speeds in them a second.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence

_Floats = NDArray[np.float64]
_SLOW = 0.32  # a foot that moves slower stands, if it is low
_LOW = 0.045  # above the lowest tenth of its rows
_DRIFT = 0.05  # that a foot may be carried from where it stands before it steps over
_STEP_SECONDS = 0.2  # that such a step takes, and the shortest way between two stands
_LEAST_SECONDS = 0.1  # that a foot stands
_LIFT = 0.02  # of a foot that steps over
_LOOKED_AT = 0.05  # seconds over which a foot's speed is smoothed
_Stand = tuple[int, int]
"""First frame, and the first one after it."""


def planted(poses: PoseSequence, profile: BodyProfile) -> PoseSequence:
    """Return a dance whose standing feet do not drift.

    Args:
        poses: on the body, in its place, joints of `OPENPOSE_18`, all of them there.
        profile: of the body.
    """
    points = poses.points.astype(np.float64)
    for side in ("left", "right"):
        hip, knee, ankle = (poses.skeleton.index[f"{side}_{n}"] for n in ("hip", "knee", "ankle"))
        path = points[:, ankle] / profile.height
        moved = _planted_path(path, poses.fps) * profile.height
        points[:, knee] = _turned(points[:, knee], points[:, hip], points[:, ankle], moved)
        points[:, ankle] = moved
    return replace(poses, points=points.astype(np.float32))


def _planted_path(path: _Floats, fps: float) -> _Floats:
    """Return a foot's path (frames, 2) with its stands kept in one place each."""
    stands = _stands(path, fps)
    if not stands:
        return path
    offset = np.zeros_like(path)
    lift = np.zeros(len(path))
    places = [np.median(path[a:b], axis=0) for a, b in stands]
    for (start, stop), place in zip(stands, places, strict=True):
        offset[start:stop] = place - path[start:stop]
    for (before, after), (one, other) in zip(pairwise(stands), pairwise(places), strict=True):
        first, last = before[1] - 1, after[0]
        share = _soft(np.arange(1, last - first) / (last - first))[:, None]
        offset[first + 1 : last] = offset[first] * (1 - share) + offset[last] * share
        if _drifts(path[first : last + 1]):
            # The network had no step there: the foot goes straight over.
            offset[first + 1 : last] = one + (other - one) * share - path[first + 1 : last]
            lift[first + 1 : last] = _LIFT * np.sin(np.pi * share[:, 0])
    offset[: stands[0][0]] = offset[stands[0][0]]
    offset[stands[-1][1] :] = offset[stands[-1][1] - 1]
    moved = path + offset
    moved[:, 1] -= lift
    return moved


def _stands(path: _Floats, fps: float) -> list[_Stand]:
    """Return the stands of a foot, with time for a step between any two."""
    speed = np.linalg.norm(np.gradient(path, 1 / fps, axis=0), axis=-1)
    speed = gaussian_filter1d(speed, _LOOKED_AT * fps)
    low = path[:, 1] > np.percentile(path[:, 1], 90) - _LOW
    edges = np.flatnonzero(np.diff(np.concatenate([[0], ((speed < _SLOW) & low).astype(int), [0]])))
    found: list[_Stand] = []
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        found += _without_drift(path, start, stop)
    return _apart(found, max(2, round(_STEP_SECONDS * fps)), max(2, round(_LEAST_SECONDS * fps)))


def _without_drift(path: _Floats, start: int, stop: int) -> list[_Stand]:
    """Return a stand as several where the foot drifts too far for one."""
    out, first = [], start
    low, high = path[start].copy(), path[start].copy()
    for frame in range(start + 1, stop):
        low, high = np.minimum(low, path[frame]), np.maximum(high, path[frame])
        if np.linalg.norm(high - low) > 2 * _DRIFT:
            out.append((first, frame))
            first, low, high = frame, path[frame].copy(), path[frame].copy()
    return [*out, (first, stop)]


def _apart(stands: Sequence[_Stand], gap: int, least: int) -> list[_Stand]:
    """Return stands with at least a step's time between them; what is too short then is none."""
    out: list[_Stand] = []
    for start, stop in stands:
        if out and start - out[-1][1] < gap:
            lacking = gap - (start - out[-1][1])
            before, _ = out[-1]
            out[-1] = before, out[-1][1] - lacking // 2
            start += lacking - lacking // 2
            if out[-1][1] - before < least:
                out.pop()
        if stop - start >= least:
            out.append((start, stop))
    return out


def _drifts(way: _Floats) -> bool:
    """Tell whether a foot goes from one stand to the next without being lifted."""
    between = way[1:-1, 1]
    return len(between) > 0 and bool(way[[0, -1], 1].min() - between.min() < _LIFT / 2)


def _turned(knee: _Floats, hip: _Floats, ankle: _Floats, moved: _Floats) -> _Floats:
    """Return knees after ankles moved: the leg turns and stretches about the hip as a whole."""
    before, after, bent = (
        each[:, 0] + 1j * each[:, 1] for each in (ankle - hip, moved - hip, knee - hip)
    )
    turn = after / np.where(np.abs(before) < 1e-6, 1e-6, before)
    turned = bent * turn
    return hip + np.stack([turned.real, turned.imag], axis=-1)


def _soft(share: _Floats) -> _Floats:
    return share * share * (3 - 2 * share)
