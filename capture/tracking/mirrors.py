"""Mirrors in the picture: somebody who moves as the mirror image of the person followed.

A mirror exchanges left and right. Whatever the person's left hand does, the image's right hand does
at the same moment, and at the same height, whether the mirror hangs behind the person or beside
them. People who dance the same steps side by side move the same hands; what both hands do together
tells neither of the two from the other, so that what sets them apart must agree too.

Conventions: those of `stickdance.capture.tracking.follow`.
"""

from collections.abc import Sequence

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.capture.tracking.follow import Doubt, Followed, body_size, link

_PARTS = ("elbow", "wrist", "knee", "ankle")
_SURE = 0.3  # confidence from which a joint counts
_SECONDS = 1.5  # for how long both must be seen at once
_MOVED = 0.02  # body sizes: standard deviation from which a difference of two sides is a movement
_ALIKE = 0.7  # correlation from which two movements are one


def mirror_images(
    followed: Followed, skeleton: Skeleton, fps: float, patience: int = 15
) -> list[Doubt]:
    """Return a doubt for everybody who moves as the mirror image of the person followed.

    Args:
        followed: the target and everybody else, in each frame.
        skeleton: whose joints they have; without arms and legs nothing is found.
        fps: frames a second.
        patience: for how many frames somebody lost may come back where they were.
    """
    sides = [[f"{side}_{part}" for part in _PARTS] for side in ("left", "right")]
    if any(name not in skeleton.index for names in sides for name in names):
        return []
    left, right = ([skeleton.index[name] for name in names] for names in sides)
    doubts = []
    for track in link(followed.others, patience):
        frames = [at for at in track.people if followed.people[at] is not None]
        if len(frames) < max(10, _SECONDS * fps):
            continue
        own = _heights([followed.people[at] for at in frames], left, right)
        other = _heights([track.people[at] for at in frames], left, right)
        if _mirrored(own, other):
            reason = (
                "somebody else moves as the mirror image of the person followed: a mirror, it "
                "seems; film where none shows, or crop it away. --target-at X Y says which of the "
                "two is the person"
            )
            doubts.append(Doubt(track.first, track.last, reason))
    return doubts


def _heights(
    people: Sequence[Person | None], left: Sequence[int], right: Sequence[int]
) -> np.ndarray:
    """Return rows of the joints of both sides (2, frames, parts) in body sizes, NaN if unsure."""
    shown = [person for person in people if person is not None]
    size = float(np.median([body_size(person) for person in shown]))
    rows = np.array(
        [np.where(each.confidence >= _SURE, each.points[:, 1], np.nan) for each in shown]
    )
    return np.stack([rows[:, left], rows[:, right]]) / size


def _mirrored(own: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether what sets the two sides apart moves in opposite ways, joint by joint."""
    own, other = own[0] - own[1], other[0] - other[1]
    both = np.isfinite(own) & np.isfinite(other)
    agreements = [
        -float(np.corrcoef(own[seen, part], other[seen, part])[0, 1])
        for part, seen in enumerate(both.T)
        if seen.sum() >= max(10, 0.5 * len(own))
        and min(own[seen, part].std(), other[seen, part].std()) >= _MOVED
    ]
    return len(agreements) >= 2 and float(np.median(agreements)) >= _ALIKE
