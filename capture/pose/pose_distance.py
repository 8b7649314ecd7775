"""How far poses are from one another, wherever in the picture the person stands.

The distance is the root of the mean square over the joints that both poses have, measured about the
middle of the torso, in body heights: one arm elsewhere counts, which a plain mean would drown.
Joints that only one of them has (a face that is turned away) count as `UNSEEN`.

Source of the definition: the point-cloud distance of motion graphs (Kovar, Gleicher and Pighin,
SIGGRAPH 2002), without their alignment by rotation, which a camera that stands does not allow.
"""

import numpy as np

from stickdance.capture.pose.skeleton import Floats, Skeleton

NEAR = 0.05
"""Body heights within which one pose passes for another."""
UNSEEN = 0.04
"""Body heights that a joint counts for which only one of two poses has."""
_LEAST_SHARED = 0.5  # share of the joints that both poses must have to be compared
_AT_ONCE = 256  # poses that are compared together
_TORSO = ("neck", "right_hip", "left_hip")


def torso_middles(points: Floats, skeleton: Skeleton) -> Floats:
    """Return (N, 2) the middle of the torsos of poses (N, joints, 2), NaN where one is not seen."""
    return np.asarray(points[:, [skeleton.index[name] for name in _TORSO]].mean(1), np.float32)


def about_torso(points: Floats, skeleton: Skeleton, height: float) -> Floats:
    """Return float32 (N, joints, 2): poses about the middle of their torsos, in body heights.

    Args:
        points: (N, joints, 2) pixels, NaN where missing.
        skeleton: whose joints they are.
        height: of the body in pixels.
    """
    middles = torso_middles(points, skeleton)
    return ((points - middles[:, None]) / height).astype(np.float32)


def distances(poses: Floats, known: Floats) -> Floats:
    """Return float32 (N, M): how far each pose is from each known one, infinite where unknown.

    Args:
        poses: (N, joints, 2) of `about_torso`.
        known: (M, joints, 2) likewise.
    """
    # A part of the poses at a time, for films have many frames.
    parts = [poses[first : first + _AT_ONCE] for first in range(0, len(poses), _AT_ONCE)]
    return np.concatenate([np.zeros((0, len(known)), np.float32)] + [_few(p, known) for p in parts])


def _few(poses: Floats, known: Floats) -> Floats:
    here, there = (np.all(np.isfinite(each), axis=-1) for each in (poses, known))
    mine, theirs = here.astype(np.float32), there.astype(np.float32)
    a, b = np.where(here[..., None], poses, 0), np.where(there[..., None], known, 0)
    # |a - b|^2 over the joints that both have, by products of matrices.
    squares = np.sum(a**2, axis=-1) @ theirs.T + mine @ np.sum(b**2, axis=-1).T
    squares -= 2 * (a.reshape(len(a), -1) @ b.reshape(len(b), -1).T)
    shared = mine @ theirs.T
    alone = mine.sum(1)[:, None] + theirs.sum(1)[None] - 2 * shared
    mean = (squares.clip(0) + UNSEEN**2 * alone) / np.maximum(shared + alone, 1)
    enough = shared >= _LEAST_SHARED * poses.shape[1]
    return np.where(enough, np.sqrt(mean), np.inf).astype(np.float32)
