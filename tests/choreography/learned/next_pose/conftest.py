"""A body of known bones that swings its arms and sways, over and over."""

import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.export.bvh import write_bvh
from stickdance.choreography.learned.next_pose.movements import SplitMovement
from stickdance.choreography.movement.movement import Movement
from stickdance.choreography.one_thread import one_thread

_STANDING = {
    "neck": (0.0, 0.86, 0.0), "nose": (0.0, 1.0, 0.06),
    "left_eye": (0.03, 1.03, 0.05), "right_eye": (-0.03, 1.03, 0.05),
    "left_ear": (0.06, 1.01, 0.0), "right_ear": (-0.06, 1.01, 0.0),
    "left_shoulder": (0.12, 0.86, 0.0), "right_shoulder": (-0.12, 0.86, 0.0),
    "left_hip": (0.08, 0.5, 0.0), "right_hip": (-0.08, 0.5, 0.0),
    "left_knee": (0.09, 0.25, 0.02), "right_knee": (-0.09, 0.25, 0.02),
    "left_ankle": (0.1, 0.0, 0.0), "right_ankle": (-0.1, 0.0, 0.0),
}  # fmt: skip


def swinging_points(frames: int, fps: float, period: float = 1.2, phase: float = 0.0):
    """Return (frames, 18, 3): arms swing by 60 degrees, the whole body sways to the sides."""
    time = np.arange(frames) / fps
    turn = 2 * np.pi * time / period + phase
    points = np.zeros((frames, 18, 3))
    for joint, place in _STANDING.items():
        points[:, OPENPOSE_18.index[joint]] = place
    for sign, side in ((1, "left"), (-1, "right")):
        angle = np.pi / 3 * np.sin(turn * sign)
        shoulder = points[:, OPENPOSE_18.index[f"{side}_shoulder"]]
        down = np.stack([np.zeros(frames), -np.cos(angle), np.sin(angle)], axis=1)
        points[:, OPENPOSE_18.index[f"{side}_elbow"]] = shoulder + 0.18 * down
        points[:, OPENPOSE_18.index[f"{side}_wrist"]] = shoulder + 0.34 * down
    points[:, :, 0] += 0.05 * np.sin(turn / 2)[:, None]
    return points


@pytest.fixture
def swinging():
    return swinging_points


@pytest.fixture
def part_of():
    def make(points, split=None, fps=25.0, source="data", name="swinging"):
        movement = Movement(name, points, fps, OPENPOSE_18, "test")
        return SplitMovement(movement, len(points) if split is None else split, source)

    return make


@pytest.fixture
def bvh(tmp_path):
    return write_bvh(swinging_points(200, 25.0), 25.0, tmp_path / "data" / "swinging.bvh")


@pytest.fixture(scope="module")
def lasting_bvh(tmp_path_factory):
    to = tmp_path_factory.mktemp("data") / "swinging.bvh"
    return write_bvh(swinging_points(200, 25.0), 25.0, to)


@pytest.fixture(autouse=True)
def _one_thread():
    with one_thread():
        yield
