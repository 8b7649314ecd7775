"""Whether a dance that was made chunk by chunk shows where its chunks meet.

Conventions: speeds are body heights a second, of the fastest joint from one frame to the next.
"""

from dataclasses import dataclass

import numpy as np

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.evaluation.motion_features import height_in_pixels

_PERCENTILE = 99.0
_AROUND = 0.4  # seconds on either side of a border in which a chunk may fade into the next
_DRAWS = 2000


@dataclass(frozen=True)
class Seams:
    """Speeds where chunks meet, beside those elsewhere."""

    borders: int
    at_borders: float | None
    """The largest joint speed across any border; None where there is no border."""
    elsewhere: float
    """The 99th percentile of the joint speed of all other frames."""
    by_chance: float | None
    """How often as many frames drawn at random show such a speed or more: below 0.05 is a seam."""
    around: float | None
    """Mean joint speed within 0.4 s of borders, over that of the rest; 1: none is noticed."""

    @property
    def smooth(self) -> bool:
        """Tell whether borders stay within the 99th percentile elsewhere."""
        return self.at_borders is None or self.at_borders <= self.elsewhere


def find_seams(poses: PoseSequence, borders: np.ndarray, seed: int = 0) -> Seams:
    """Return how fast joints move where chunks meet.

    Args:
        poses: the dance.
        borders: seconds from its first frame; those outside the dance are passed over.
        seed: of the frames that chance is measured with.

    Raises:
        BadInput: no frame shows head and feet.
    """
    speed = fastest_joint(poses)
    inside = [time for time in borders if 0 < time < len(speed) / poses.fps]
    at = np.unique(np.floor(np.array(inside) * poses.fps + 1e-6).astype(int))
    others = np.delete(speed, at)
    elsewhere = float(np.percentile(others, _PERCENTILE))
    if len(at) == 0:
        return Seams(0, None, elsewhere, None, None)
    largest = float(speed[at].max())
    drawn = np.random.default_rng(seed).choice(others, (_DRAWS, len(at)))
    chance = float((drawn.max(axis=1) >= largest).mean())
    return Seams(len(at), largest, elsewhere, chance, _around(speed, at, poses.fps))


def fastest_joint(poses: PoseSequence) -> np.ndarray:
    """Return the speed (frames - 1,) of the fastest joint from each frame to the next."""
    points = poses.points.astype(float)
    steps = np.nan_to_num(np.linalg.norm(np.diff(points, axis=0), axis=-1))
    speed: np.ndarray = steps.max(axis=1) * poses.fps / height_in_pixels(points)
    return speed


def _around(speed: np.ndarray, at: np.ndarray, fps: float) -> float | None:
    reach = round(_AROUND * fps)
    near = np.zeros(len(speed), bool)
    for step in at:
        near[max(0, step - reach) : step + reach + 1] = True
    if near.all() or not speed[~near].any():
        return None
    return float(speed[near].mean() / speed[~near].mean())
