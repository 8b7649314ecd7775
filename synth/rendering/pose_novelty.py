"""Poses that a performer cannot show as they are, said with their times."""

import numpy as np

from stickdance.capture.conditions.pose_coverage import pose_coverage
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.synth.compute.array_types import Bools

_APART_SECONDS = 0.5  # stretches nearer than this are one
_NAMED = 5
_BEYOND = 0.02  # of the body height that a joint must lie outside to be called cut off


def far_poses(
    poses: PoseSequence, body: BodyProfile, offset_seconds: float = 0.0
) -> tuple[str, ...]:
    """Return a line of warning where poses lie far from the ones seen in training.

    They are the poses that the take does not hold, see
    `stickdance.capture.conditions.pose_coverage`.

    Args:
        poses: in pixels of a frame of the profile's size.
        body: of the performer.
        offset_seconds: time of the first pose.
    """
    coverage = pose_coverage(poses, body)
    if coverage is None or not coverage.far.any():
        return ()
    return (
        f"pose coverage {coverage.share:.1%}: the other poses are far from any in the performer's "
        f"footage and may look wrong: {_times(coverage.far, poses.fps, offset_seconds)}; film such "
        "movements too, or use --hold-to-known 1",
    )


def empty_poses(poses: PoseSequence, offset_seconds: float = 0.0) -> tuple[str, ...]:
    """Return a line of warning where poses have not one joint; arguments as of `far_poses`."""
    empty = ~np.any(np.isfinite(poses.points).all(-1), axis=-1)
    if not empty.any():
        return ()
    return (
        f"{empty.mean():.0%} of the poses have no joints, so the room is seen alone: "
        f"{_times(empty, poses.fps, offset_seconds)}",
    )


def cut_poses(
    poses: PoseSequence, body: BodyProfile, offset_seconds: float = 0.0
) -> tuple[str, ...]:
    """Return a line of warning where the picture cuts off head, hands or feet; as `far_poses`."""
    beyond = _BEYOND * body.height
    with np.errstate(invalid="ignore"):
        outside = (poses.points < -beyond) | (poses.points > np.array(poses.size) + beyond)
    cut = np.any(outside, axis=(1, 2))
    if not cut.any():
        return ()
    return (
        f"in {cut.mean():.1%} of the poses the person reaches out of the picture: "
        f"{_times(cut, poses.fps, offset_seconds)}; use a --size with more room",
    )


def _times(which: Bools, fps: float, offset_seconds: float) -> str:
    spans = [
        (first / fps + offset_seconds, (last + 1) / fps + offset_seconds)
        for first, last in stretches(which, round(_APART_SECONDS * fps))
    ]
    named = ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans[:_NAMED])
    return named + (f" and {len(spans) - _NAMED} more" if len(spans) > _NAMED else "")


def stretches(which: Bools, gap: int) -> list[tuple[int, int]]:
    """Return (first, last) of the runs of true values, joined where fewer than `gap` lie between.

    Args:
        which: (frames,) bool.
        gap: in frames.
    """
    found: list[tuple[int, int]] = []
    for place in np.flatnonzero(which).tolist():
        if found and place - found[-1][1] <= max(gap, 1):
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
