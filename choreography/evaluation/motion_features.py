"""Dances as points in a space of features: how far two sets of them lie apart, how various one is.

Features of a frame are the joints' places around the middle of the hips and their velocities, in
the dancer's own height, so that frame sizes and bodies do not count. They are standardised by the
reference set, the real dances. A clip of two seconds has the mean and spread of its frames'
features.

Sources: Heusel et al. 2017 (Frechet distance of two Gaussians), as dance papers use it (Li et al.
2021: diversity as the mean distance of all pairs). Published values rest on other features, so only
values from here compare with each other.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput

FPS = 25.0
"""Frames a second at which dances are compared."""
CLIP_SECONDS = 2.0
_LEAST_SPREAD = 1e-3  # body heights: what varies less in the reference is not blown up further


def frame_features(poses: PoseSequence) -> np.ndarray:
    """Return (frames, 72): places and velocities of 18 joints, in body heights and per second.

    Raises:
        BadInput: shorter than two frames, or no frame shows hips, head and feet.
    """
    poses = poses.converted(OPENPOSE_18).resampled(FPS)
    if len(poses) < 2:
        raise BadInput(f"a dance of {poses.seconds:.2f} s is too short to compare")
    points = without_gaps(poses.points.astype(float))
    index = OPENPOSE_18.index
    hips = (points[:, index["left_hip"]] + points[:, index["right_hip"]]) / 2
    places = (points - hips[:, None]) / height_in_pixels(points)
    velocity = np.gradient(places, 1 / FPS, axis=0)
    return np.concatenate([places, velocity], axis=1).reshape(len(points), -1)


def frechet_distance(dances: Sequence[np.ndarray], reference: Sequence[np.ndarray]) -> float:
    """Return the Frechet distance of two sets of dances, given as their frames' features.

    Both are standardised by the mean and deviation of `reference`.
    """
    real = np.concatenate(list(reference))
    ours, theirs = (_standardised(np.concatenate(list(some)), real) for some in (dances, reference))
    return gaussian_distance(
        ours.mean(axis=0), np.cov(ours, rowvar=False), theirs.mean(axis=0),
        np.cov(theirs, rowvar=False),
    )  # fmt: skip


def gaussian_distance(
    mean: np.ndarray, covariance: np.ndarray, other_mean: np.ndarray, other: np.ndarray
) -> float:
    """Return the squared Frechet distance of two Gaussians: never below 0."""
    root = _root(np.atleast_2d(covariance))
    between = np.linalg.eigvalsh(root @ np.atleast_2d(other) @ root)
    shared = np.sqrt(np.clip(between, 0, None)).sum()
    apart = float(np.sum((np.atleast_1d(mean) - np.atleast_1d(other_mean)) ** 2))
    spread = float(np.trace(np.atleast_2d(covariance)) + np.trace(np.atleast_2d(other)))
    return max(apart + spread - 2 * float(shared), 0.0)


def diversity(dances: Sequence[np.ndarray], reference: Sequence[np.ndarray]) -> float | None:
    """Return the mean distance of all pairs of clips of two seconds; None for fewer than two.

    Args:
        dances: their frames' features; clips of all of them count.
        reference: what is standardised by; `dances` itself where there is no other.
    """
    real = np.concatenate(list(reference))
    clips = [clip for dance in dances for clip in _clips(_standardised(dance, real))]
    pairs = [float(np.linalg.norm(a - b)) for a, b in combinations(clips, 2)]
    return float(np.mean(pairs)) if pairs else None


def _clips(features: np.ndarray) -> list[np.ndarray]:
    length = round(CLIP_SECONDS * FPS)
    parts = [features[start : start + length] for start in range(0, len(features), length)]
    return [np.concatenate([p.mean(0), p.std(0)]) for p in parts if len(p) == length]


def _standardised(features: np.ndarray, real: np.ndarray) -> np.ndarray:
    return (features - real.mean(axis=0)) / np.maximum(real.std(axis=0), _LEAST_SPREAD)


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T


def height_in_pixels(points: np.ndarray) -> float:
    """Return the upright height from ankles to nose of points (frames, 18, 2), in pixels.

    Raises:
        BadInput: head and feet are never seen upright.
    """
    index = OPENPOSE_18.index
    ankles = np.fmax(points[:, index["left_ankle"], 1], points[:, index["right_ankle"], 1])
    height = float(np.nanpercentile(ankles - points[:, index["nose"], 1], 90))
    if not height > 0:
        raise BadInput("poses: head and feet are never seen upright; expected a whole body")
    return height


def without_gaps(points: np.ndarray) -> np.ndarray:
    """Fill missing joints linearly over time; those never there lie on the middle of the hips."""
    index, frames = OPENPOSE_18.index, np.arange(len(points))
    hips = points[:, [index["left_hip"], index["right_hip"]]]
    if not np.isfinite(hips).all(axis=(1, 2)).any():
        raise BadInput("poses: no frame shows both hips; expected a whole body")
    for joint in sorted(range(points.shape[1]), key=lambda j: "hip" not in OPENPOSE_18.joints[j]):
        there = np.isfinite(points[:, joint]).all(axis=-1)
        for axis in range(2):
            middle = points[:, [index["left_hip"], index["right_hip"]], axis].mean(axis=1)
            known = points[there, joint, axis]
            filled = np.interp(frames, frames[there], known) if there.any() else middle
            points[:, joint, axis] = np.where(there, points[:, joint, axis], filled)
    return points
