"""A movement filmed at changing sizes brought to one: zooms, other shots, somebody who nears.

Who follows dances before a camera that stands. So where the leader's size in the picture changes by
more than a quarter, each second of the movement is scaled to their usual size, about the ground
that they stand on then; at a cut, which shows as a jump of the whole body from one frame to the
next, size, ground and place begin anew. A leader of one size is left as they were filmed.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from stickdance.capture.motion_clip import MotionClip
from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.hanging_parts import with_parts_of
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.stick_figure import StickStyle

_Floats = NDArray[np.float64]
_WINDOW, _HOP = 1.0, 0.25  # seconds: what a size is measured in, and how often
_ONE_SIZE = 1.25  # times by which it may change for all that
_JUMP, _SUDDEN = 0.06, 5.0  # body heights in a frame, and times the usual there: a cut
_AROUND = 0.3  # seconds on either side of a frame that its usual step is taken from
_LEG = 0.5  # of the body height: from hips to ankles
_STANDING = 80.0  # percentile of the feet's rows that is the ground
_NAMED = 3  # cuts that are told with their second


@dataclass(frozen=True)
class _Shot:
    """What is known of one shot, frame by frame."""

    heights: _Floats
    """(frames,) of the body, in pixels."""
    grounds: _Floats
    """(frames,) row of the ankles when standing."""
    column: float
    """Where the hips mostly are."""


def at_one_size(clip: MotionClip) -> MotionClip:
    """Return a clip whose dancer has one size all along, with lines about cuts and changes."""
    poses = clip.poses
    sure = poses.confidence >= StickStyle().least_confidence
    points = np.where(sure[..., None], poses.points, np.nan).astype(float)
    if not np.isfinite(points).any():
        return clip
    cuts = _cuts(points, poses)
    bounds = [0, *cuts, len(poses)]
    shots = [_shot(points[a:b], poses) for a, b in pairwise(bounds)]
    told = [*clip.warnings, *_told_cuts(clip, cuts)]
    heights = np.concatenate([shot.heights for shot in shots])
    change = float(heights.max() / heights.min())
    if change < _ONE_SIZE:
        return replace(clip, warnings=tuple(told))
    told.append(
        f"{clip.video}: its dancer's size in the picture changes {change:.1f} times (a zoom, "
        "another shot, or they near the camera); danced at one size"
    )
    return replace(clip, poses=_scaled(poses, shots, heights), warnings=tuple(told))


def _cuts(points: _Floats, poses: PoseSequence) -> list[int]:
    """Return the frames that begin a new shot: the whole body is elsewhere from one to the next."""
    moved = np.linalg.norm(np.diff(points, axis=0), axis=-1)
    count = np.isfinite(moved).sum(axis=1)
    steps = np.array([np.nanmedian(row) if n else 0.0 for row, n in zip(moved, count, strict=True)])
    steps /= body_height(points, poses.skeleton)
    usual = median_filter(steps, 2 * round(_AROUND * poses.fps) + 1)
    found = np.flatnonzero((steps > _JUMP) & (steps > _SUDDEN * usual)) + 1
    least = round(_WINDOW * poses.fps)
    out: list[int] = []
    for frame in found.tolist():
        if frame - (out[-1] if out else 0) >= least and len(points) - frame >= least:
            out.append(frame)
    return out


def _shot(points: _Floats, poses: PoseSequence) -> _Shot:
    fps, skeleton = poses.fps, poses.skeleton
    half, hop = max(2, round(_WINDOW * fps / 2)), max(1, round(_HOP * fps))
    hips = points[:, [skeleton.index[f"{side}_hip"] for side in ("left", "right")]].mean(axis=1)
    ankles = points[:, [skeleton.index[f"{side}_ankle"] for side in ("left", "right")], 1]
    centres = np.arange(0, len(points), hop)
    heights, grounds = np.full(len(centres), np.nan), np.full(len(centres), np.nan)
    for number, centre in enumerate(centres):
        part = slice(max(0, centre - half), centre + half)
        if not np.isfinite(points[part]).any():
            continue
        heights[number] = body_height(points[part], skeleton)
        feet = ankles[part][np.isfinite(ankles[part])]
        if len(feet) >= half // 2:
            grounds[number] = np.percentile(feet, _STANDING)
        elif np.isfinite(hips[part, 1]).any():
            grounds[number] = np.nanmedian(hips[part, 1]) + _LEG * heights[number]
    column = float(np.nanmedian(hips[:, 0])) if np.isfinite(hips[:, 0]).any() else 0.0
    at, seen = np.arange(float(len(points))), centres.astype(np.float64)
    return _Shot(_between(at, seen, heights), _between(at, seen, grounds), column)


def _between(at: _Floats, centres: _Floats, values: _Floats) -> _Floats:
    known = np.isfinite(values)
    return np.interp(at, centres[known], values[known]) if known.any() else np.ones(len(at))


def _scaled(poses: PoseSequence, shots: list[_Shot], heights: _Floats) -> PoseSequence:
    """Return poses at their usual size, on one ground and in one place."""
    scale = float(np.median(heights)) / heights
    grounds = np.concatenate([shot.grounds for shot in shots])
    columns = np.concatenate([np.full(len(shot.heights), shot.column) for shot in shots])
    own = np.stack([columns, grounds], axis=-1)[:, None]
    home = np.median(own, axis=0)
    points = home + (poses.points - own) * scale[:, None, None]
    depth = None if poses.depth is None else (poses.depth * scale[:, None]).astype(np.float32)
    alone = replace(poses.without_parts(), points=points.astype(np.float32), depth=depth)
    return with_parts_of(poses, alone)


def _told_cuts(clip: MotionClip, cuts: list[int]) -> list[str]:
    if not cuts:
        return []
    seconds = [clip.start_seconds + frame / clip.poses.fps for frame in cuts]
    more = f" and {len(cuts) - _NAMED} more" if len(cuts) > _NAMED else ""
    named = ", ".join(f"{second:.1f}" for second in seconds[:_NAMED])
    return [
        f"{clip.video}: seems cut at {named} s{more}, where the dancer jumps to another pose; "
        "--from and --to take one shot"
    ]
