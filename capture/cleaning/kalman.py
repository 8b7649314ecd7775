"""Joints missing for long, from those that are there: low-dimensional Kalman smoothing.

Stages
    1. Complete frames give the mean pose and the leading ways in which poses differ from it
       (singular value decomposition), about the middle of each pose.
    2. The state is where the middle is, how much of each way there is, and how fast they change;
       every joint that is there observes it.
    3. Forward filtering and backward smoothing look at both sides of a gap, and at the other joints
       during it.

Source: Burke and Lasenby, "Estimating missing marker positions using low dimensional Kalman
smoothing" (Journal of Biomechanics, 2016); the filter is pykalman's.

Conventions: points (frames, joints, 2) pixels, or in space (frames, joints, 3) in a unit about as
small; NaN where missing; frames evenly spaced. Below, `axes` is 2 or 3.
"""

from dataclasses import dataclass

import numpy as np

_KEPT = 0.995  # share of the poses' variance that the leading ways explain
_MOST_WAYS = 12
_LEAST_FRAMES = 30  # complete frames that a model of poses needs
_NOISE = 0.004  # of a joint, in diagonals of the mean pose


@dataclass(frozen=True)
class PoseModel:
    """What poses of a person look like, and how they change."""

    mean: np.ndarray
    """(joints, axes) about the middle of the joints."""
    ways: np.ndarray
    """(axes * joints, ways) orthonormal directions in which poses differ."""
    noise: np.ndarray
    """(axes * joints,) variance of what the ways do not explain."""
    restlessness: np.ndarray
    """(axes + ways,) variance of the second differences of middle and ways."""
    spread: np.ndarray
    """(axes + ways,) variance of middle and ways."""


def learned(points: np.ndarray) -> PoseModel | None:
    """Return a model of the complete frames; None where there are too few of them.

    Args:
        points: (frames, joints, axes); joints that are never there must have been left out.
    """
    complete = np.flatnonzero(np.isfinite(points).all(axis=(1, 2)))
    if len(complete) < _LEAST_FRAMES:
        return None
    middles = points[complete].mean(axis=1)
    shapes = points[complete] - middles[:, None]
    mean = shapes.mean(axis=0)
    off = (shapes - mean).reshape(len(complete), -1)
    _, sizes, directions = np.linalg.svd(off, full_matrices=False)
    explained = np.cumsum(sizes**2) / max(1e-12, float((sizes**2).sum()))
    count = min(_MOST_WAYS, int(np.searchsorted(explained, _KEPT)) + 1)
    ways = directions[:count].T
    amounts = np.concatenate([middles, off @ ways], axis=1)
    noise = (off - off @ ways @ ways.T).var(axis=0)
    floor = (_NOISE * float(np.linalg.norm(np.ptp(mean, axis=0)))) ** 2
    neighbours = (np.diff(complete, n=1)[1:] == 1) & (np.diff(complete, n=1)[:-1] == 1)
    bends = np.diff(amounts, n=2, axis=0)[neighbours]
    if len(bends) < _LEAST_FRAMES // 2:
        return None
    return PoseModel(mean, ways, noise + floor, bends.var(axis=0) + 1e-9, amounts.var(axis=0) + 1)


def smoothed(points: np.ndarray, model: PoseModel) -> np.ndarray:
    """Return (frames, joints, axes): where every joint is most likely to be, missing or not."""
    from pykalman import KalmanFilter

    frames, joints, axes = points.shape
    size = len(model.spread)
    looks = np.concatenate([np.tile(np.eye(axes), (joints, 1)), model.ways], axis=1)
    there = np.repeat(np.isfinite(points).all(-1), axes, axis=1)
    seen = points.reshape(frames, -1) - model.mean.ravel()
    # A missing joint observes nothing: its row of the observation matrix is zero, as is its value.
    observing = np.zeros((frames, axes * joints, 2 * size))
    observing[:, :, :size] = looks * there[..., None]
    start = np.zeros(2 * size)
    known = np.flatnonzero(there.any(axis=1))
    if len(known):
        start[:axes] = np.nanmean(points[known[0]], axis=0)
    moving = np.block([[np.eye(size), np.eye(size)], [np.zeros((size, size)), np.eye(size)]])
    restless = np.concatenate([model.restlessness * 0.25, model.restlessness])
    filter_ = KalmanFilter(
        transition_matrices=moving,
        observation_matrices=observing,
        transition_covariance=np.diag(restless),
        observation_covariance=np.diag(model.noise),
        initial_state_mean=start,
        initial_state_covariance=np.diag(np.concatenate([model.spread, model.spread])),
    )
    states, _ = filter_.smooth(np.where(there, np.nan_to_num(seen), 0))
    return (states[:, :size] @ looks.T).reshape(points.shape) + model.mean


def fill(points: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the points with the wanted joints filled in, joined smoothly to those around.

    Args:
        points: (frames, joints, axes).
        wanted: (frames, joints) bool: missing joints to fill.

    Returns:
        As `points`; unchanged where there are too few complete frames to learn from.
    """
    used = np.isfinite(points).all(-1).mean(axis=0) >= 0.5
    model = learned(points[:, used])
    filled = points.copy()
    if model is None or not wanted[:, used].any():
        return filled
    estimate = np.full_like(points, np.nan)
    for start, stop in _windows(np.any(wanted[:, used], axis=1), margin=12):
        estimate[start:stop, used] = smoothed(points[start:stop, used], model)
    for joint in np.flatnonzero(used & wanted.any(axis=0)):
        known = np.flatnonzero(np.isfinite(points[:, joint]).all(-1))
        off = points[known, joint] - estimate[known, joint]
        near = np.isfinite(off).all(-1)
        gaps = np.flatnonzero(wanted[:, joint])
        # What the model is off by at both sides of a gap fades from one to the other.
        shift = np.stack(
            [np.interp(gaps, known[near], off[near, axis]) for axis in range(off.shape[1])], 1
        )
        filled[gaps, joint] = estimate[gaps, joint] + shift
    return filled


def _windows(wanted: np.ndarray, margin: int) -> list[tuple[int, int]]:
    """Return (start, stop) of stretches around wanted frames, those that touch joined."""
    near = np.convolve(wanted, np.ones(2 * margin + 1), "same") > 0
    edges = np.flatnonzero(np.diff(np.concatenate(([False], near, [False])).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
