"""Poses of a person -> channels of the dancing body, and an action of them.

The body's own kinematics is inverted: a first guess is read off the joints (directions of arms and
spine, places of feet and hips; where there is no depth, a bone seen shorter than it is comes
towards the camera), then damped least squares move all channels of every frame until the body's
joints lie where the person's were seen. The guess keeps what the joints do not tell.

Conventions: those of `pose_channels` and `kinematics`; pixels of the poses' frame.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.body_profile_from_poses import measure_body
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.pose_guess import guessed_poses
from stickdance.choreography.body.kinematics import DancerBody
from stickdance.choreography.body.pose_channels import DIRECTIONS, FEET, INDEX
from stickdance.choreography.body.proportions import body_from_profile

_LEAST_FRAMES = 5
_LENGTHS = ("sway_x", "sway_z", "lower", "air")
_ANGLES = ("turn", "hip_twist", "hip_roll", "twist", "lean", "bend", "shoulder_roll", "head_turn",
           "head_tilt", "head_nod", "left_knee", "right_knee")  # fmt: skip
_FREE = [
    *(INDEX[name] for name in (*_LENGTHS, *_ANGLES)),
    *(place for part in DIRECTIONS.values() for place in range(part.start, part.stop)),
    *(place for part in FEET.values() for place in range(part.start, part.stop)),
]
"""The channels that are fitted; the others move the same joints and rest."""

_SCALES = np.array(
    [0.1] * len(_LENGTHS) + [30.0] * len(_ANGLES) + [0.5] * 3 * len(DIRECTIONS) + [0.1] * 6
)
"""How much a channel differs easily: the unit of its steps and of its distance from the guess."""

_ROUNDS = 12
_NUDGE = 1e-3  # of a channel's scale, to see what it moves
_FAITH = 0.01  # in the guess, per scale of distance from it
_DEPTH_FAITH = 0.5  # in depth, against points in the picture
_SMOOTHING_SECONDS = 0.03


def channels_from_poses(poses: PoseSequence, profile: BodyProfile | None = None) -> np.ndarray:
    """Return the poses (frames, channels) in which a body's joints lie where they were seen.

    Args:
        poses: joints of any skeleton that converts to OPENPOSE_18; gaps are bridged.
        profile: whose body; by default measured from the poses.

    Raises:
        BadInput: too few frames, or a joint that is never seen.
    """
    poses = poses.converted(OPENPOSE_18)
    if len(poses) < _LEAST_FRAMES:
        raise BadInput(f"poses: expected at least {_LEAST_FRAMES} frames, found {len(poses)}")
    points, depth, sure = _bridged(poses)
    body = body_from_profile(profile or measure_body(poses))
    values = guessed_poses(points, depth, body)
    values = _fitted(values, points, depth, sure, body)
    return gaussian_filter1d(values, _SMOOTHING_SECONDS * poses.fps, axis=0, mode="nearest")


def reprojection_error(values: np.ndarray, poses: PoseSequence, body: DancerBody) -> float:
    """Return how far joints lie from where they were seen: the mean, in body heights."""
    poses = poses.converted(OPENPOSE_18)
    points, _ = body.project(body.joints(values))
    away = np.linalg.norm(points - poses.points, axis=-1) / body.pixels
    return float(away[poses.confidence > 0].mean())


def _bridged(poses: PoseSequence) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Return points, depth and sureness (frames, joints), gaps filled in a straight line."""
    seen = (poses.confidence > 0) & np.isfinite(poses.points).all(axis=-1)
    frames = np.arange(len(poses))
    points = poses.points.astype(float)
    depth = None if poses.depth is None else poses.depth.astype(float)
    for joint, name in enumerate(OPENPOSE_18.joints):
        there = np.flatnonzero(seen[:, joint])
        if len(there) == 0:
            raise BadInput(f"poses: {name} is never seen; expected the whole body in the picture")
        for axis in range(2):
            points[:, joint, axis] = np.interp(frames, there, points[there, joint, axis])
        if depth is not None:
            known = there[np.isfinite(depth[there, joint])]
            depth[:, joint] = np.interp(frames, known, depth[known, joint]) if len(known) else 0.0
    return points, depth, np.where(seen, poses.confidence, 0.1)


def _fitted(
    guess: np.ndarray,
    points: np.ndarray,
    depth: np.ndarray | None,
    sure: np.ndarray,
    body: DancerBody,
) -> np.ndarray:
    """Return poses moved towards the points by Levenberg-Marquardt steps, each frame its own."""
    values, damping = guess, np.full(len(guess), 1e-2)
    rest = _residual(values, guess, points, depth, sure, body)
    for _ in range(_ROUNDS):
        slopes = _slopes(values, rest, guess, points, depth, sure, body)
        square = np.einsum("fri,frj->fij", slopes, slopes)
        square += damping[:, None, None] * np.eye(len(_FREE))
        downhill = np.einsum("fri,fr->fi", slopes, rest)
        moved = values.copy()
        moved[:, _FREE] -= np.linalg.solve(square, downhill[..., None])[..., 0] * _SCALES
        after = _residual(moved, guess, points, depth, sure, body)
        better = np.square(after).sum(axis=1) < np.square(rest).sum(axis=1)
        values = np.where(better[:, None], moved, values)
        rest = np.where(better[:, None], after, rest)
        damping = np.where(better, damping * 0.3, damping * 10)
    return values


def _slopes(
    values: np.ndarray,
    rest: np.ndarray,
    guess: np.ndarray,
    points: np.ndarray,
    depth: np.ndarray | None,
    sure: np.ndarray,
    body: DancerBody,
) -> np.ndarray:
    """Return (frames, residuals, free channels): what a step of each channel's scale changes."""
    columns = []
    for place, scale in zip(_FREE, _SCALES, strict=True):
        nudged = values.copy()
        nudged[:, place] += _NUDGE * scale
        columns.append((_residual(nudged, guess, points, depth, sure, body) - rest) / _NUDGE)
    return np.stack(columns, axis=-1)


def _residual(
    values: np.ndarray,
    guess: np.ndarray,
    points: np.ndarray,
    depth: np.ndarray | None,
    sure: np.ndarray,
    body: DancerBody,
) -> np.ndarray:
    """Return what is left to explain (frames, residuals), in body heights."""
    own, own_depth = body.project(body.joints(values))
    away = (own - points) / body.pixels * sure[..., None]
    parts = [away.reshape(len(values), -1)]
    if depth is not None:
        parts.append(_DEPTH_FAITH * (own_depth - depth) / body.pixels * sure)
    parts.append(_FAITH * (values - guess)[:, _FREE] / _SCALES)
    return np.concatenate(parts, axis=1)
