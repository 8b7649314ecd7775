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
    values = _narrowed(values, body)
    points = np.empty((len(values), len(OPENPOSE_18), 2), np.float32)
    depth = np.empty((len(values), len(OPENPOSE_18)), np.float32)
    for start in range(0, len(values), _BLOCK):
        part = slice(start, start + _BLOCK)
        points[part], depth[part] = body.project(body.joints(_inside(values[part], body)))
    confidence = np.ones(points.shape[:2], np.float32)
    return PoseSequence(points, confidence, fps, body.size, OPENPOSE_18, depth)


def _narrowed(values: np.ndarray, body: Body) -> np.ndarray:
    """Return poses whose steps are so wide that the hips keep to the columns of the target."""
    low, high = ((side - body.centre) / body.pixels for side in body.reach)
    edge = _MARGIN * body.size[0]
    left_room = (body.centre - edge) / body.pixels - 0.3
    right_room = (body.size[0] - edge - body.centre) / body.pixels - 0.3
    allowed = (
        min(max(-low, _LEAST_REACH), max(left_room, 0.02)),
        min(max(high, _LEAST_REACH), max(right_room, 0.02)),
    )
    widest = [1e-6, 1e-6]
    for start in range(0, len(values), _BLOCK):
        points = body.project(body.joints(values[start : start + _BLOCK]))[0]
        middle = (points[:, _HIPS, 0].mean(axis=1) - body.centre) / body.pixels
        widest = [max(widest[0], -middle.min()), max(widest[1], middle.max())]
    share = min(1.0, allowed[0] / widest[0], allowed[1] / widest[1])
    if share == 1.0:
        return values
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
        # The forearm folds back over the upper arm, which costs it twice the overhang at most.
        fore, upper = DIRECTIONS[side, "fore"], DIRECTIONS[side, "upper"]
        out[:, fore] = _unit(out[:, fore]) * (1 - 2.2 * share) - _unit(out[:, upper]) * 2.2 * share * (share > 0)
    return out


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
