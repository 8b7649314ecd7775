"""A first guess at the body's channels, read off joints in the picture.

Conventions: joints of OPENPOSE_18; pixels of the frame; angles in degrees, positive to the
dancer's own left (the picture's right).
"""

import numpy as np

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.body.kinematics import SIDES, DancerBody
from stickdance.choreography.body.pose_channels import CHANNELS, DIRECTIONS, FEET, INDEX
from stickdance.choreography.body.rotations import about_vertical, rotated

_KNEES = 14.0
_SURELY_SHORTER = 0.97  # of its length: a trunk seen shorter than this bends forward


def guessed_poses(points: np.ndarray, depth: np.ndarray | None, body: DancerBody) -> np.ndarray:
    """Return poses (frames, channels) roughly like those seen.

    Args:
        points: (frames, 18, 2) pixels, without gaps.
        depth: (frames, 18) pixels towards the camera, or None: then bones that are seen shorter
            than they are come forward, and the turn is told by width and nose.
        body: whose bones.
    """
    space = _in_space(points, depth, body)
    out = np.zeros((len(points), len(CHANNELS)))
    out[:, [INDEX["left_knee"], INDEX["right_knee"]]] = _KNEES
    turn, chest = _turns(space, depth is None, body)
    out[:, INDEX["turn"]], out[:, INDEX["twist"]] = turn, chest - turn
    _guess_trunk(out, space, turn, depth is None, body)
    _guess_arms(out, space, chest, depth is None, body)
    _guess_feet(out, space, body)
    return out


def _in_space(points: np.ndarray, depth: np.ndarray | None, body: DancerBody) -> np.ndarray:
    """Return joints (frames, 18, 3) in body heights as an orthographic camera would see them."""
    space = np.zeros((*points.shape[:2], 3))
    space[..., 0] = (points[..., 0] - body.centre) / body.pixels
    space[..., 1] = (body.ground - points[..., 1]) / body.pixels
    if depth is not None:
        space[..., 2] = depth / body.pixels
    return space


def _at(space: np.ndarray, name: str) -> np.ndarray:
    return space[:, OPENPOSE_18.index[name]]


def _turns(space: np.ndarray, flat: bool, body: DancerBody) -> tuple[np.ndarray, np.ndarray]:
    """Return the turn of the hips and of the chest (frames,) in degrees."""
    hips = _at(space, "left_hip") - _at(space, "right_hip")
    shoulders = _at(space, "left_shoulder") - _at(space, "right_shoulder")
    if not flat:
        chest = np.degrees(np.unwrap(np.arctan2(-shoulders[:, 2], shoulders[:, 0])))
        own = np.degrees(np.unwrap(np.arctan2(-hips[:, 2], hips[:, 0])))
        return own - 360 * np.round((own - chest) / 360), chest
    width = np.clip(shoulders[:, 0] / body.shoulder_width, -1, 1)
    side = np.sign(_at(space, "nose")[:, 0] - _at(space, "neck")[:, 0])
    angle = np.degrees(np.arccos(width)) * side
    return angle, angle.copy()


def _guess_trunk(
    out: np.ndarray, space: np.ndarray, turn: np.ndarray, flat: bool, body: DancerBody
) -> None:
    middle = (_at(space, "left_hip") + _at(space, "right_hip")) / 2
    feet = (_at(space, "left_ankle") + _at(space, "right_ankle")) / 2
    spine = _at(space, "neck") - middle
    if flat:
        length = np.linalg.norm(spine[:, :2], axis=-1) / body.torso
        ahead = np.sqrt(np.maximum(1 - length**2, 0)) * (length < _SURELY_SHORTER)
        spine = spine + np.stack([0 * ahead, 0 * ahead, ahead * body.torso], axis=-1)
    spine = rotated(about_vertical(-turn), spine)
    out[:, INDEX["lean"]] = np.degrees(np.arctan2(spine[:, 0], spine[:, 1]))
    out[:, INDEX["bend"]] = np.degrees(np.arctan2(spine[:, 2], np.hypot(spine[:, 0], spine[:, 1])))
    lowest = np.minimum(_at(space, "left_ankle")[:, 1], _at(space, "right_ankle")[:, 1])
    air = np.maximum(lowest - 0.02, 0)
    out[:, INDEX["air"]] = air
    out[:, INDEX["sway_x"]] = middle[:, 0] - feet[:, 0]
    out[:, INDEX["sway_z"]] = 0 if flat else middle[:, 2] - feet[:, 2]
    out[:, INDEX["lower"]] = np.maximum(body.hip_height - middle[:, 1] + air, 0)


def _guess_arms(
    out: np.ndarray, space: np.ndarray, chest: np.ndarray, flat: bool, body: DancerBody
) -> None:
    lengths = {"upper": body.upper_arm, "fore": body.forearm}
    for (side, limb), place in DIRECTIONS.items():
        ends = ("shoulder", "elbow") if limb == "upper" else ("elbow", "wrist")
        bone = _at(space, f"{side}_{ends[1]}") - _at(space, f"{side}_{ends[0]}")
        if flat:
            hidden = lengths[limb] ** 2 - np.square(bone[:, :2]).sum(-1)
            bone = np.column_stack([bone[:, :2], np.sqrt(np.maximum(hidden, 0))])
        bone = rotated(about_vertical(-chest), bone) * np.array([SIDES[side], 1.0, 1.0])
        out[:, place] = bone / np.maximum(np.linalg.norm(bone, axis=-1, keepdims=True), 1e-9)


def _guess_feet(out: np.ndarray, space: np.ndarray, body: DancerBody) -> None:
    ahead = (_at(space, "left_ankle") + _at(space, "right_ankle"))[:, 2] / 2
    air = out[:, INDEX["air"]]
    for side, place in FEET.items():
        ankle = _at(space, f"{side}_ankle")
        outward = SIDES[side] * ankle[:, 0] - body.stance
        up = np.maximum(ankle[:, 1] - air, 0)
        out[:, place] = np.stack([outward, up, ankle[:, 2] - ahead], axis=-1)
