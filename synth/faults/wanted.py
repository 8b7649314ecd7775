"""What a frame should show: the pose that was wanted, and where its hands, head and limbs lie."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stickdance.capture.estimators.part_regions import hand_region, head_of
from stickdance.capture.estimators.people import Region
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.compute.array_types import Floats

_SURE = 0.5  # confidence from which a joint is wanted where it is said to be
_AROUND = 0.2  # beyond the joints, in which the person may reach
_BEYOND = 0.04  # from a wrist to the middle of the hand
_LEAST_JOINTS = 6  # of a pose that can be judged


@dataclass(frozen=True)
class Wanted:
    """The pose that a frame was to show."""

    points: Floats
    """(18, 2) pixels, NaN where missing or not sure."""
    height: float
    """Of the body, pixels."""
    size: tuple[int, int]
    """(width, height) of the frame."""

    @staticmethod
    def of(points: Floats, confidence: Floats, height: float, size: tuple[int, int]) -> "Wanted":
        """Return what is wanted by a pose (18, 2) with its confidence (18,)."""
        sure = np.isfinite(points).all(-1) & (confidence >= _SURE)
        return Wanted(np.where(sure[:, None], points, np.nan), max(1.0, height), size)

    @property
    def judgeable(self) -> bool:
        """Return whether the pose says enough, hips among it."""
        there = np.isfinite(self.points).all(-1)
        hips = np.isfinite(self.pair("hip")).all()
        return bool(there.sum() >= _LEAST_JOINTS and hips)

    def joint(self, name: str) -> Floats:
        """Return (2,) a joint, NaN where it is not wanted."""
        return np.asarray(self.points[OPENPOSE_18.index[name]])

    def pair(self, name: str) -> Floats:
        """Return (2, 2) the left and the right joint of that name."""
        return np.stack([self.joint(f"left_{name}"), self.joint(f"right_{name}")])

    @cached_property
    def head(self) -> Floats:
        """Return (2,) the middle of the head, NaN where none is wanted."""
        middle = head_of(self.points, OPENPOSE_18)
        return np.full(2, np.nan) if middle is None else np.asarray(middle)

    @cached_property
    def hands(self) -> Floats:
        """Return (2, 2) the middles of the left and the right hand, NaN where none is wanted."""
        wrists, elbows = self.pair("wrist"), self.pair("elbow")
        along = np.nan_to_num(wrists - elbows)
        length = np.linalg.norm(along, axis=-1, keepdims=True)
        return np.asarray(wrists + along / np.maximum(length, 1e-6) * _BEYOND * self.height)

    def hand_regions(self) -> list[Region | None]:
        """Return where the left and the right hand should be seen, None where none should."""
        return [
            hand_region(wrist, elbow, self.height) if np.isfinite(wrist).all() else None
            for wrist, elbow in zip(self.pair("wrist"), self.pair("elbow"), strict=True)
        ]

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom of where the person may be."""
        there = self.points[np.isfinite(self.points).all(-1)]
        reach = _AROUND * self.height
        left, top = (there.min(0) - reach).clip(0).tolist()
        right, bottom = np.minimum(there.max(0) + reach, self.size).tolist()
        return left, top, right, bottom

    def apart(self, point: Floats, *places: Floats) -> float:
        """Return how far a point is from the nearest of places (n, 2), infinite without any."""
        distance = np.linalg.norm(
            np.concatenate([np.atleast_2d(p) for p in places]) - point, axis=1
        )
        there = distance[np.isfinite(distance)] / self.height
        return float(there.min()) if len(there) else float("inf")
