"""Keeping a dance in the target's place: steps as wide as the room allows, arms inside the frame.

A renderer has seen its target between two columns and inside the frame; a dance that leaves them
asks for pictures that were never filmed.
"""

import numpy as np

from capture.sequence import PoseSequence
from capture.skeleton import OPENPOSE_18
from choreography.body import Body
from choreography.pose import DIRECTIONS, INDEX

_BLOCK = 4096  # frames at a time: memory does not grow with the song
_LEAST_REACH = 0.1  # body heights that hips may move to either side even if never seen to
_MARGIN = 0.02  # share of the frame's sides that stays free
_ARMS = [OPENPOSE_18.index[f"{side}_{joint}"] for side in ("left", "right")
         for joint in ("elbow", "wrist")]  # fmt: skip
_HIPS = [OPENPOSE_18.index["left_hip"], OPENPOSE_18.index["right_hip"]]


def staged(values: np.ndarray, body: Body, fps: float) -> PoseSequence:
    """Return the poses in pixels of the body's frame, fitted to the target's place.

    Args:
        values: (frames, channels) as a plan gives them.
        body: the dancer.
        fps: frames a second.
    """
    points = np.empty((len(values), len(OPENPOSE_18), 2), np.float32)
    depth = np.empty((len(values), len(OPENPOSE_18)), np.float32)
    for start in range(0, len(values), _BLOCK):
        part = slice(start, start + _BLOCK)
        points[part], depth[part] = body.project(body.joints(_inside(values[part], body)))
    confidence = np.ones(points.shape[:2], np.float32)
    return PoseSequence(points, confidence, fps, body.size, OPENPOSE_18, depth)


def step_width(values: np.ndarray, body: Body) -> float:
    """Return the share (0..1) to which steps must shrink for the hips to stay in their room.

    Args:
        values: (frames, channels) of one step.
        body: the dancer; where it was never seen to move, a tenth of its height is allowed.
    """
    columns = body.hip_columns(values)
    low, high = ((side - body.centre) / body.pixels for side in body.reach)
    share = 1.0
    for room, widest in ((-low, -columns.min()), (high, columns.max())):
        share = min(share, max(room, _LEAST_REACH) / max(widest, 1e-6))
    return share


def narrowed(values: np.ndarray, share: float) -> np.ndarray:
    """Return poses whose steps to the side are shortened to a share."""
    out = values.copy()
    for name in ("sway_x", "left_foot_out", "right_foot_out"):
        out[:, INDEX[name]] *= share
    return out


def _inside(values: np.ndarray, body: Body) -> np.ndarray:
    """Return poses whose arms are drawn in as far as the frame's edges demand."""
    width, height = body.size
    low = np.array([width, height]) * _MARGIN
    high = np.array([width, height]) - low
    points = body.project(body.joints(values))[0]
    out = values.copy()
    for side, joints in (("left", _ARMS[:2]), ("right", _ARMS[2:])):
        arm = points[:, joints]
        over = np.maximum(low - arm, arm - high).max(axis=(1, 2)) / body.pixels
        share = np.clip(over / (body.upper_arm + body.forearm), 0, 1)[:, None]
        # A forearm folded back over its upper arm gains twice what hung over the edge.
        fore, upper = DIRECTIONS[side, "fore"], DIRECTIONS[side, "upper"]
        folded = -_unit(out[:, upper])
        fold = np.minimum(2.2 * share, 0.85)
        out[:, fore] = _unit(out[:, fore]) * (1 - fold) + folded * fold
    return out


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
