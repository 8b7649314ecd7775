"""Pose coverage: the share of the poses that a dance needs which a take holds.

needed   every pose of the dance that has a joint, put onto the target's body
held     a pose of the take is near: joints, seen from the middle of the hips, lie less than
         `BodyProfile.far_distance` away in the mean, in body heights: 0.06, or twice what is usual
         from one pose of the take to the next where that is more

There is no pose coverage without a dance: what any dance needs is told by `movements`. "Beat
coverage" is another measure, of motion beats per music beat.

Conventions: those of `capture`; a body height is from the ground to the nose.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence


@dataclass(frozen=True)
class PoseCoverage:
    """Which poses of a dance a take holds."""

    far_distance: float
    """Body heights from which on a pose is not held."""
    distance: np.ndarray
    """(frames,) body heights to the nearest pose of the take; infinite without a joint."""

    @property
    def needed(self) -> np.ndarray:
        """Return which poses (frames,) have a joint."""
        return np.isfinite(self.distance)

    @property
    def far(self) -> np.ndarray:
        """Return which poses (frames,) are needed and not held."""
        return self.needed & (self.distance > self.far_distance)

    @property
    def share(self) -> float:
        """Return the pose coverage, 0..1; 1 where nothing is needed."""
        return 1 - float(self.far.sum()) / max(int(self.needed.sum()), 1)

    def as_json(self) -> dict[str, Any]:
        """Return the pose coverage and its threshold as JSON values."""
        return {"share": round(self.share, 4), "far_distance": round(self.far_distance, 4)}


def pose_coverage(dance: PoseSequence, body: BodyProfile) -> PoseCoverage | None:
    """Return the pose coverage of a dance; None where no pose of the target is known.

    Args:
        dance: on the target's body, in pixels of the profile's frame.
        body: the target's, with the poses seen of it.
    """
    if not len(body.poses):
        return None
    return PoseCoverage(body.far_distance, body.nearest(dance.points)[1])
