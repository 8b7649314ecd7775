"""What a moment of a dance tells of its genre: how the body is held, how it moves to the next.

    places    of the 18 joints around the middle of the hips                      (36 columns)
    velocity  of the joints, and of the hips themselves, on the average until the next moment   (38)
    pace      the root mean square of the same: a movement to and fro has no velocity, but pace (38)

All in body heights and seconds, from `motion_features` at 25 frames a second.
"""

from pathlib import Path

import numpy as np

from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.dance.folder import POSES
from stickdance.choreography.evaluation.motion_features import FPS, frame_features, height_in_pixels
from stickdance.choreography.learned.genre.items import is_video

_USUAL_FPS = 30.0  # of keypoint files that do not say
_USUAL_SIZE = (1920, 1080)
_PLACES = 2 * len(OPENPOSE_18)
_MOVING = _PLACES + 2
COLUMNS = _PLACES + 2 * _MOVING
"""Numbers a moment."""


def pose_columns(poses: PoseSequence, fps: float) -> np.ndarray:
    """Return (moments, 112) float32: what a dance looks like, `fps` times a second.

    Args:
        poses: of a whole person.
        fps: at most 25, the rate that poses are compared at.

    Raises:
        BadInput: too short, or no frame shows hips, head and feet.
    """
    features = frame_features(poses)
    moving = np.concatenate([features[:, _PLACES:], _travel(poses)], axis=1)
    starts = moments(len(features), FPS, fps)
    counts = np.diff([*starts, len(features)])[:, None]
    velocity = np.add.reduceat(moving, starts) / counts
    pace = np.sqrt(np.add.reduceat(moving**2, starts) / counts)
    return np.concatenate([features[starts, :_PLACES], velocity, pace], axis=1).astype(np.float32)


def read_poses(path: Path) -> PoseSequence:
    """Return the poses of a dance, take or keypoint file, with the 18 joints of OpenPose.

    Raises:
        BadInput: there are none, or they cannot be read.
    """
    if (path / POSES).is_file():
        return PoseSequence.load(path / POSES).converted(OPENPOSE_18)
    if is_video(path):
        raise BadInput(f"{path}: a video has no poses yet; make a take of it (stickdance capture)")
    keypoints = read_keypoints(path)
    size, fps = keypoints.size or _USUAL_SIZE, keypoints.fps or _USUAL_FPS
    return keypoints.poses(size, fps).converted(OPENPOSE_18)


def moments(frames: int, fps: float, wanted: float) -> np.ndarray:
    """Return the numbers of the frames that are looked at, so that there are `wanted` a second."""
    return np.arange(0, frames - 0.5, fps / wanted).round().astype(int)


def mirrored_columns() -> tuple[np.ndarray, np.ndarray]:
    """Return (order, signs) so that `columns[:, order] * signs` is the dance seen in a mirror."""
    joints = np.array(OPENPOSE_18.mirrored)
    places = np.stack([2 * joints, 2 * joints + 1], axis=1).reshape(-1)
    moving = np.append(places, [_PLACES, _PLACES + 1])
    order = np.concatenate([places, _PLACES + moving, _PLACES + _MOVING + moving])
    signs = np.ones(COLUMNS, np.float32)
    signs[: _PLACES + _MOVING : 2] = -1  # columns alternate between across and down
    return order, signs


def joint_columns() -> np.ndarray:
    """Return the number of the joint that each column is of (112,), -1 for the hips' own way."""
    places = np.repeat(np.arange(len(OPENPOSE_18)), 2)
    moving = np.append(places, [-1, -1])
    return np.concatenate([places, moving, moving])


def _travel(poses: PoseSequence) -> np.ndarray:
    """Return (frames, 2): the hips' velocity in body heights per second."""
    even = poses.converted(OPENPOSE_18).resampled(FPS)
    index, at = OPENPOSE_18.index, np.arange(len(even))
    hips = (even.points[:, index["left_hip"]] + even.points[:, index["right_hip"]]) / 2
    seen = np.isfinite(hips).all(axis=1)
    path = np.stack([np.interp(at, at[seen], hips[seen, axis]) for axis in (0, 1)], axis=1)
    velocity: np.ndarray = np.gradient(path / height_in_pixels(even.points), 1 / FPS, axis=0)
    return velocity
