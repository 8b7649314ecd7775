"""Poses far from all that were filmed, moved towards the nearest filmed pose.

    1. for each far pose, take the nearest pose of the footage (`BodyProfile.poses`)
    2. turn every bone towards its direction there, and give it a length between the two, by the
       share that brings the pose to three quarters of the distance from which on poses count as
       far; smoothing takes some of it away again
    3. smooth turns and lengths over time, so that nothing jumps where the nearest pose changes
    4. put the pose together again from the neck, with the hips' middle in its column and the lower
       ankle in its row as before

Bones are turned, not cut across: a limb swung half-way is as long as at either end.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_filter1d

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.hanging_parts import with_parts_of
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.checkpoints.errors import UsageError
from stickdance.synth.compute.array_types import Floats

_SMOOTH_SECONDS = 0.12  # standard deviation; a step takes half a second
_AIM = 0.75  # of the distance from which on poses count as far
_SEEN = 0.5  # pixels: a joint moved by more is a pose moved
_LEAST = 1e-3  # of body height: a shorter bone has no direction


@dataclass(frozen=True)
class Held:
    """Poses, and how many of them were moved."""

    poses: PoseSequence
    moved: int


def held_to_known(poses: PoseSequence, body: BodyProfile, share: float) -> Held:
    """Return the poses with far ones moved towards the nearest known ones.

    Args:
        poses: in pixels of a frame of the profile's size.
        body: of the performer.
        share: 0 leaves them where they are, 1 moves them to within that distance.

    Raises:
        UsageError: `share` is not within 0..1.
    """
    if not 0 <= share <= 1:
        raise UsageError(f"--hold-to-known {share:g}: expected 0 (as danced) to 1 (as filmed)")
    place, distance = body.nearest(poses.points)
    distance = np.where(np.isfinite(distance), distance, 0.0)
    if share == 0 or not (distance > body.far_distance).any():
        return Held(poses, 0)
    aim = _AIM * body.far_distance
    weight = share * (1 - aim / np.maximum(distance, aim))
    known = body.poses[place].astype(np.float64) * body.height
    points = _towards(poses.points.astype(np.float64), known, weight, poses, body)
    moved = np.nan_to_num(np.abs(points - poses.points)).max((1, 2)) > _SEEN
    held = replace(poses.without_parts(), points=points.astype(poses.points.dtype))
    return Held(with_parts_of(poses, held), int(moved.sum()))


def _towards(
    points: Floats,
    known: Floats,
    weight: Floats,
    poses: PoseSequence,
    body: BodyProfile,
) -> Floats:
    skeleton, sigma = poses.skeleton, _SMOOTH_SECONDS * poses.fps
    near = gaussian_filter1d((weight > 0).astype(float), sigma) > 1e-3
    out = points.copy()
    for parent, child in skeleton.bone_indices:
        own, other = points[:, child] - points[:, parent], known[:, child] - known[:, parent]
        turn, growth = _difference(own, other, _LEAST * body.height)
        turn, growth = (gaussian_filter1d(weight * each, sigma) for each in (turn, growth))
        there = near & np.isfinite(own).all(-1)
        out[there, child] = (out[:, parent] + _turned(own, turn) * np.exp(growth)[:, None])[there]
    return np.where(near[:, None, None], _put_back(out, points, skeleton), points)


def _difference(own: Floats, other: Floats, least: float) -> tuple[Floats, Floats]:
    """Return by which angle and by which logarithm of length a bone differs; 0 where unknown."""
    lengths = np.linalg.norm(own, axis=-1), np.linalg.norm(other, axis=-1)
    known = (lengths[0] > least) & (lengths[1] > least)  # NaN is not
    angle = np.arctan2(other[:, 1], other[:, 0]) - np.arctan2(own[:, 1], own[:, 0])
    angle = (angle + np.pi) % (2 * np.pi) - np.pi
    safe = (np.where(known, each, 1.0) for each in lengths)
    before, after = safe
    return np.where(known, angle, 0.0), np.log(after / before)


def _turned(bones: Floats, angle: Floats) -> Floats:
    cosine, sine = np.cos(angle), np.sin(angle)
    x, y = bones[:, 0], bones[:, 1]
    return np.stack([x * cosine - y * sine, x * sine + y * cosine], -1)


def _put_back(moved: Floats, points: Floats, skeleton: Skeleton) -> Floats:
    """Return moved poses with hips in their column and the lower ankle in its row."""
    hips = [skeleton.index["left_hip"], skeleton.index["right_hip"]]
    ankles = [skeleton.index["left_ankle"], skeleton.index["right_ankle"]]
    across = (points[:, hips, 0] - moved[:, hips, 0]).mean(1)
    down = points[:, ankles, 1].max(1) - moved[:, ankles, 1].max(1)
    return moved + np.nan_to_num(np.stack([across, down], -1))[:, None]
