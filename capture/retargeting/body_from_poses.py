"""Figures: of a body and its place, what retargeting needs, measured from any poses.

A body profile wants a whole person; a figure makes do with less. What the poses do not show is
taken from how bodies are built (Winter, "Biomechanics and Motor Control of Human Movement", after
Drillis and Contini: trunk 0.288, legs 0.491 and nose to ankle 0.89 of the stature) and is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.ndimage import median_filter

from stickdance.capture.pose.rig import rig_of
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.checkpoints.errors import BadInput

_SURE = 0.3  # confidence from which a joint is measured
_ENOUGH = 5  # frames in which a measure must be seen
_UNFORESHORTENED = 95.0  # percentile of a bone's lengths that counts as its length
_SIDES_ALIKE = 1.2  # a limb is at most this much longer than its counterpart
_LEGS, _HEIGHT = 1.7, 3.1  # hip to ankle, nose to ankle, in trunks (neck to hips)


class MeasuredBody(Protocol):
    """What retargeting asks of a body: a `BodyProfile` or a `Figure`."""

    @property
    def skeleton(self) -> Skeleton:
        """Whose bones are measured; they are a tree."""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the frame in pixels."""

    @property
    def bones(self) -> Mapping[str, float]:
        """Length in pixels of each bone "parent-child"; those never seen are left out."""

    @property
    def height(self) -> float:
        """Upright height from the ankles to the nose, in pixels."""

    @property
    def ground(self) -> float:
        """Row of the ankles when standing."""

    @property
    def centre(self) -> float:
        """Column where the body mostly stands."""


@dataclass(frozen=True)
class Figure:
    """A body measured from poses, and what could not be measured."""

    skeleton: Skeleton
    size: tuple[int, int]
    bones: Mapping[str, float]
    height: float
    ground: float
    centre: float
    warnings: tuple[str, ...] = ()


def measure_figure(poses: PoseSequence, label: str = "the poses") -> Figure:
    """Measure the body in `poses`, whatever the skeleton and however little is seen.

    Args:
        poses: in pixels of `poses.size`.
        label: what they are, for warnings.

    Raises:
        BadInput: shoulders and hips are seen together in fewer than five frames.
    """
    rig = rig_of(poses.skeleton)
    poses = poses.converted(rig)
    hips = _middle(poses, "left_hip", "right_hip")
    trunk = _percentile(hips - _path(poses, "neck"))
    columns = hips[np.isfinite(hips[:, 0])]
    if len(columns) < _ENOUGH or np.isnan(trunk):
        raise BadInput(
            f"{label}: shoulders and hips are seen in {len(columns)} of {len(poses)} frames, "
            f"expected at least {_ENOUGH}; a body cannot be measured by less"
        )
    bones, never = _bones(poses)
    stature = _stature(poses)
    lines = [f"{label}: never seen, so scaled with the body: {', '.join(never)}"] if never else []
    if stature is None:
        ground, height = float(np.median(columns[:, 1])) + _LEGS * trunk, _HEIGHT * trunk
        lines.append(
            f"{label}: head and feet are hardly ever seen together, so ground and height are "
            "guessed from the trunk; feet may float or sink"
        )
    else:
        ground, height = stature
    centre = float(np.median(columns[:, 0]))
    return Figure(rig, poses.size, bones, height, ground, centre, tuple(lines))


def lowest_feet(poses: PoseSequence) -> np.ndarray:
    """Return the row of the lower ankle in each frame, (frames,), NaN where none is sure."""
    return np.fmax(_path(poses, "left_ankle")[:, 1], _path(poses, "right_ankle")[:, 1])


def head_rows(poses: PoseSequence) -> np.ndarray:
    """Return the row of the nose in each frame, of the middle of eyes or ears where it is hidden.

    Returns:
        (frames,) pixels, NaN where no part of the head is sure.
    """
    rows = np.full(len(poses), np.nan)
    for names in (("nose",), ("left_eye", "right_eye"), ("left_ear", "right_ear")):
        if all(name in poses.skeleton.index for name in names):
            middle = np.mean([_path(poses, name)[:, 1] for name in names], axis=0)
            rows = np.where(np.isnan(rows), middle, rows)
    return rows


def _path(poses: PoseSequence, name: str) -> np.ndarray:
    """Return a joint's path (frames, 2), NaN where it is not sure or not in the skeleton."""
    if name not in poses.skeleton.index:
        return np.full((len(poses), 2), np.nan)
    confident = poses.confidence[:, poses.skeleton.index[name]] >= _SURE
    return np.where(confident[:, None], poses.joint(name), np.nan).astype(np.float64)


def _middle(poses: PoseSequence, left: str, right: str) -> np.ndarray:
    return (_path(poses, left) + _path(poses, right)) / 2


def _percentile(offsets: np.ndarray) -> float:
    """Return the unforeshortened length of offsets (frames, 2), NaN where hardly any is there."""
    lengths = np.linalg.norm(offsets, axis=-1)
    lengths = lengths[np.isfinite(lengths)]
    if len(lengths) < _ENOUGH:
        return float("nan")
    return float(np.percentile(median_filter(lengths, 5, mode="nearest"), _UNFORESHORTENED))


def _bones(poses: PoseSequence) -> tuple[dict[str, float], list[str]]:
    """Return the bones' lengths, the same on both sides, and the names of those never seen."""
    paths = {name: _path(poses, name) for name in poses.skeleton.joints}
    seen = {
        (parent, child): _percentile(paths[child] - paths[parent])
        for parent, child in poses.skeleton.bones
    }
    bones, never = {}, []
    for parent, child in seen:
        sides = [seen[parent, child], seen.get((_mirror(parent), _mirror(child)), np.nan)]
        known = [length for length in sides if length > 0]
        if known:  # the longer side, since views shorten; within reason, since errors lengthen
            bones[f"{parent}-{child}"] = min(max(known), _SIDES_ALIKE * min(known))
        else:
            never.append(f"{parent}-{child}")
    return bones, never


def _mirror(name: str) -> str:
    if name.startswith("left_"):
        return "right_" + name.removeprefix("left_")
    return name.replace("right_", "left_", 1)


def _stature(poses: PoseSequence) -> tuple[float, float] | None:
    """Return (ground row, upright height), None where head and feet are hardly seen together."""
    feet = lowest_feet(poses)
    heights = feet - head_rows(poses)
    known = np.isfinite(heights)
    if known.sum() < _ENOUGH:
        return None
    steady = median_filter(heights[known], size=5, mode="nearest")
    # The lower foot mostly stands, whatever the rest does: so the ground goes with the feet.
    return float(np.median(feet[known])), float(np.percentile(steady, 90))
