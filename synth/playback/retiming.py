"""Between filmed frames: the moment of the film that shows each pose of a stretch.

A dance has its own rate and pace, so its poses fall between filmed frames.

    1. each pose is put onto the film's path: the nearest point of the straight lines between the
       frame chosen for it and its neighbours, joint by joint
    2. the moments are smoothed, so that noise of the joints does not let the film stumble: least
       squares of the distance to step 1 and of the second differences. Where nothing moves, a
       moment is not told by the pose, and only the smoothness counts

A movement at an even pace stays what it was.

Source: Whittaker, "On a New Method of Graduation" (1923), with the weights of a Gauss-Newton step.
"""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

from stickdance.synth.compute.array_types import Floats, Integers

_SMOOTH = 4.0  # price of a change of pace, in squared frames, beside a pose's own price
_STILL = 0.02  # share of the usual price that a pose has where nothing moves


def filmed_times(poses: Floats, film: Floats, chosen: Integers, runs: Integers) -> Floats:
    """Return float64 (poses,): the moment of the film of each pose of one stretch, in frames.

    Args:
        poses: (poses, joints, 2) about their torsos, NaN where missing.
        film: (frames, joints, 2) likewise.
        chosen: (poses,) the frame chosen for each.
        runs: (frames,) int: frames that follow each other have the same number.
    """
    before, after = _neighbour(chosen, runs, -1), _neighbour(chosen, runs, 1)
    one, other = _projected(poses, film, before, chosen), _projected(poses, film, chosen, after)
    nearer = other[2] <= one[2]
    forwards, backwards = other[0] * (after - chosen), (one[0] - 1) * (chosen - before)
    times = np.asarray(chosen + np.where(nearer, forwards, backwards), np.float64)
    weights = np.where(nearer, other[1], one[1])
    first, last = _ends(chosen, runs)
    return np.clip(_smoothed(times, weights), first, last)


def _neighbour(chosen: Integers, runs: Integers, step: int) -> Integers:
    near = np.clip(chosen + step, 0, len(runs) - 1)
    return np.where(runs[near] == runs[chosen], near, chosen)


def _ends(chosen: Integers, runs: Integers) -> tuple[int, int]:
    """Return the first and the last frame of the run that a stretch lies in."""
    same = np.flatnonzero(runs == runs[chosen[0]])
    return int(same[0]), int(same[-1])


def _projected(
    poses: Floats, film: Floats, low: Integers, high: Integers
) -> tuple[Floats, Floats, Floats]:
    """Return share of the way, its squared length and the squared distance to it, each (poses,)."""
    start, way = film[low], film[high] - film[low]
    there = np.isfinite(poses + start + way)
    away, way = np.where(there, poses - start, 0.0), np.where(there, way, 0.0)
    length = (way**2).sum((1, 2))
    share = ((away * way).sum((1, 2)) / np.maximum(length, 1e-12)).clip(0, 1)
    rest = ((away - share[:, None, None] * way) ** 2).sum((1, 2))
    return share, length, rest


def _smoothed(times: Floats, weights: Floats) -> Floats:
    """Return the times of least squares, weighted, with little second difference."""
    count = len(times)
    if count < 3:
        return np.asarray(times, np.float64)
    usual = max(float(np.mean(weights)), 1e-12)
    held = np.minimum(weights / usual, 1.0) + _STILL
    bend = sparse.diags_array([1.0, -2.0, 1.0], offsets=[0, 1, 2], shape=(count - 2, count))
    system = sparse.diags_array(held) + _SMOOTH * (bend.T @ bend)
    return np.asarray(spsolve(system.tocsc(), held * times), np.float64)
