"""The movement of a take as a function of time, on a target's body and in its place.

Conventions
    Joints of `OPENPOSE_18`, (joints, 3): pixels to the right, down, and towards the camera from the
    middle of the hips (0 where the take knows no depth). Seconds from the take's first frame.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.interpolate import Akima1DInterpolator

from stickdance.capture.pose.body_profile import BodyProfile, normalised
from stickdance.capture.pose.hanging_parts import with_parts_of
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.retargeting.body_from_poses import MeasuredBody
from stickdance.capture.retargeting.retarget import bone_ratios, retarget
from stickdance.capture.take.take import Take

_SAME_BODY = 0.01  # bone lengths that differ less than this, beside a common scale, are one body's
_MIRROR_POSES = 200  # poses seen that mirrored ones are compared with, at least
_MIRROR_FAR = 0.15  # body heights that any joint of a mirrored pose may lie from a pose seen


@dataclass(frozen=True)
class FilmedMovement:
    """The training part of a take, without gaps, in pixels of the target's frame."""

    poses: PoseSequence
    body: BodyProfile
    """Whose body and place it is on."""
    mirrors: bool = True
    """Whether it may be danced in the mirror."""

    @property
    def seconds(self) -> float:
        """Return the time of the last frame: the end of what can be asked for."""
        return (len(self.poses) - 1) / self.poses.fps

    def joints_at(self, times: np.ndarray, mirrored: bool = False) -> np.ndarray:
        """Return joints (frames, 18, 3) at times (frames,), smooth between the frames filmed."""
        joints = self._path(np.clip(times, 0, self.seconds))
        return self.in_mirror(joints) if mirrored else joints

    def velocity_at(self, times: np.ndarray, mirrored: bool = False) -> np.ndarray:
        """Return the joints' velocity (frames, 18, 3) in pixels a second of the take."""
        velocity = self._velocity(np.clip(times, 0, self.seconds))
        if mirrored:
            velocity = velocity[:, list(self.poses.skeleton.mirrored)] * np.array([-1.0, 1.0, 1.0])
        return velocity

    def speed_at(self, times: np.ndarray) -> np.ndarray:
        """Return how fast the joints move in the picture (frames,): mean, in pixels a second."""
        return np.linalg.norm(self.velocity_at(times)[..., :2], axis=-1).mean(axis=-1)

    def size_at(self, times: np.ndarray) -> np.ndarray:
        """Return how large the picture of the body is (frames,): the box around its joints."""
        return np.ptp(self.joints_at(times)[..., :2], axis=1).prod(axis=-1)

    def confidence_at(self, times: np.ndarray, mirrored: bool = False) -> np.ndarray:
        """Return how sure the joints are, (frames, 18) in 0..1."""
        confidence = self.poses.confidence[self.frames_at(times)]
        return confidence[:, list(self.poses.skeleton.mirrored)] if mirrored else confidence

    def frames_at(self, times: np.ndarray) -> np.ndarray:
        """Return the numbers (frames,) of the frames that were filmed nearest to times."""
        at = np.clip(np.rint(np.asarray(times) * self.poses.fps), 0, len(self.poses) - 1)
        return at.astype(int)

    def in_mirror(self, joints: np.ndarray) -> np.ndarray:
        """Return joints (frames, 18, 3) mirrored about the column where the target stands."""
        out = joints[:, list(self.poses.skeleton.mirrored)].copy()
        out[..., 0] = 2 * self.body.centre - out[..., 0]
        return out

    def allows_mirror(self, first: float, last: float) -> bool:
        """Return whether a stretch may be mirrored, and the take shows its mirrored poses too.

        To every single joint, for a renderer paints each limb by itself.
        """
        if not self.mirrors:
            return False
        start, stop = int(first * self.poses.fps), int(np.ceil(last * self.poses.fps)) + 1
        return bool((self._mirror_distance[start:stop] <= _MIRROR_FAR).all())

    @cached_property
    def has_depth(self) -> bool:
        """Return whether the take knows how far the joints are from the camera."""
        return self.poses.depth is not None

    @cached_property
    def _mirror_distance(self) -> np.ndarray:
        """Return how far (frames,) the farthest joint of a mirrored pose is from a pose seen."""
        skeleton, height = self.poses.skeleton, self.body.height
        mirrored = normalised(self.in_mirror(self._joints())[..., :2], skeleton, height)
        seen = normalised(self.poses.points, skeleton, height)
        out = np.full(len(mirrored), np.inf)
        for pose in seen[:: max(1, len(seen) // _MIRROR_POSES)]:
            out = np.minimum(out, np.linalg.norm(mirrored - pose, axis=-1).max(axis=-1))
        return out

    @cached_property
    def _path(self) -> Akima1DInterpolator:
        return Akima1DInterpolator(np.arange(len(self.poses)) / self.poses.fps, self._joints())

    @cached_property
    def _velocity(self) -> Akima1DInterpolator:
        return self._path.derivative()

    def _joints(self) -> np.ndarray:
        depth = (
            np.zeros(self.poses.confidence.shape) if self.poses.depth is None else self.poses.depth
        )
        return np.concatenate([self.poses.points, depth[..., None]], axis=-1).astype(float)


def footage_of(take: Take, body: BodyProfile, mirrors: bool = True) -> FilmedMovement:
    """Return the training part of a take on a target's body and in its place.

    See `movement_on`.
    """
    return movement_on(take.poses.part(0, take.training_frames), take.body, body, mirrors)


def movement_on(
    poses: PoseSequence, source: MeasuredBody, body: BodyProfile, mirrors: bool = True
) -> FilmedMovement:
    """Return movement on a target's body and in its place.

    The mover's own body in a frame of another size gets its poses moved and scaled, another body
    gets them bone by bone (`stickdance.capture.retargeting.retarget`).

    Args:
        poses: with the joints of `OPENPOSE_18`; a joint that is missing moves in a straight line.
        source: the body that moves.
        body: the target.
        mirrors: whether it may be shown mirrored.
    """
    return FilmedMovement(_placed(_without_gaps(poses), source, body), body, mirrors)


def _placed(poses: PoseSequence, source: MeasuredBody, target: BodyProfile) -> PoseSequence:
    ratios = np.array(list(bone_ratios(source, target).values()))
    scale = target.height / source.height
    if np.abs(ratios / scale - 1).max() > _SAME_BODY:
        return retarget(poses, source, target)
    spot = np.array([source.centre, source.ground])
    points = (poses.points - spot) * scale + np.array([target.centre, target.ground])
    depth = None if poses.depth is None else poses.depth * scale
    alone = replace(poses.without_parts(), points=points, depth=depth, size=target.size)
    return with_parts_of(poses, alone)


def _without_gaps(poses: PoseSequence) -> PoseSequence:
    """Fill missing joints linearly over time; one that is never there lies on the neck, unsure."""
    points = poses.points.astype(float)
    depth = np.zeros(points.shape[:2]) if poses.depth is None else poses.depth.astype(float)
    frames = np.arange(len(points))
    neck = poses.skeleton.index["neck"]
    for joint in [neck, *(j for j in range(points.shape[1]) if j != neck)]:
        there = np.isfinite(points[:, joint]).all(-1) & np.isfinite(depth[:, joint])
        if there.all():
            continue
        for values in (points[:, joint, 0], points[:, joint, 1], depth[:, joint]):
            values[~there] = (
                np.interp(frames[~there], frames[there], values[there]) if there.any() else 0
            )
        if not there.any():
            points[:, joint], depth[:, joint] = points[:, neck], depth[:, neck]
    return replace(poses, points=points, depth=None if poses.depth is None else depth)
