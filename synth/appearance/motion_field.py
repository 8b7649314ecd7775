"""How pixels move from one pose to the next: each body part by an affine map, the rest not at all.

1. fit the map that carries each part of a pose back to the pose before     (`body_parts.fit_maps`)
2. a pixel moves as the parts near it do, the nearest the most
3. far from all parts nothing moves
"""

import cv2
import numpy as np

from stickdance.capture.pose.skeleton import OPENPOSE_18, Skeleton
from stickdance.synth.appearance.body_parts import (
    PARTS,
    PosedParts,
    control_weights,
    fit_maps,
    limit_stretch,
    pose_parts,
)
from stickdance.synth.compute.array_types import Bools, Floats

_GRAIN = 4  # pixels: the motion is smooth, so it is computed on a coarse grid
_REACH = 0.15  # torso lengths over which a part's motion fades
_THICKNESS = np.array([{"torso": 0.22, "head": 0.16}.get(part.name, 0.06) for part in PARTS])
# Torso lengths on both sides of a part's line that move as the part does.
_NARROW = 0.07  # the same where limbs are first, so that they do not take the torso along
_FIRST = (_THICKNESS.max() / _THICKNESS) ** 2
_NOWHERE = 1e-9  # nearness that keeps the mean of no parts a number
_WEIGHTS = control_weights()


def body_motion(
    before: Floats,
    now: Floats,
    size: tuple[int, int],
    length: float,
    skeleton: Skeleton = OPENPOSE_18,
    limbs_first: bool = False,
) -> Floats:
    """Return float32 (height, width, 2): from each pixel to its place in the pose before, (x, y).

    Args:
        before: (joints, 2) pixels, NaN where missing.
        now: (joints, 2) pixels of the pose after it.
        size: (width, height).
        length: the person's torso length in pixels.
        skeleton: whose joints they are.
        limbs_first: where a thin part lies over a thick one, pixels move as the thin one does;
            otherwise as the mean of both.
    """
    width, height = size
    both = pose_parts(np.stack([before, now]), length, None, skeleton)
    there = np.all(np.isfinite(both.start + both.end), axis=(0, 2))
    if not there.any():
        return np.zeros((height, width, 2), np.float32)
    grid = _grid(width, height)
    nearness = _nearness(grid, both, there, length, _NARROW if limbs_first else _REACH)
    if limbs_first:
        nearness *= _FIRST[there, None, None]
    steps = _steps(grid, both, there)
    total = nearness.sum(0) + _NOWHERE
    motion = np.einsum("pyx,pyxi->yxi", nearness, steps)
    motion *= (np.minimum(total, 1) / total)[..., None]
    whole = cv2.resize(motion, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole, np.float32)


def _grid(width: int, height: int) -> Floats:
    columns, rows = -(-width // _GRAIN), -(-height // _GRAIN)
    x = (np.arange(columns, dtype=np.float32) + 0.5) * (width / columns)
    y = (np.arange(rows, dtype=np.float32) + 0.5) * (height / rows)
    return np.stack(np.meshgrid(x, y), -1).astype(np.float32)


def _nearness(grid: Floats, both: PosedParts, there: Bools, length: float, reach: float) -> Floats:
    """Return (parts, rows, columns): 1 within a part, falling to 0 around it within a reach."""
    start, along = both.start[1, there], (both.end - both.start)[1, there]
    away = grid[None] - start[:, None, None]
    squares = np.maximum((along**2).sum(-1), 1e-6)[:, None, None]
    share = (np.einsum("pyxi,pi->pyx", away, along) / squares).clip(0, 1)
    rest = away - share[..., None] * along[:, None, None]
    beyond = np.sqrt((rest**2).sum(-1)) / length - _THICKNESS[there, None, None]
    near: Floats = np.exp(-((beyond.clip(0) / reach) ** 2)).astype(np.float32)
    return near


def _steps(grid: Floats, both: PosedParts, there: Bools) -> Floats:
    """Return (parts, rows, columns, 2): how far each part's map moves each place."""
    maps = fit_maps(both.controls[1], both.controls[0], _WEIGHTS)
    maps = limit_stretch(maps, np.nan_to_num(both.start[1]))[there].astype(np.float32)
    moved = np.einsum("pij,yxj->pyxi", maps[:, :, :2], grid) + maps[:, None, None, :, 2]
    steps: Floats = moved - grid
    return steps
