"""Poses set on their head by an estimator, as happens when somebody bows.

A body turns over by its feet leaving the ground: a handstand or a cartwheel passes through all that
lies between. A pose whose legs point up at once, while those before or after it stand, is wrong,
for however many frames the estimator holds to it.

Conventions: as in `stickdance.capture.cleaning.misdetections`.
"""

import numpy as np

from stickdance.capture.pose.skeleton import Skeleton

_QUICKEST = 700.0  # degrees a second that legs turn by: a somersault takes more than half a second
_LEAST_TURN = 90.0  # degrees that legs point elsewhere than next to the run
_REACH = 0.35  # seconds within which a neighbour must be known
_MOSTLY = 0.5  # share of the frames from which people stand on their head for all we know


def upended(points: np.ndarray, skeleton: Skeleton, fps: float) -> np.ndarray:
    """Return which poses were set on their head, bool (frames,).

    Args:
        points: (frames, joints, 2), NaN where missing.
        skeleton: with shoulders, hips and ankles; without them nothing is found.
        fps: frames a second.
    """
    names = [
        f"{side}_{part}" for part in ("shoulder", "hip", "ankle") for side in ("left", "right")
    ]
    if any(name not in skeleton.index for name in names):
        return np.zeros(len(points), bool)
    pairs = points[:, [skeleton.index[name] for name in names]].reshape(len(points), 3, 2, 2)
    shoulders, hips, ankles = np.moveaxis(pairs, 1, 0)
    legs = ankles.mean(axis=1) - hips.mean(axis=1)
    down = ankles[..., 1].max(axis=1) < hips[..., 1].min(axis=1)
    down &= shoulders[..., 1].mean(axis=1) > hips[..., 1].mean(axis=1)
    wrong = np.zeros(len(points), bool)
    known = np.isfinite(legs).all(axis=-1)
    if not down.any() or down.sum() >= _MOSTLY * known.sum():
        return wrong
    for start, stop in _runs(down):
        if any(_turns_at_once(legs, known, *edge, fps) for edge in ((start, -1), (stop - 1, 1))):
            wrong[start:stop] = True
    return wrong


def _turns_at_once(legs: np.ndarray, known: np.ndarray, inside: int, way: int, fps: float) -> bool:
    """Tell whether legs turn quicker than a body can, from a run's edge outwards."""
    for gap in range(1, max(1, round(_REACH * fps)) + 1):
        outside = inside + way * gap
        if not 0 <= outside < len(legs):
            return False
        if known[outside]:
            one, other = legs[inside], legs[outside]
            lengths = np.linalg.norm(one) * np.linalg.norm(other)
            cosine = float(one @ other) / max(1e-9, float(lengths))
            turn = float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
            return turn >= _LEAST_TURN and turn / (gap / fps) > _QUICKEST
    return False


def _runs(frames: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], frames, [False]])))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
