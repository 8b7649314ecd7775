"""A movement: one person's joints over time, in body heights."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import CubicSpline

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.checkpoints.errors import BadInput

_LEAST = 4  # frames that a cubic needs


@dataclass(frozen=True)
class Movement:
    """One person's joints over time.

    Raises:
        BadInput: shapes do not belong together, or the frame rate is not positive.
    """

    name: str
    points: np.ndarray
    """(frames, joints, 2 or 3) float64, body heights, y up; NaN where missing."""
    fps: float
    skeleton: Skeleton
    source: str = ""
    """What it was read from, for people: "BVH"."""
    start_seconds: float = 0.0
    """Where in its source it begins."""

    def __post_init__(self) -> None:
        """Check the shape and settle the number type."""
        points = np.asarray(self.points, np.float64)
        joints = len(self.skeleton)
        if points.ndim != 3 or points.shape[1] != joints or points.shape[2] not in (2, 3):
            raise BadInput(
                f"{self.name}: expected points (frames, {joints}, 2 or 3) for "
                f"{self.skeleton.name}, found {points.shape}"
            )
        if not (np.isfinite(self.fps) and self.fps > 0):
            raise BadInput(f"{self.name}: {self.fps} frames a second, expected more than none")
        object.__setattr__(self, "points", points)

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.points)

    @property
    def axes(self) -> int:
        """Return 2 or 3."""
        return int(self.points.shape[2])

    @property
    def seconds(self) -> float:
        """Return the length in seconds."""
        return len(self) / self.fps

    @property
    def missing(self) -> np.ndarray:
        """Return (frames, joints) bool."""
        missing: np.ndarray = ~np.isfinite(self.points).all(-1)
        return missing

    def part(self, start: int, stop: int) -> "Movement":
        """Return the frames from `start` up to `stop`."""
        at = self.start_seconds + start / self.fps
        return replace(self, points=self.points[start:stop], start_seconds=at)

    def resampled(self, fps: float) -> "Movement":
        """Return the movement, without holes, at another frame rate, by a cubic through its frames.

        Frame `i` shows the time `i / fps`; the last frame is the last whole one within the
        movement. What moves faster than half the new rate is no longer told apart.
        """
        if abs(self.fps - fps) < 1e-6 * fps:
            return self
        if len(self) < _LEAST:
            return replace(self, fps=fps)
        times = np.arange(len(self)) / self.fps
        count = int(np.floor(times[-1] * fps + 1e-6)) + 1
        at = np.minimum(np.arange(count) / fps, times[-1])
        return replace(self, points=CubicSpline(times, self.points)(at), fps=fps)

    def without_face(self) -> "Movement":
        """Return the movement of the joints from the neck down."""
        kept = [joint for joint in self.skeleton.joints if not _is_face(joint)]
        coloured = zip(
            self.skeleton.bones,
            self.skeleton.colours or [()] * len(self.skeleton.bones),
            strict=True,
        )
        bones = [(bone, colour) for bone, colour in coloured if not any(map(_is_face, bone))]
        skeleton = Skeleton(
            f"{self.skeleton.name}_body",
            tuple(kept),
            tuple(bone for bone, _ in bones),
            tuple(colour for _, colour in bones if len(colour) == 3),
        )
        places = [self.skeleton.index[joint] for joint in kept]
        return replace(self, points=self.points[:, places], skeleton=skeleton)


def _is_face(joint: str) -> bool:
    return joint.endswith(("nose", "_eye", "_ear"))
