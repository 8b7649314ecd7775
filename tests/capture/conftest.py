from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from stickdance.capture.media.video import VideoWriter
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.take.take import Take
from stickdance.capture.video_to_take import CaptureOptions, video_to_take

# A standing person of height 1 (ankles to nose), seen from the front, around the feet.
STANDING = {
    "nose": (0, -1.0), "neck": (0, -0.84), "right_shoulder": (-0.11, -0.84),
    "right_elbow": (-0.19, -0.66), "right_wrist": (-0.21, -0.48), "left_shoulder": (0.11, -0.84),
    "left_elbow": (0.19, -0.66), "left_wrist": (0.21, -0.48), "right_hip": (-0.07, -0.5),
    "right_knee": (-0.08, -0.26), "right_ankle": (-0.08, 0), "left_hip": (0.07, -0.5),
    "left_knee": (0.08, -0.26), "left_ankle": (0.08, 0), "right_eye": (-0.025, -1.03),
    "left_eye": (0.025, -1.03), "right_ear": (-0.05, -1.01), "left_ear": (0.05, -1.01),
}  # fmt: skip


@dataclass(frozen=True)
class Filmed:
    """A drawn person before a drawn room, with everything about it known."""

    video: Path
    poses_file: Path
    poses: PoseSequence
    room: np.ndarray
    pictures: np.ndarray
    mattes: np.ndarray


def standing(height: float, feet: tuple[float, float]) -> np.ndarray:
    offsets = np.array([STANDING[name] for name in OPENPOSE_18.joints], np.float32)
    return offsets * height + np.array(feet, np.float32)


def walk(frames: int, size: tuple[int, int], fps: float) -> PoseSequence:
    """Sideways to and fro, both arms swinging up and down."""
    phase = 2 * np.pi * np.arange(frames) / frames
    height = 0.7 * size[1]
    points = np.stack(
        [standing(height, (size[0] * (0.5 + 0.19 * np.sin(at)), 0.92 * size[1])) for at in phase]
    )
    for side, sign in (("left", 1), ("right", -1)):
        for part, reach in (("elbow", 0.2), ("wrist", 0.38)):
            place = OPENPOSE_18.index[f"{side}_{part}"]
            shoulder = points[:, OPENPOSE_18.index[f"{side}_shoulder"]]
            lift = 0.9 * np.sin(2 * phase)
            way = np.stack([sign * np.cos(lift), -np.sin(lift)], axis=-1)
            points[:, place] = shoulder + reach * height * way
    return PoseSequence(points, np.ones(points.shape[:2]), fps, size)


def person_mask(points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    mask = np.zeros((size[1], size[0]), np.uint8)
    tall = np.ptp(points[:, 1])
    places = np.rint(points).astype(int)
    for a, b in OPENPOSE_18.bone_indices:
        cv2.line(mask, places[a].tolist(), places[b].tolist(), 255, max(1, round(0.07 * tall)))
    torso = [OPENPOSE_18.index[n] for n in ("left_shoulder", "right_shoulder", "right_hip", "left_hip")]  # fmt: skip  # noqa: E501
    cv2.fillConvexPoly(mask, places[torso].astype(np.int32), 255)
    cv2.circle(mask, places[0].tolist(), round(0.09 * tall), 255, -1)
    return mask


def make_room(size: tuple[int, int], seed: int = 3) -> np.ndarray:
    chance = np.random.default_rng(seed)
    coarse = chance.integers(90, 230, (8, 8, 3), np.uint8)
    room = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    for _ in range(12):
        x, y = chance.integers(0, size[0]), chance.integers(0, size[1])
        colour = chance.integers(60, 255, 3).tolist()
        cv2.rectangle(room, (int(x), int(y)), (int(x) + 12, int(y) + 9), colour, 2)
    return room


def film_person(folder: Path, frames: int = 60, size=(192, 160), fps: float = 25.0) -> Filmed:
    poses = walk(frames, size, fps)
    room = make_room(size)
    mattes = np.stack([person_mask(points, size) for points in poses.points])
    colours = np.array([150, 20, 35], np.uint8)
    pictures = np.where(mattes[..., None] > 0, colours, room)
    video = folder / "anna.mp4"
    with VideoWriter(video, size, fps, crf=6, pixel_format="yuv444p") as writer:
        for picture in pictures:
            writer.write(picture)
    return Filmed(video, poses.save(folder / "poses.npz"), poses, room, pictures, mattes)


@pytest.fixture(scope="session")
def filmed(tmp_path_factory) -> Filmed:
    return film_person(tmp_path_factory.mktemp("filmed"))


@pytest.fixture(scope="session")
def take(filmed, tmp_path_factory) -> Take:
    """A take of the drawn person, its poses replayed; tests must not change its folder."""
    options = CaptureOptions(estimator="replay", poses=filmed.poses_file, consent="drawn, no one")
    return video_to_take([filmed.video], tmp_path_factory.mktemp("takes") / "anna", options)
