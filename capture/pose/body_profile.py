"""Body profile: a target's proportions, place in the frame and the poses seen.

It is what choreography and rendering need to know of a person without the pictures. A take and a
performer both keep one, as readable JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stickdance.capture.media.framing import Framing
from stickdance.capture.pose.sequence import LARGEST_SIDE
from stickdance.capture.pose.skeleton import SKELETONS, Floats, Skeleton
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.reading import refusing

_LEAST_FAR = 0.06  # body heights: nearer than this a pose is never called far
_TIMES_USUAL = 2.0
_FARTHEST = 100.0  # sides of the frame, or body heights: what is more is an error

# A person's room, in body heights: what head, hands and feet may need of the picture.
_HANDS_RAISED = 1.35  # above the ankles
_ARMS_STRETCHED = 0.48  # to either side, up to the wrists
_TRUNK = 0.3  # to either side of hips that sway, arms near the body
_SHOES = 0.18  # below the ankles, a step nearer too


@dataclass(frozen=True)
class BodyProfile:
    """One person's measures in pixels of frames of `size`.

    Bone lengths are those of bones seen unforeshortened (a high percentile over the footage), so
    they fit a three-dimensional body; `bones` is keyed "joint-joint" in the skeleton's order.
    """

    skeleton: Skeleton
    size: tuple[int, int]
    """(width, height) of the frame."""
    bones: Mapping[str, float]
    """Length of each bone in pixels, e.g. {"neck-right_shoulder": 21.5, ...}."""
    shoulder_width: float
    hip_width: float
    height: float
    """Upright height from the ground to the nose, in pixels."""
    ground: float
    """Row of the ankles when standing, in pixels from the top."""
    centre: float
    """Column where the person mostly stands (middle of the hips)."""
    reach: tuple[float, float]
    """Leftmost and rightmost column that the middle of the hips was seen at."""
    face: Mapping[str, tuple[float, float]]
    """Median offset (x, y) of nose, eyes and ears from the neck, in pixels, facing the camera."""
    poses: Floats
    """(seen, joints, 2) float32: distinct poses seen, relative to the middle of the hips, in body
    heights."""

    def framed(self, framing: Framing) -> "BodyProfile":
        """Return the profile in pixels of the framed picture (crop and scale)."""
        x0, y0, scale_x, scale_y = framing.transform(self.size)
        scale = (scale_x + scale_y) / 2
        low, high = ((column - x0) * scale_x for column in self._reach_in(framing))
        return BodyProfile(
            self.skeleton,
            framing.size,
            {bone: length * scale for bone, length in self.bones.items()},
            self.shoulder_width * scale,
            self.hip_width * scale,
            self.height * scale,
            (self.ground - y0) * scale_y,
            (self.centre - x0) * scale_x,
            (low, high),
            {name: (x * scale_x, y * scale_y) for name, (x, y) in self.face.items()},
            self.poses,
        )

    @property
    def room(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom in pixels of what the person may fill while dancing.

        Arms raised high or stretched to the sides, and wherever the hips were seen. It goes beyond
        the frame at its top only: elsewhere nothing of the person was seen beyond it.
        """
        height = self.height
        left = min(self.centre - _ARMS_STRETCHED * height, self.reach[0] - _TRUNK * height)
        right = max(self.centre + _ARMS_STRETCHED * height, self.reach[1] + _TRUNK * height)
        bottom = min(self.ground + _SHOES * height, float(self.size[1]))
        top = self.ground - _HANDS_RAISED * height
        return max(left, 0.0), top, min(right, float(self.size[0])), bottom

    def _reach_in(self, framing: Framing) -> tuple[float, float]:
        """Return the reach, as far as hips may go within a view that is narrower than the frame."""
        left, _, right, _ = framing.box(self.size)
        low = left + _TRUNK * self.height if left > 0 else -np.inf
        high = right - _TRUNK * self.height if right < self.size[0] else np.inf
        return max(self.reach[0], min(low, self.centre)), min(self.reach[1], max(high, self.centre))

    def distance(self, points: Floats) -> Floats:
        """Return how far poses lie from the nearest pose seen, as mean joint distance.

        Args:
            points: (frames, joints, 2) pixels of a frame of this profile's size.

        Returns:
            (frames,) in body heights; missing joints do not count, and infinite without any.
        """
        return self.nearest(points)[1]

    def nearest(self, points: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Return for each pose the number of the nearest one seen, and how far it is.

        Args:
            points: (frames, joints, 2) pixels of a frame of this profile's size.

        Returns:
            Numbers (frames,), and mean joint distances (frames,) in body heights over the joints
            that both poses have; infinite where there are none.
        """
        poses = normalised(points, self.skeleton, self.height)
        best, place = np.full(len(poses), np.inf), np.zeros(len(poses), np.int64)
        for number, seen in enumerate(self.poses):
            away = np.linalg.norm(poses - seen, axis=-1)
            there = np.isfinite(away)
            count = there.sum(-1)
            total = np.where(there, away, 0).sum(-1)
            mean = np.where(count > 0, total / np.maximum(count, 1), np.inf)
            nearer = mean < best
            best[nearer], place[nearer] = mean[nearer], number
        return place, best

    @property
    def far_distance(self) -> float:
        """Return the distance in body heights from which on a pose is far from those seen.

        Twice what is usual from one pose seen to the next (the 95th percentile), at least 0.06.
        """
        if len(self.poses) < 2:
            return _LEAST_FAR
        nearest = []
        for place, pose in enumerate(self.poses):
            apart = np.linalg.norm(np.delete(self.poses, place, axis=0) - pose, axis=-1)
            there = np.isfinite(apart)
            known = there.any(axis=-1)
            mean = np.where(there, apart, 0).sum(axis=-1)[known] / there.sum(axis=-1)[known]
            nearest.extend([float(mean.min())] if len(mean) else [])
        if not nearest:
            return _LEAST_FAR
        return max(_LEAST_FAR, _TIMES_USUAL * float(np.percentile(nearest, 95)))

    def save(self, path: Path) -> Path:
        """Write the profile as JSON and return the path."""
        values = asdict(self) | {"skeleton": self.skeleton.name}
        values["poses"] = np.round(self.poses, 4).tolist()
        with whole_file(Path(path)) as temporary:
            temporary.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
        return Path(path)

    @staticmethod
    def load(path: Path) -> "BodyProfile":
        """Read a profile that `save` wrote.

        Raises:
            BadInput: the file is absent, not JSON, or a value is missing or of the wrong kind.
        """
        values = read_json_object(Path(path), "a body profile", nan=True)
        with refusing(path, "a body profile"), np.errstate(over="raise"):
            profile = _from_json(values)
            _check_ranges(profile)
        return profile


def normalised(points: Floats, skeleton: Skeleton, height: float) -> Floats:
    """Return poses (frames, joints, 2) relative to the middle of the hips, in body heights."""
    hips = [skeleton.index["left_hip"], skeleton.index["right_hip"]]
    middle = points[:, hips].mean(axis=1, keepdims=True)
    relative: Floats = ((points - middle) / height).astype(np.float32)
    return relative


def _from_json(values: dict[str, Any]) -> BodyProfile:
    skeleton = SKELETONS[values["skeleton"]]
    poses = np.array(values["poses"], np.float32).reshape(-1, len(skeleton), 2)
    width, height = values["size"]
    low, high = values["reach"]
    return BodyProfile(
        skeleton,
        (int(width), int(height)),
        {str(bone): float(length) for bone, length in values["bones"].items()},
        float(values["shoulder_width"]),
        float(values["hip_width"]),
        float(values["height"]),
        float(values["ground"]),
        float(values["centre"]),
        (float(low), float(high)),
        {str(name): (float(x), float(y)) for name, (x, y) in values["face"].items()},
        poses,
    )


def _check_ranges(body: BodyProfile) -> None:
    """Refuse measures that no person has; joints of poses may be missing (NaN).

    Raises:
        ValueError: names the measure.
    """
    if not all(0 < side <= LARGEST_SIDE for side in body.size):
        raise ValueError(f"size is {body.size}")
    farthest = _FARTHEST * max(body.size)
    if not 0 < body.height <= farthest:
        raise ValueError(f"height is {body.height:g} pixels")
    lengths = {"shoulder_width": body.shoulder_width, "hip_width": body.hip_width, **body.bones}
    for name, length in lengths.items():
        if not 0 <= length <= farthest:
            raise ValueError(f"{name:.60} is {length:g} pixels")
    offsets = [each for offset in body.face.values() for each in offset]
    places = np.array([body.ground, body.centre, *body.reach, *offsets])
    if not (np.abs(places) <= farthest).all():
        raise ValueError("ground, centre, reach or face lie far outside the frame")
    if (np.abs(body.poses) > _FARTHEST).any():
        raise ValueError(f"poses reach {np.nanmax(np.abs(body.poses)):.3g} body heights")
