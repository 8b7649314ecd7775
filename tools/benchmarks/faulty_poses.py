"""Faults planted in pose sequences, so that it is known which joints of which frames are wrong.

Conventions: distances in body heights of the sequence; a joint counts as wrong where the fault has
moved it by more than `HARMLESS`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.sequence import PoseSequence

HARMLESS = 0.05
"""Body heights by which a joint may be moved without being wrong: what estimators err anyway."""

_LIMBS = (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
_SHARE = 0.05  # of the frames that are faulty

Points = NDArray[np.float64]
"""(frames, joints, 2) pixels, NaN where missing."""


@dataclass(frozen=True)
class Faulty:
    """A sequence with faults, and the truth about them."""

    poses: PoseSequence
    wrong: NDArray[np.bool_]
    """(frames, joints) bool: joints that were moved."""
    missing: NDArray[np.bool_]
    """(frames, joints) bool: joints that were taken out."""


@dataclass(frozen=True)
class _Spot:
    """Where a fault is planted: some frames in a row of a copy of the points."""

    poses: PoseSequence
    random: np.random.Generator
    points: Points
    span: slice

    def away(self, least: float, most: float) -> Points:
        """Return a way of this length in body heights into any direction, in pixels."""
        angle, length = self.random.uniform(0, 2 * np.pi), self.random.uniform(least, most)
        return length * np.array([np.cos(angle), np.sin(angle)]) * _height(self.poses)

    def elsewhere(self, poses: PoseSequence) -> Points:
        """Return as many frames, at least a second or a quarter of the sequence from here."""
        length = self.span.stop - self.span.start
        starts = np.arange(len(poses) - length)
        far = np.abs(starts - self.span.start) >= min(poses.fps, len(poses) / 4)
        start = int(self.random.choice(starts[far]))
        return poses.points[start : start + length].astype(float)

    def middle(self) -> Points:
        """Return the middle (2,) of what is there."""
        return np.nanmedian(self.points[self.span], axis=(0, 1))


FAULTS: dict[str, Callable[..., Faulty]] = {}
"""Name -> what plants it: (poses, random, share of the frames) -> `Faulty`."""


def _fault(least: int, most: int) -> Callable[[Callable[[_Spot], None]], Callable[..., Faulty]]:
    """Make a fault of what spoils a spot, `least` to `most` frames long."""

    def named(spoil: Callable[[_Spot], None]) -> Callable[..., Faulty]:
        def plant(
            poses: PoseSequence, random: np.random.Generator, share: float = _SHARE
        ) -> Faulty:
            points = poses.points.astype(float)
            for start, stop in _spans(poses, random, least, most, share):
                spoil(_Spot(poses, random, points, slice(start, stop)))
            # A joint that the sequence lacks is not made up by a fault, nor found again by one.
            points[~np.isfinite(poses.points).all(-1)] = np.nan
            there = np.isfinite(points).all(-1)
            confidence = np.where(there, poses.confidence, 0)
            return _judged(poses, replace(poses, points=points, confidence=confidence))

        FAULTS[spoil.__name__] = plant
        return plant

    return named


@_fault(1, 1)
def jumping_joints(spot: _Spot) -> None:
    """Let one limb, or a part of it, jump by 15 to 60 % of the body height in 5 % of the frames."""
    joints = _LIMBS[spot.random.integers(2)][-spot.random.integers(1, 4) :]
    side = ("left", "right")[spot.random.integers(2)]
    places = [spot.poses.skeleton.index[f"{side}_{joint}"] for joint in joints]
    spot.points[spot.span, places] += spot.away(0.15, 0.6)


@_fault(1, 1)
def jumping_poses(spot: _Spot) -> None:
    """Let the whole pose jump by 20 to 100 % of the body height in 5 % of the frames."""
    spot.points[spot.span] += spot.away(0.2, 1.0)


@_fault(2, 6)
def shifted_runs(spot: _Spot) -> None:
    """Move the pose aside by 20 to 60 % of the body height, for 2 to 6 frames in a row."""
    spot.points[spot.span] += spot.away(0.2, 0.6)


@_fault(2, 6)
def other_people(spot: _Spot) -> None:
    """Put another person's movement there, for 2 to 6 frames.

    It is the same sequence's of another time, mirrored, a quarter smaller to a quarter larger, and
    40 to 120 % of the body height away.
    """
    other, own = spot.elsewhere(spot.poses.mirrored()), spot.middle()
    other = (other - np.nanmedian(other, axis=(0, 1))) * spot.random.uniform(0.75, 1.25)
    spot.points[spot.span] = other + own + spot.away(0.4, 1.2)


@_fault(2, 6)
def other_poses(spot: _Spot) -> None:
    """Put a plausible pose of another time in the same place, for 2 to 6 frames."""
    other = spot.elsewhere(spot.poses)
    spot.points[spot.span] = other - np.nanmedian(other, axis=(0, 1)) + spot.middle()


@_fault(2, 6)
def swapped_sides(spot: _Spot) -> None:
    """Exchange left and right, for 2 to 6 frames."""
    spot.points[spot.span] = spot.points[spot.span][:, list(spot.poses.skeleton.mirrored)]


@_fault(1, 15)
def outages(spot: _Spot) -> None:
    """Take the person out of 1 to 15 frames in a row."""
    spot.points[spot.span] = np.nan


def all_together(poses: PoseSequence, random: np.random.Generator) -> Faulty:
    """Plant all kinds in one sequence: 5 % jumps, 5 % in wrong runs and 5 % in outages."""
    faulty = poses
    for plant, share in (
        (jumping_joints, _SHARE / 2),
        (jumping_poses, _SHARE / 2),
        (shifted_runs, _SHARE / 3),
        (other_people, _SHARE / 3),
        (swapped_sides, _SHARE / 3),
        (outages, _SHARE),
    ):
        faulty = plant(faulty, random, share).poses
    return _judged(poses, faulty)


FAULTS["all_together"] = all_together


def _judged(truth: PoseSequence, faulty: PoseSequence) -> Faulty:
    known = np.all(np.isfinite(truth.points), axis=-1)
    there = np.all(np.isfinite(faulty.points), axis=-1)
    away = np.linalg.norm(faulty.points - truth.points, axis=-1) / _height(truth)
    return Faulty(faulty, known & there & (np.nan_to_num(away) > HARMLESS), known & ~there)


def _spans(
    poses: PoseSequence, random: np.random.Generator, least: int, most: int, share: float
) -> Iterator[tuple[int, int]]:
    """Yield single frames, or runs of a random length, three apart and not at either end."""
    if most == 1:
        for frame in np.flatnonzero(random.random(len(poses)) < share):
            yield int(frame), int(frame) + 1
        return
    left = max(least, share * len(poses))
    taken = np.zeros(len(poses) + 3, bool)
    for _ in range(1000):
        length = int(random.integers(least, most + 1))
        if left <= 0 or len(poses) < length + 6:
            return
        start = int(random.integers(3, len(poses) - length - 2))
        if not taken[start - 3 : start + length + 3].any():
            taken[start : start + length] = True
            left -= length
            yield start, start + length


def _height(poses: PoseSequence) -> float:
    points = np.where((poses.confidence > 0)[..., None], poses.points, np.nan)
    return body_height(points, poses.skeleton)
