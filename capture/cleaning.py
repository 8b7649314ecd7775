"""Misdetections out, gaps filled, jitter smoothed.

Stages
    1. A frame is wrong if any joint has jumped farther than a threshold since the last trusted
       frame: equations (1) and (2) of the post-processing in the paper this project builds on,
       f(X_i) = max |X_i - X_prev| > 50, with prev = i - 2 if frame i - 1 is wrong and i - 2 is
       not, else i - 1.
    2. Wrong frames, missing frames and joints missing one by one are filled by cubic splines.
    3. A zero-phase low-pass takes out the jitter that no body can make.

The threshold, 50 pixels at 640x320 and 30 frames a second, follows the frame's area and the time
between frames. Known weaknesses of the method: where several wrong frames in a row agree with each
other, only the first two are found; and at 5 frames a second a body moves so far between two that
hardly a misdetection stands out.

Conventions: those of the package; gaps and rates are in seconds and hertz, not frames.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.signal import butter, sosfiltfilt

from capture.sequence import PoseSequence

_PAPER_JUMP, _PAPER_AREA, _PAPER_FPS = 50.0, 640 * 320, 30.0
_FILLED_TRUST = 0.5  # confidence of a filled joint, as a share of its neighbours'


@dataclass(frozen=True)
class CleaningOptions:
    """How poses are cleaned."""

    jump: float = 50.0
    """A frame is wrong if a joint moved farther than this since the frame before, in pixels of a
    640x320 frame at 30 frames a second (scaled to the footage); 0 keeps every frame."""
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
    filled_share: float
    """Share 0..1 of all joints that were filled in."""
    unfilled_share: float
    """Share 0..1 of all joints that stay missing."""
    threshold: float
    """Pixels of this footage that a joint may move between two frames."""


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
    missing = ~present.any(axis=1)
    threshold = jump_threshold(poses.size, poses.fps, options.jump)
    wrong = np.zeros(len(poses), bool)
    if options.jump > 0:
        wrong = find_misdetections(np.where(present[..., None], poses.points, np.nan), threshold)
    trusted = present & ~wrong[:, None]
    filled = _fill(poses, trusted, options.longest_gap * poses.fps)
    there = np.isfinite(filled.points).all(-1)
    return Cleaned(
        _smooth(filled, options.smoothing),
        tuple(int(frame) for frame in np.flatnonzero(wrong)),
        tuple(int(frame) for frame in np.flatnonzero(missing)),
        float((there & ~trusted).mean()) if there.size else 0.0,
        float((~there).mean()) if there.size else 0.0,
        threshold,
    )


def jump_threshold(size: tuple[int, int], fps: float, jump: float = _PAPER_JUMP) -> float:
    """Return the farthest that a joint may move between two frames, in pixels.

    Args:
        size: (width, height) of the frames; the area counts.
        fps: frames a second.
        jump: the same for 640x320 at 30 frames a second.
    """
    return float(jump * np.sqrt(size[0] * size[1] / _PAPER_AREA) * _PAPER_FPS / fps)


def find_misdetections(points: np.ndarray, threshold: float) -> np.ndarray:
    """Tell which frames are wrong by equations (1) and (2).

    Missing frames are passed over: the frames on both sides of a gap are compared as neighbours,
    with a threshold that grows with the gap. Joints count where both frames have them.

    Args:
        points: (frames, joints, 2) pixels, NaN where missing.
        threshold: the farthest a coordinate may change between frames, in pixels.

    Returns:
        (frames,) bool; missing frames are not wrong.
    """
    wrong = np.zeros(len(points), bool)
    there = np.flatnonzero(np.isfinite(points).all(-1).any(axis=1))
    for place in range(1, len(there)):
        before = there[place - 1]
        if place > 1 and wrong[before] and not wrong[there[place - 2]]:
            before = there[place - 2]
        frame = there[place]
        gap = frame - there[place - 1]
        jump = np.abs(points[frame] - points[before])
        wrong[frame] = bool(np.nanmax(jump, initial=0.0) > threshold * gap)
    return wrong


def _fill(poses: PoseSequence, trusted: np.ndarray, longest: float) -> PoseSequence:
    points = np.where(trusted[..., None], poses.points, np.nan)
    depth = None if poses.depth is None else np.where(trusted, poses.depth, np.nan)
    confidence = np.where(trusted, poses.confidence, 0).astype(np.float32)
    for joint in range(points.shape[1]):
        known = np.flatnonzero(trusted[:, joint])
        wanted = _fillable(trusted[:, joint], longest)
        if len(known) == 0 or len(wanted) == 0:
            continue
        points[wanted, joint] = _spline(known, points[known, joint], wanted, poses.fps)
        if depth is not None:
            depth[wanted, joint] = _spline(known, depth[known, joint], wanted, poses.fps)
        between = np.interp(wanted, known, confidence[known, joint])
        confidence[wanted, joint] = between * _FILLED_TRUST
    return replace(poses, points=points, confidence=confidence, depth=depth)


def _fillable(trusted: np.ndarray, longest: float) -> np.ndarray:
    """Return the frames in gaps of at most `longest` frames."""
    wanted: list[int] = []
    for start, stop in _runs(~trusted):
        if stop - start <= max(longest, 1):
            wanted.extend(range(start, stop))
    return np.array(wanted, int)


def _runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Return (start, stop) of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def _spline(known: np.ndarray, values: np.ndarray, wanted: np.ndarray, fps: float) -> np.ndarray:
    """Interpolate within, hold the nearest value before the first and after the last known frame.

    A cubic spline keeps a swing's peak but overshoots in a wide gap; there the shape-preserving
    cubic takes over.
    """
    inside = np.clip(wanted, known[0], known[-1])
    if len(known) < 2:
        return np.repeat(values[:1], len(wanted), axis=0)
    filled = np.asarray(PchipInterpolator(known, values)(inside))
    if len(known) >= 4:
        after = np.searchsorted(known, inside).clip(1, len(known) - 1)
        narrow = known[after] - known[after - 1] <= max(2, fps / 3)
        filled[narrow] = CubicSpline(known, values)(inside[narrow])
    return filled


def _smooth(poses: PoseSequence, hertz: float) -> PoseSequence:
    if hertz <= 0 or hertz >= 0.45 * poses.fps:
        return poses  # nothing that quick can be in so few frames
    sections = butter(2, hertz, fs=poses.fps, output="sos")
    least = 3 * (2 * len(sections) + 1) + 1
    points = poses.points.astype(np.float64)
    depth = None if poses.depth is None else poses.depth.astype(np.float64)
    there = np.isfinite(points).all(-1)
    for joint in range(points.shape[1]):
        for start, stop in _runs(there[:, joint]):
            if stop - start < least:
                continue
            run = points[start:stop, joint]
            points[start:stop, joint] = sosfiltfilt(sections, run, axis=0)
            if depth is not None:
                depth[start:stop, joint] = sosfiltfilt(sections, depth[start:stop, joint])
    return replace(poses, points=points, depth=depth)
