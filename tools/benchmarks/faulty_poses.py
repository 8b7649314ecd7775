"""Faults planted in pose sequences, so that it is known which joints of which frames are wrong.

Conventions: distances in body heights of the sequence; a joint counts as wrong where the fault has
moved it by more than `HARMLESS`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.sequence import PoseSequence

HARMLESS = 0.05
"""Body heights by which a joint may be moved without being wrong: what estimators err anyway."""

_LIMBS = (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
_SHARE = 0.05  # of the frames that are faulty


@dataclass(frozen=True)
class Faulty:
    """A sequence with faults, and the truth about them."""

    poses: PoseSequence
    wrong: np.ndarray
    """(frames, joints) bool: joints that were moved."""
    missing: np.ndarray
    """(frames, joints) bool: joints that were taken out."""


def jumping_joints(
    poses: PoseSequence, random: np.random.Generator, share: float = _SHARE
) -> Faulty:
    """Let one limb, or a part of it, jump by 15 to 60 % of the body height in 5 % of the frames."""

    def jump(points: np.ndarray, frame: int) -> None:
        joints = _LIMBS[random.integers(2)][-random.integers(1, 4) :]
        side = ("left", "right")[random.integers(2)]
        places = [poses.skeleton.index[f"{side}_{joint}"] for joint in joints]
        points[frame, places] += _away(random, 0.15, 0.6) * _height(poses)

    return _planted(
        poses, _singles(poses, random, share), lambda points, start, stop: jump(points, start)
    )


def jumping_poses(
    poses: PoseSequence, random: np.random.Generator, share: float = _SHARE
) -> Faulty:
    """Let the whole pose jump by 20 to 100 % of the body height in 5 % of the frames."""

    def jump(points: np.ndarray, start: int, stop: int) -> None:
        points[start:stop] += _away(random, 0.2, 1.0) * _height(poses)

    return _planted(poses, _singles(poses, random, share), jump)


def shifted_runs(poses: PoseSequence, random: np.random.Generator, share: float = _SHARE) -> Faulty:
    """Move the pose aside by 20 to 60 % of the body height, for 2 to 6 frames in a row."""

    def shift(points: np.ndarray, start: int, stop: int) -> None:
        points[start:stop] += _away(random, 0.2, 0.6) * _height(poses)

    return _planted(poses, _runs(poses, random, 2, 6, share), shift)


def other_people(poses: PoseSequence, random: np.random.Generator, share: float = _SHARE) -> Faulty:
    """Put another person's movement there, for 2 to 6 frames.

    It is the same sequence's of another time, mirrored, a quarter smaller to a quarter larger, and
    40 to 120 % of the body height away.
    """
    mirrored = poses.mirrored().points

    def swap(points: np.ndarray, start: int, stop: int) -> None:
        elsewhere = _elsewhere(poses, random, start, stop)
        other = mirrored[elsewhere : elsewhere + stop - start].astype(float)
        own = np.nanmedian(points[start:stop], axis=(0, 1))
        other = (other - np.nanmedian(other, axis=(0, 1))) * random.uniform(0.75, 1.25)
        points[start:stop] = other + own + _away(random, 0.4, 1.2) * _height(poses)

    return _planted(poses, _runs(poses, random, 2, 6, share), swap)


def other_poses(poses: PoseSequence, random: np.random.Generator, share: float = _SHARE) -> Faulty:
    """Put a plausible pose of another time in the same place, for 2 to 6 frames."""

    def swap(points: np.ndarray, start: int, stop: int) -> None:
        elsewhere = _elsewhere(poses, random, start, stop)
        other = poses.points[elsewhere : elsewhere + stop - start].astype(float)
        own = np.nanmedian(points[start:stop], axis=(0, 1))
        points[start:stop] = other - np.nanmedian(other, axis=(0, 1)) + own

    return _planted(poses, _runs(poses, random, 2, 6, share), swap)


def swapped_sides(
    poses: PoseSequence, random: np.random.Generator, share: float = _SHARE
) -> Faulty:
    """Exchange left and right, for 2 to 6 frames."""
    order = list(poses.skeleton.mirrored)

    def swap(points: np.ndarray, start: int, stop: int) -> None:
        points[start:stop] = points[start:stop, order]

    return _planted(poses, _runs(poses, random, 2, 6, share), swap)


def outages(poses: PoseSequence, random: np.random.Generator, share: float = _SHARE) -> Faulty:
    """Take the person out of 1 to 15 frames in a row."""

    def take_out(points: np.ndarray, start: int, stop: int) -> None:
        points[start:stop] = np.nan

    return _planted(poses, _runs(poses, random, 1, 15, share), take_out)


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


FAULTS: dict[str, Callable[[PoseSequence, np.random.Generator], Faulty]] = {
    "jumping_joints": jumping_joints,
    "jumping_poses": jumping_poses,
    "shifted_runs": shifted_runs,
    "other_people": other_people,
    "other_poses": other_poses,
    "swapped_sides": swapped_sides,
    "outages": outages,
    "all_together": all_together,
}
"""Name -> what plants it."""


def _planted(
    poses: PoseSequence,
    spans: Iterator[tuple[int, int]],
    spoil: Callable[[np.ndarray, int, int], None],
) -> Faulty:
    points = poses.points.astype(float)
    for start, stop in spans:
        spoil(points, start, stop)
    # A joint that the sequence lacks is not made up by a fault, nor found again by one.
    points[~np.isfinite(poses.points).all(-1)] = np.nan
    there = np.isfinite(points).all(-1)
    confidence = np.where(there, poses.confidence, 0)
    return _judged(poses, replace(poses, points=points, confidence=confidence))


def _judged(truth: PoseSequence, faulty: PoseSequence) -> Faulty:
    known = np.isfinite(truth.points).all(-1)
    there = np.isfinite(faulty.points).all(-1)
    away = np.linalg.norm(faulty.points - truth.points, axis=-1) / _height(truth)
    return Faulty(faulty, known & there & (np.nan_to_num(away) > HARMLESS), known & ~there)


def _singles(
    poses: PoseSequence, random: np.random.Generator, share: float
) -> Iterator[tuple[int, int]]:
    for frame in np.flatnonzero(random.random(len(poses)) < share):
        yield int(frame), int(frame) + 1


def _runs(
    poses: PoseSequence, random: np.random.Generator, least: int, most: int, share: float
) -> Iterator[tuple[int, int]]:
    """Yield spans of a random length, apart by at least three frames, not at either end."""
    left = max(least, share * len(poses))
    taken = np.zeros(len(poses) + 3, bool)
    for _ in range(1000):
        length = int(random.integers(least, most + 1))
        if left <= 0 or len(poses) < length + 6:
            return
        start = int(random.integers(3, len(poses) - length - 2))
        if taken[start - 3 : start + length + 3].any():
            continue
        taken[start : start + length] = True
        left -= length
        yield start, start + length


def _elsewhere(poses: PoseSequence, random: np.random.Generator, start: int, stop: int) -> int:
    """Return a start at least a second, or a quarter of the sequence, from `start`."""
    length = stop - start
    starts = np.arange(len(poses) - length)
    far = np.abs(starts - start) >= min(poses.fps, len(poses) / 4)
    return int(random.choice(starts[far]))


def _away(random: np.random.Generator, least: float, most: float) -> np.ndarray:
    angle, length = random.uniform(0, 2 * np.pi), random.uniform(least, most)
    return length * np.array([np.cos(angle), np.sin(angle)])


def _height(poses: PoseSequence) -> float:
    points = np.where((poses.confidence > 0)[..., None], poses.points, np.nan)
    return body_height(points, poses.skeleton)
