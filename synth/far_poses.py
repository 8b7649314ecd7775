"""Poses far from all that a performer was trained on, said with their times."""

import numpy as np

from capture.body_profile import BodyProfile
from capture.sequence import PoseSequence

_APART_SECONDS = 0.5  # stretches nearer than this are one
_NAMED = 5


def far_poses(
    poses: PoseSequence, body: BodyProfile, offset_seconds: float = 0.0
) -> tuple[str, ...]:
    """Return a line of warning where poses lie far from the ones seen in training.

    A pose is far when its mean joint distance from the nearest pose seen is over twice what is
    usual among the seen ones (their 95th percentile), and over 0.06 body heights.

    Args:
        poses: in pixels of a frame of the profile's size.
        body: of the performer.
        offset_seconds: time of the first pose.
    """
    distance = body.distance(poses.points)
    far = np.nan_to_num(distance, nan=0.0, posinf=0.0) > body.far_distance
    if not far.any():
        return ()
    spans = [
        (first / poses.fps + offset_seconds, (last + 1) / poses.fps + offset_seconds)
        for first, last in stretches(far, round(_APART_SECONDS * poses.fps))
    ]
    named = ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans[:_NAMED])
    more = f" and {len(spans) - _NAMED} more" if len(spans) > _NAMED else ""
    return (
        f"{far.mean():.0%} of the poses are far from any in the performer's footage and may look "
        f"wrong: {named}{more}; film such movements too",
    )


def stretches(which: np.ndarray, gap: int) -> list[tuple[int, int]]:
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
