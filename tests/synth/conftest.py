import json
import wave
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from stickdance.capture.media.images import write_png
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.capture.pose.body_profile import BodyProfile, normalised
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.take.take import Take
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.manifest import result_folder
from stickdance.synth.generators import catalog
from stickdance.synth.generators.recipe import Recipe

SIZE, FPS, FRAMES = (64, 64), 10.0, 30
STANDING = {
    "nose": (32, 12), "neck": (32, 18), "right_shoulder": (27, 18), "right_elbow": (23, 25),
    "right_wrist": (20, 32), "left_shoulder": (37, 18), "left_elbow": (41, 25),
    "left_wrist": (44, 32), "right_hip": (29, 34), "right_knee": (28, 44), "right_ankle": (28, 55),
    "left_hip": (35, 34), "left_knee": (36, 44), "left_ankle": (36, 55), "right_eye": (31, 11),
    "left_eye": (33, 11), "right_ear": (29, 12), "left_ear": (35, 12),
}  # fmt: skip


def swaying(frames: int, size: tuple[int, int] = SIZE) -> PoseSequence:
    points = np.tile(
        np.array([STANDING[name] for name in OPENPOSE_18.joints], float), (frames, 1, 1)
    )
    time = np.arange(frames) / FPS
    points[..., 0] += 4 * np.sin(time * 3)[:, None]
    for side, sign in (("right", -1), ("left", 1)):
        angle = 0.8 + 0.8 * np.sin(time * 4 + (sign > 0))
        shoulder = points[:, OPENPOSE_18.index[f"{side}_shoulder"]]
        way = np.stack([sign * np.sin(angle), np.cos(angle)], -1)
        points[:, OPENPOSE_18.index[f"{side}_elbow"]] = shoulder + 8 * way
        points[:, OPENPOSE_18.index[f"{side}_wrist"]] = shoulder + 15 * way
    whole = PoseSequence(points, np.ones((frames, 18)), FPS, SIZE)
    return whole.scaled(size)


def body_of(poses: PoseSequence) -> BodyProfile:
    pose = poses.points[0]
    bones = {
        f"{a}-{b}": float(np.linalg.norm(pose[i] - pose[j]))
        for (a, b), (i, j) in zip(OPENPOSE_18.bones, OPENPOSE_18.bone_indices, strict=True)
    }
    face = dict.fromkeys(("nose", "right_eye", "left_eye", "right_ear", "left_ear"), (0.0, -6.0))
    return BodyProfile(
        OPENPOSE_18, poses.size, bones, 10.0, 6.0, 43.0, 55.0, 32.0, (28.0, 36.0), face,
        normalised(poses.points, OPENPOSE_18, 43.0),
    )  # fmt: skip


def photo_of(pose: np.ndarray, room: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    photo, matte = room.copy(), np.zeros(room.shape[:2], np.uint8)
    for place, (a, b) in enumerate(OPENPOSE_18.bone_indices):
        ends = [tuple(round(v) for v in pose[joint]) for joint in (a, b)]
        colour = (200 - 8 * place, 60 + 9 * place, 90)
        for canvas, paint in ((photo, colour), (matte, 255)):
            cv2.line(canvas, ends[0], ends[1], paint, 5)
    torso = pose[[2, 5, 11, 8]].round().astype(np.int32)
    for canvas, paint in ((photo, (180, 40, 40)), (matte, 255)):
        cv2.fillConvexPoly(canvas, torso, paint)
    return photo, matte


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Tiny networks are slower on several threads, much slower beside other work."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def make_take(tmp_path_factory):
    """Give a function that writes a small take of so many frames and returns it."""

    def make(frames: int = FRAMES, training: int | None = None) -> Take:
        place = tmp_path_factory.mktemp("take")
        poses = swaying(frames)
        rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
        room = np.dstack([90 + rows, 120 + columns // 2, 200 - rows]).astype(np.uint8)
        shots = [photo_of(pose, room) for pose in poses.points]
        original = place / "footage.mp4"
        write_video(original, [photo for photo, _ in shots], "yuv420p")
        training = training or round(0.8 * frames)
        with result_folder(place / "take", "take", {}) as folder:
            write_video(folder / "frames.mp4", [photo for photo, _ in shots], "yuv420p")
            write_video(folder / "mattes.mp4", [matte for _, matte in shots], "gray")
            poses.save(folder / "poses.npz")
            write_png(folder / "plate.png", room)
            body_of(poses.part(0, training)).save(folder / "body.json")
            source = {"path": str(original), "relative": "../footage.mp4", "first": 0}
            source |= {"sha256": sha256(original), "frames": frames}
            report = {"training_frames": training, "frames": frames, "sources": [source]}
            report |= {"consent": "given for tests", "warnings": []}
            (folder / "report.json").write_text(json.dumps(report))
        return Take.load(place / "take")

    return make


@pytest.fixture(scope="session")
def tiny_take(make_take) -> Take:
    return make_take()


@pytest.fixture
def tiny_pix2pixhd(monkeypatch) -> None:
    """Make the generator "pix2pixhd" small enough for a test of its training."""
    recipe = Recipe(
        weights={"l1": 1.0, "adversarial": 1.0, "feature_matching": 10.0},
        batch=2, generator_rate=2e-3, discriminator_channels=4, discriminator_scales=2, average=0.5,
    )  # fmt: skip
    kind = catalog.GENERATORS["pix2pixhd"]
    numbers = {"channels": 4, "downsamplings": 2, "blocks": 1, "enhance": False}
    monkeypatch.setitem(
        catalog.GENERATORS, "pix2pixhd", replace(kind, recipe=recipe, numbers=numbers, face=2)
    )


@pytest.fixture
def make_dance(tmp_path):
    """Give a function that writes a dance of so many frames for a body, with a sound."""

    def make(frames: int = 12, size: tuple[int, int] = SIZE, name: str = "dance") -> Path:
        poses = swaying(frames, size)
        with result_folder(tmp_path / name, "dance", {}) as folder:
            poses.save(folder / "poses.npz")
            body_of(poses).save(folder / "body.json")
            (folder / "choreography.json").write_text("{}")
            with wave.open(str(folder / "song.wav"), "wb") as song:
                song.setnchannels(1)
                song.setsampwidth(2)
                song.setframerate(44_100)
                length = max(44_100, round(44_100 * frames / FPS))
                wavelet = 8000 * np.sin(np.arange(length) * 0.06)
                song.writeframes(wavelet.astype("<i2").tobytes())
        return tmp_path / name

    return make


def write_video(path: Path, frames: list[np.ndarray], pixel_format: str) -> None:
    with VideoWriter(path, SIZE, FPS, crf=4, pixel_format=pixel_format) as video:
        for frame in frames:
            video.write(frame)
