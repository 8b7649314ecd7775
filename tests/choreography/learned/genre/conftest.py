"""Dancers of two genres: arms that swing slowly, and arms that swing fast."""

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18

HERTZ = {"fast": 2.0, "slow": 0.5}


def swinging(genre: str, seed: int, seconds: float = 12.0, fps: float = 25.0) -> PoseSequence:
    random = np.random.default_rng((list(HERTZ).index(genre), seed))
    times = np.arange(round(seconds * fps)) / fps
    points = np.tile(_standing(), (len(times), 1, 1))
    swing = np.sin(2 * np.pi * (HERTZ[genre] * times + random.random()))
    for joint, far in (("elbow", 8.0), ("wrist", 18.0)):
        points[:, OPENPOSE_18.index[f"left_{joint}"], 0] += far * swing
        points[:, OPENPOSE_18.index[f"right_{joint}"], 0] -= far * swing
    points += random.normal(0, 0.3, points.shape)
    return PoseSequence(points, np.ones(points.shape[:2]), fps, (200, 200))


def _standing() -> np.ndarray:
    heights = {
        "nose": 20, "neck": 40, "shoulder": 42, "elbow": 70, "wrist": 95, "hip": 100, "knee": 140,
        "ankle": 180, "eye": 17, "ear": 19,
    }  # fmt: skip
    out = []
    for joint in OPENPOSE_18.joints:
        side = {"left": 12, "right": -12}.get(joint.split("_")[0], 0)
        out.append((100 + side, heights[joint.split("_")[-1]]))
    return np.array(out, float)


@pytest.fixture(scope="session")
def swinging_dancer():
    return swinging


@pytest.fixture(scope="session")
def dances(tmp_path_factory):
    """A folder for each genre, six dances in each."""
    folder = tmp_path_factory.mktemp("dances")
    for genre in HERTZ:
        for number in range(6):
            swinging(genre, number).save(folder / genre / f"dance{number}" / "poses.npz")
    return folder
