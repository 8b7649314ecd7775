"""Real pose sequences to try things on; the demo dancer's where no data folder is given."""

import os
from collections.abc import Iterator
from pathlib import Path

from stickdance.capture.estimators.catalog import create
from stickdance.capture.estimators.contract import sequence_of
from stickdance.capture.keypoint_files.keypoints import target_of
from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.tools.demo.filming import filming_poses

FOOTAGE = ("dancer_indoor.mp4", "lunges.mp4", "moving_camera.mp4", "three_people.avi", "squats.mp4")
"""Videos whose poses BlazePose estimates."""

FILES = {
    "tall_man_openpose25": (30.0, (1280, 720)),
    "small_man_openpose25": (30.0, (1280, 720)),
    "treadmill_openpose25": (24.0, (720, 720)),
}
"""Folders of OpenPose's output -> frames a second and frame size of what it was made from."""

DANCE = "jesse_dance.bvh"
_DANCE_FPS = 25.0  # recorded at 100
_HEIGHT = 512  # that footage is estimated at, at most


def data_folder(given: Path | None) -> Path | None:
    """Return the folder with `footage/` and `poses/`, as told or by $STICKDANCE_TEST_DATA."""
    known = given or os.environ.get("STICKDANCE_TEST_DATA")
    return None if known is None else Path(known)


def sequences(data: Path | None) -> Iterator[tuple[str, PoseSequence]]:
    """Yield (name, poses) with the joints of `OPENPOSE_18`; the demo dancer's without `data`."""
    if data is None:
        for fps in (30.0, 15.0, 5.0):
            yield f"demo dancer at {fps:.0f} fps", filming_poses(40.0, (512, 512), fps)
        return
    for name in FOOTAGE:
        yield name, estimated(data / "footage" / name, _HEIGHT).converted(OPENPOSE_18)
    for name, (fps, size) in FILES.items():
        yield name, _read(data / "poses" / name, fps, size)
    yield DANCE, dance(data)


def estimated(video: Path, height: int | None = None) -> PoseSequence:
    """Return the target's 33 joints as BlazePose estimates them, not cleaned.

    Args:
        video: footage.
        height: pixels that it is shrunk to where it is higher; None for as it is.
    """
    info, estimator = probe(video), create("blazepose")
    tall = min(height or info.size[1], info.size[1])
    size = (2 * round(info.size[0] * tall / info.size[1] / 2), 2 * round(tall / 2))
    frames = [estimate.people for estimate in estimator.estimate(read_frames(video, size=size))]
    people = target_of(frames, size, info.fps)
    return sequence_of(people, estimator.skeleton, size, info.fps)


def dance(data: Path) -> PoseSequence:
    """Return a recorded dance, seen from the front, at 25 frames a second."""
    return _read(data / "poses" / DANCE, 100.0, (512, 512)).resampled(_DANCE_FPS)


def _read(path: Path, fps: float, size: tuple[int, int]) -> PoseSequence:
    keypoints = read_keypoints(path)
    size, fps = keypoints.size or size, keypoints.fps or fps
    people = target_of(keypoints.scaled(size).frames, size, fps)
    return sequence_of(people, keypoints.skeleton, size, fps).converted(OPENPOSE_18)
