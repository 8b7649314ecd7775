"""Keeping a dance in the target's place: steps as wide as the room allows, arms inside the frame.

A renderer has seen its target between two columns and inside the frame; a dance that leaves them
asks for pictures that were never filmed.
"""

from collections.abc import Iterator

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.body.kinematics import DancerBody
from stickdance.choreography.body.pose_channels import DIRECTIONS, INDEX, Fade

_BLOCK = 4096  # frames at a time: memory does not grow with the song
_LEAST_REACH = 0.14  # body heights that hips may move to either side even if never seen to
_NARROWEST = 0.25  # share of its width that a step keeps in any case
_MARGIN = 0.02  # share of the frame's sides that stays free
_ELBOWS, _WRISTS = ([OPENPOSE_18.index[f"{side}_{joint}"] for side in ("left", "right")]
                    for joint in ("elbow", "wrist"))  # fmt: skip
_HAND = 0.55  # of the forearm: so far beyond the wrist fingers reach
_AMOUNTS = (0.15, 0.3, 0.45, 0.6, 0.8, 1.0)
_SOFT_SECONDS = 0.16
_FOLDED = {
    "upper": (np.array([0.46, -0.62, 0.46]), 0.7),
    "fore": (np.array([-0.35, 0.8, 0.45]), 1.0),
}
"""Where an arm is drawn in to: direction, and the share of the way at most."""


def staged(
    values: np.ndarray, body: DancerBody, fps: float, fade: Fade | None = None
) -> PoseSequence:
    """Return the poses in pixels of the body's frame, arms drawn in where the frame ends.

    Args:
        values: (frames, channels) as a plan gives them.
        body: the dancer.
        fps: frames a second.
        fade: poses that the joints come from in straight lines, for linear transitions.
    """
    points = np.empty((len(values), len(OPENPOSE_18), 2), np.float32)
    depth = np.empty((len(values), len(OPENPOSE_18)), np.float32)
    for part, joints in _joints(values, body, fps, fade):
        points[part], depth[part] = body.project(joints)
    confidence = np.ones(points.shape[:2], np.float32)
    return PoseSequence(points, confidence, fps, body.size, OPENPOSE_18, depth)


def staged_joints(
    values: np.ndarray, body: DancerBody, fps: float, fade: Fade | None = None
) -> np.ndarray:
    """Return the same poses in space: joints (frames, 18, 3) in body heights (see `kinematics`)."""
    return np.concatenate([joints for _, joints in _joints(values, body, fps, fade)])


def _joints(
    values: np.ndarray, body: DancerBody, fps: float, fade: Fade | None
) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield which frames, and their joints (frames, 18, 3), block by block."""
    folds = _folds(values, body, fps)
    folds_before = None if fade is None else _folds(fade.before, body, fps)
    for start in range(0, len(values), _BLOCK):
        part = slice(start, start + _BLOCK)
        joints = body.joints(_drawn_in(values[part], folds[part]))
        if fade is not None and folds_before is not None:
            before = body.joints(_drawn_in(fade.before[part], folds_before[part]))
            joints = before + (joints - before) * fade.share[part, None, None]
        yield part, joints


def step_width(
    values: np.ndarray, body: DancerBody, around: tuple[float, float] = (0.0, 0.0)
) -> float:
    """Return the share (0..1) to which steps must shrink for the hips to stay in their room.

    Args:
        values: (frames, channels) of one step on the spot.
        body: the dancer; a little is allowed even where it was never seen to move.
        around: the places farthest left and right that it is danced at, body heights.
    """
    low, high = ((side - body.centre) / body.pixels for side in body.reach)
    wide, still = body.hip_columns(values), body.hip_columns(narrowed(values, 0.0))
    share = 1.0
    for room, sign in ((around[0] - low, -1.0), (high - around[1], 1.0)):
        room = max(room, _LEAST_REACH)
        over = sign * wide > room
        moved = np.maximum(sign * (wide - still)[over], 1e-6)
        share = min([share, *((room - sign * still[over]) / moved)])
    return float(max(share, _NARROWEST))


def narrowed(values: np.ndarray, share: float) -> np.ndarray:
    """Return poses whose steps to the side are shortened to a share."""
    out = values.copy()
    for name in ("sway_x", "left_foot_out", "right_foot_out"):
        out[:, INDEX[name]] *= share
    return out


def _folds(values: np.ndarray, body: DancerBody, fps: float) -> np.ndarray:
    """Return how far (frames, 2) the left and the right arm are drawn in, 0..1.

    The least of a few amounts that brings elbow, wrist and hand inside, spread softly over time so
    that an arm does not jerk at the edge.
    """
    needed = np.zeros((len(values), 2))
    for start in range(0, len(values), _BLOCK):
        part = values[start : start + _BLOCK]
        outside = _outside(part, body)
        for amount in _AMOUNTS:
            if not outside.any():
                break
            needed[start : start + _BLOCK][outside] = amount
            folds = needed[start : start + _BLOCK]
            outside = _outside(_drawn_in(part, folds), body)
    if not needed.any():
        return needed
    around = maximum_filter1d(needed, 2 * round(_SOFT_SECONDS * fps) + 1, axis=0)
    return np.maximum(gaussian_filter1d(around, 0.5 * _SOFT_SECONDS * fps, axis=0), 0)


def _outside(values: np.ndarray, body: DancerBody) -> np.ndarray:
    """Return whether (frames, 2) the left and the right arm leave the frame."""
    size = np.array(body.size)
    low, high = size * _MARGIN, size * (1 - _MARGIN)
    joints = body.project(body.joints(values))[0]
    elbows, wrists = joints[:, _ELBOWS], joints[:, _WRISTS]
    arms = np.stack([elbows, wrists, wrists + _HAND * (wrists - elbows)], axis=2)
    return np.any((arms < low) | (arms > high), axis=(2, 3))


def _drawn_in(values: np.ndarray, folds: np.ndarray) -> np.ndarray:
    out = values.copy()
    for arm, side in enumerate(("left", "right")):
        folded = folds[:, arm] > 0  # other frames keep every digit, whatever is folded elsewhere
        share = folds[folded, arm, None]
        for limb, (goal, most) in _FOLDED.items():
            place = DIRECTIONS[side, limb]
            way = out[folded, place]
            length = np.linalg.norm(way, axis=-1, keepdims=True)
            out[folded, place] = way / np.maximum(length, 1e-9) * (1 - most * share) + goal * (
                most * share
            )
    return out
