"""Was a move of a shot list filmed well: somebody there, wholly in the picture, and in time?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18, Skeleton, convert
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.shotlist.alignment import LEAST_LIKE, features_of, find_moves
from stickdance.choreography.shotlist.guide import Danced
from stickdance.choreography.shotlist.shot_list import ShotList
from stickdance.tools.recording.view import framing_hint

_FPS = 10.0  # at which poses are compared
_MOSTLY = 0.8  # share of the pictures
_LATE = 0.35  # seconds after the click, or before it
_BODY = default_profile((256, 256))


@dataclass(frozen=True)
class Glance:
    """Who was seen at a moment of a recording."""

    seconds: float
    person: Person | None
    size: tuple[int, int]
    """(width, height) of the picture."""


def complaint_of(
    glances: Sequence[Glance],
    skeleton: Skeleton,
    listed: ShotList,
    danced: Sequence[Danced],
) -> str:
    """Return what is wrong with a move as it was danced, in words; empty where nothing is.

    Args:
        glances: while it was filmed, in order.
        skeleton: of the people seen.
        listed: the shot list.
        danced: when the click asked for the move, in seconds of the recording.
    """
    length = listed.shots[danced[0].number - 1].beats * 60 / listed.tempo
    during = [
        one for one in glances if any(d.start <= one.seconds <= d.start + length for d in danced)
    ]
    if len(during) < 2:
        return "it was hardly looked at"
    seen = [one for one in during if one.person is not None]
    if len(seen) < _MOSTLY * len(during):
        return f"nobody was found in {1 - len(seen) / len(during):.0%} of the pictures"
    hints = [framing_hint(one.person, skeleton, one.size) for one in during]
    wrong = [hint for hint in hints if hint]
    if len(wrong) > (1 - _MOSTLY) * len(during):
        return max(set(wrong), key=wrong.count)
    return _in_time(glances, skeleton, listed, danced)


def _in_time(
    glances: Sequence[Glance], skeleton: Skeleton, listed: ShotList, danced: Sequence[Danced]
) -> str:
    poses, first = _evenly(glances, skeleton)
    marked = [Danced(one.number, one.start - first) for one in danced]
    found = find_moves(features_of(poses, 1.0), listed, marked, _BODY, _FPS)
    if not found:
        return "it was hardly looked at"
    like = float(np.median([one.likeness for one in found]))
    if like < LEAST_LIKE:
        return f"the movement was not the one shown (likeness {like:.2f})"
    by_number = zip(found, marked, strict=False)
    late = float(np.median([one.start - mark.start for one, mark in by_number]))
    if abs(late) > _LATE:
        return f"{abs(late):.1f} s {'after' if late > 0 else 'before'} the click"
    return ""


def _evenly(glances: Sequence[Glance], skeleton: Skeleton) -> tuple[PoseSequence, float]:
    """Return the poses at an even rate, and the second of the first one."""
    seen = [one for one in glances if one.person is not None]
    times = np.array([one.seconds for one in seen])
    points = np.stack(
        [
            convert(one.person.points, one.person.confidence, skeleton, OPENPOSE_18)[0]
            for one in seen
            if one.person is not None
        ]
    )
    grid = np.arange(times[0], times[-1] + 1e-6, 1 / _FPS)
    flat = points.reshape(len(points), -1)
    even = np.stack([np.interp(grid, times, column) for column in flat.T], axis=1)
    shape = (len(grid), len(OPENPOSE_18))
    poses = PoseSequence(
        even.reshape(*shape, 2).astype(np.float32), np.ones(shape, np.float32), _FPS,
        seen[0].size, OPENPOSE_18,
    )  # fmt: skip
    return poses, float(times[0])
