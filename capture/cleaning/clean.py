"""Misdetections out, gaps filled, jitter smoothed.

Stages
    1. Left and right taken for each other are put right; joints and whole frames that do not belong
       to the movement before and after them are refused (`misdetections`).
    2. Refused frames, missing frames and joints missing one by one are filled (`gap_filling`).
    3. A zero-phase filter takes out the jitter that no body can make (`smoothing`).

Songha Ban's own filter and splines are `jump_filter.filtered`, the baseline that this is measured
against.

Conventions: those of the package; gaps and rates are in seconds and hertz, not frames.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import PchipInterpolator

from stickdance.capture.cleaning import misdetections, smoothing
from stickdance.capture.cleaning.gap_filling import filled, gaps
from stickdance.capture.cleaning.misdetections import Misdetections
from stickdance.capture.pose.sequence import PoseSequence

_FILLED_TRUST = 0.5  # confidence of a filled joint, as a share of its neighbours'


@dataclass(frozen=True)
class CleaningOptions:
    """How poses are cleaned."""

    refuse: bool = True
    """Whether joints and frames that do not belong to the movement around them are refused."""
    longest_gap: float = 1.0
    """Gaps up to this many seconds are filled; in longer ones nobody is assumed."""
    smoothing: float = 10.0
    """Movement quicker than this many hertz is taken for jitter and smoothed away; 0 for none."""


@dataclass(frozen=True)
class Cleaned:
    """Poses made trustworthy, and what it took."""

    poses: PoseSequence
    wrong_frames: tuple[int, ...]
    """Frames taken out as misdetections."""
    missing_frames: tuple[int, ...]
    """Frames in which not one joint was found."""
    exchanged_frames: tuple[int, ...]
    """Frames in which left and right, of all joints or of the legs, were taken for each other."""
    doubtful_sides: tuple[tuple[int, int], ...]
    """Runs of frames, (start, stop), too long to be put right, in which they may be so too."""
    refused: np.ndarray
    """(frames, joints) bool: joints that were refused or put right, those of wrong frames too."""
    filled_share: float
    """Share 0..1 of all joints that were filled in."""
    unfilled_share: float
    """Share 0..1 of all joints that stay missing."""


def clean(poses: PoseSequence, options: CleaningOptions = CleaningOptions()) -> Cleaned:
    """Take out misdetections, fill gaps and smooth jitter.

    Joints that were filled have half the confidence of their neighbours in time; a joint that no
    frame near enough shows stays NaN with confidence 0.

    Args:
        poses: as an estimator gives them, NaN or confidence 0 where nothing was found.
        options: thresholds.

    Returns:
        The poses, as many as before, and an account of what was done.
    """
    present = np.isfinite(poses.points).all(-1) & (poses.confidence > 0)
    found = _found(poses, present, options)
    righted = _righted(poses, found.exchanged)
    trusted = np.isfinite(righted.points).all(-1) & (righted.confidence > 0) & ~found.joints
    whole = _fill(righted, trusted, options.longest_gap * poses.fps)
    there = np.isfinite(whole.points).all(-1)
    return Cleaned(
        _smooth(whole, options.smoothing),
        _numbers(found.frames),
        _numbers(~np.any(present, axis=1)),
        _numbers(np.any(found.exchanged, axis=1)),
        found.doubtful_sides,
        found.joints | (found.exchanged & present),
        float((there & ~trusted).mean()) if there.size else 0.0,
        float((~there).mean()) if there.size else 0.0,
    )


def _found(poses: PoseSequence, present: np.ndarray, options: CleaningOptions) -> Misdetections:
    if options.refuse:
        return misdetections.find(poses, present)
    nothing = np.zeros(present.shape, bool)
    return Misdetections(nothing, np.zeros(len(present), bool), nothing)


def _righted(poses: PoseSequence, exchanged: np.ndarray) -> PoseSequence:
    """Return the poses with left and right exchanged where they were taken for each other."""
    order = list(poses.skeleton.mirrored)
    depth = poses.depth
    return replace(
        poses,
        points=np.where(exchanged[..., None], poses.points[:, order], poses.points),
        confidence=np.where(exchanged, poses.confidence[:, order], poses.confidence),
        depth=None if depth is None else np.where(exchanged, depth[:, order], depth),
    )


def _fill(poses: PoseSequence, trusted: np.ndarray, longest: float) -> PoseSequence:
    points = np.where(trusted[..., None], poses.points, np.nan).astype(np.float64)
    wanted = np.zeros(trusted.shape, bool)
    for gap in gaps(~trusted):
        if gap.stop - gap.start <= max(longest, 1) and trusted[:, gap.joint].any():
            wanted[gap.start : gap.stop, gap.joint] = True
    confidence = np.where(trusted, poses.confidence, 0).astype(np.float32)
    depth = None if poses.depth is None else np.where(trusted, poses.depth, np.nan)
    for joint in np.flatnonzero(wanted.any(axis=0)):
        known, frames = np.flatnonzero(trusted[:, joint]), np.flatnonzero(wanted[:, joint])
        between = np.interp(frames, known, confidence[known, joint])
        confidence[frames, joint] = between * _FILLED_TRUST
        if depth is not None:
            depth[frames, joint] = _between(known, depth[known, joint], frames)
    return replace(
        poses, points=filled(points, poses.skeleton, wanted), confidence=confidence, depth=depth
    )


def _between(known: np.ndarray, values: np.ndarray, frames: np.ndarray) -> np.ndarray:
    if len(known) < 2:
        return np.full(len(frames), values[0])
    return np.asarray(PchipInterpolator(known, values)(np.clip(frames, known[0], known[-1])))


def _smooth(poses: PoseSequence, hertz: float) -> PoseSequence:
    if hertz <= 0:
        return poses
    points = poses.points.astype(np.float64)
    depth = None if poses.depth is None else poses.depth.astype(np.float64)
    for run in gaps(np.all(np.isfinite(points), axis=-1)):
        span = np.s_[run.start : run.stop, run.joint]
        points[span] = smoothing.smoothed(points[span], poses.fps, hertz)
        if depth is not None:
            depth[span] = smoothing.smoothed(depth[span][:, None], poses.fps, hertz)[:, 0]
    return replace(poses, points=points, depth=depth)


def _numbers(frames: np.ndarray) -> tuple[int, ...]:
    return tuple(int(frame) for frame in np.flatnonzero(frames))
