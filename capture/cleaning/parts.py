"""Hands and faces made trustworthy: refused where they cannot be, gaps filled, jitter smoothed.

Stages, of each part
    1. Frames are refused in which it lies away from the body's wrist or head, its bones are longer
       than they ever are, or it turns about for a moment; and single sights with none near them.
    2. Gaps of a moment are filled: each point keeps its place beside the body's wrist or head.
    3. The filter that smooths the body smooths it.

Conventions: those of the package; gaps are in seconds, distances in body heights.
"""

from dataclasses import dataclass, replace

import numpy as np

from stickdance.capture.cleaning.gap_filling import gaps
from stickdance.capture.cleaning.smoothing import smoothed
from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.hanging_parts import anchor_of
from stickdance.capture.pose.parts import HANDS
from stickdance.capture.pose.sequence import PoseSequence

_APART = {"left_hand": 0.1, "right_hand": 0.1, "face": 0.12}
_USUAL = 85.0  # percentile of a bone's length over time that is taken for its full one
_LONGER = 1.7  # times that, which a bone can be
_LONG_BONES = 0.1  # share of the bones that may be longer all the same
_LONE = 0.1  # seconds: shorter sights with none near them are not believed
_TURNED = np.cos(np.radians(100))  # of the angle that a part turns by for a moment only if mistaken
_FILLED_TRUST = 0.5  # confidence of a filled point, as a share of its neighbours'
_ENDS = {"hand": ("wrist", "middle_1"), "face": ("chin", "nose_bridge_1")}  # tell which way is up


@dataclass(frozen=True)
class PartCleaning:
    """How hands and faces are cleaned."""

    longest_gap: float = 0.15
    """Gaps up to this many seconds are filled."""
    smoothing: float = 10.0
    """Movement quicker than this many hertz is taken for jitter; 0 for none."""


def clean_parts(poses: PoseSequence, options: PartCleaning = PartCleaning()) -> PoseSequence:
    """Return the poses with their parts cleaned; the body stays as it is.

    Args:
        poses: a body, cleaned, and parts as they were found.
        options: thresholds.

    Returns:
        The poses, without the parts that are in no frame.
    """
    height = body_height(poses.points, poses.skeleton)
    parts = {}
    for name, part in poses.parts.items():
        anchor = anchor_of(name, poses)
        there = _believed(name, part, anchor, height)
        if there.any():
            whole = _filled(part, there, anchor, max(1, round(options.longest_gap * part.fps)))
            parts[name] = _smoothed(whole, options.smoothing)
    return replace(poses, parts=parts)


def _believed(name: str, part: PoseSequence, anchor: np.ndarray, height: float) -> np.ndarray:
    """Return (frames, joints) bool: the points that are there and believed."""
    there = np.isfinite(part.points).all(-1) & (part.confidence > 0)
    kind = "hand" if name in HANDS else "face"
    foot = part.joint("wrist") if kind == "hand" else np.nanmean(_known(part, there), axis=1)
    with np.errstate(invalid="ignore"):
        apart = np.linalg.norm(foot - anchor, axis=-1) / height
        believed = there.any(1) & ~(apart > _APART[name]) & ~_too_long(part, there)
    believed &= ~_turned(part, believed, _ENDS[kind])
    believed &= ~_lone(believed, part.fps)
    return there & believed[:, None]


def _known(part: PoseSequence, there: np.ndarray) -> np.ndarray:
    """Return the points, 0 in frames that show none, NaN where single ones are missing."""
    points = np.where(there[..., None], part.points, np.nan)
    points[~there.any(1)] = 0
    return points


def _too_long(part: PoseSequence, there: np.ndarray) -> np.ndarray:
    """Return (frames,) bool: too many bones are longer than they ever are."""
    a, b = np.array(part.skeleton.bone_indices).T
    both = there[:, a] & there[:, b]
    length = np.where(both, np.linalg.norm(part.points[:, a] - part.points[:, b], axis=-1), np.nan)
    seen = both.any(axis=0)
    full = np.full(len(a), np.inf)
    full[seen] = np.nanpercentile(length[:, seen], _USUAL, axis=0)
    long = np.nan_to_num(length) > _LONGER * np.maximum(full, 1)
    return long.sum(1) > _LONG_BONES * np.maximum(both.sum(1), 1)


def _turned(part: PoseSequence, believed: np.ndarray, ends: tuple[str, str]) -> np.ndarray:
    """Return (frames,) bool: it points elsewhere than just before and just after."""
    along = part.joint(ends[1]) - part.joint(ends[0])
    along = along / np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-6)
    seen = np.flatnonzero(believed & np.isfinite(along).all(-1))
    turned = np.zeros(len(part), bool)
    for before, at, after in zip(seen, seen[1:], seen[2:], strict=False):
        near = after - before <= max(2, round(2 * _LONE * part.fps))
        sides = along[[before, after]] @ along[at]
        turned[at] = near and (sides < _TURNED).all() and along[before] @ along[after] > 0
    return turned


def _lone(believed: np.ndarray, fps: float) -> np.ndarray:
    """Return (frames,) bool: sights of a moment with none near them."""
    shortest, near = _LONE * fps, round(1.5 * _LONE * fps) + 1
    lone = np.zeros(len(believed), bool)
    for run in gaps(believed[:, None]):
        around = np.r_[believed[max(0, run.start - near) : run.start]]
        around = np.r_[around, believed[run.stop : run.stop + near]]
        if run.stop - run.start < shortest and not around.any() and len(believed) > near:
            lone[run.start : run.stop] = True
    return lone


def _filled(
    part: PoseSequence, there: np.ndarray, anchor: np.ndarray, longest: int
) -> PoseSequence:
    beside = np.where(there[..., None], part.points - anchor[:, None], np.nan)
    confidence = np.where(there, part.confidence, 0).astype(np.float32)
    for gap in gaps(~there):
        inside = gap.start > 0 and gap.stop < len(part)
        if not inside or gap.stop - gap.start > longest:
            continue
        ends, frames = [gap.start - 1, gap.stop], np.arange(gap.start, gap.stop)
        for axis in range(2):
            values = beside[ends, gap.joint, axis]
            beside[frames, gap.joint, axis] = np.interp(frames, ends, values)
        sure = np.interp(frames, ends, confidence[ends, gap.joint])
        confidence[frames, gap.joint] = sure * _FILLED_TRUST
    points = beside + anchor[:, None]
    confidence[~np.isfinite(points).all(-1)] = 0
    return replace(part, points=points, confidence=confidence)


def _smoothed(part: PoseSequence, hertz: float) -> PoseSequence:
    points = part.points.astype(np.float64)
    there = np.all(np.isfinite(points), axis=-1)
    for run in gaps(there):
        span = np.s_[run.start : run.stop, run.joint]
        points[span] = smoothed(points[span], part.fps, hertz)
    return replace(part, points=points)
