from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.estimators.contract import Person
from stickdance.capture.keypoint_files.keypoints import Keypoints, keypoints_of
from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.keypoint_files.writing import write_keypoints
from stickdance.capture.pose.skeleton import COCO_17, OPENPOSE_18
from stickdance.checkpoints.errors import BadInput


def standing_at(x: float, tall: float = 100.0) -> Person:
    points = np.stack([np.full(17, x), np.linspace(50, 50 + tall, 17)], axis=-1)
    points[::2, 0] += tall / 4
    return Person(points.astype(np.float32), np.ones(17, np.float32))


def test_poses_of_a_take_come_back_as_they_are(filmed):
    for path in (filmed.poses_file, filmed.poses_file.parent):  # as a file, and as a take has them
        found = read_keypoints(path)
        assert found.own
        back = found.poses()
        np.testing.assert_array_equal(back.points, filmed.poses.points)
        assert (back.fps, back.size) == (filmed.poses.fps, filmed.poses.size)


def test_frames_without_a_joint_hold_nobody(filmed):
    poses = filmed.poses.part(0, 3)
    poses = replace(poses, confidence=poses.confidence * np.array([[1], [0], [1]], np.float32))
    assert [len(people) for people in keypoints_of(poses).frames] == [1, 0, 1]


def test_of_several_people_the_target_is_followed():
    frames = tuple((standing_at(400 - k, 40), standing_at(100 + k)) for k in range(20))
    found = Keypoints("test", COCO_17, frames).poses((640, 480), 25)
    np.testing.assert_array_equal(found.points[:, 1, 0], 100 + np.arange(20))


def test_frame_size_and_rate_must_come_from_somewhere():
    found = Keypoints("AlphaPose 17", COCO_17, ((standing_at(100),),))
    with pytest.raises(BadInput, match="do not say the frame size"):
        found.poses(fps=25)
    with pytest.raises(BadInput, match="do not say the frame rate"):
        found.poses(size=(640, 480))


def test_pixels_are_those_of_the_footage_where_the_file_says_nothing():
    found = Keypoints("OpenPose", COCO_17, ((standing_at(100),),))
    half = found.scaled((320, 240), footage=(640, 480)).frames[0][0]
    np.testing.assert_allclose(half.points, standing_at(100).points / 2)
    same = found.scaled((320, 240)).frames[0][0]
    np.testing.assert_array_equal(same.points, standing_at(100).points)


def test_frames_of_another_shape_are_refused():
    found = Keypoints("COCO", COCO_17, ((standing_at(100),),), size=(640, 480))
    with pytest.raises(BadInput, match="640x480, found 640x640"):
        found.scaled((640, 640))


def test_the_name_asks_for_the_format(tmp_path, filmed):
    for name in ("a.json", "a.npz", "a"):
        write_keypoints(filmed.poses, tmp_path / name)
        back = read_keypoints(tmp_path / name).poses().converted(OPENPOSE_18)
        np.testing.assert_allclose(back.points, filmed.poses.points, atol=1e-4)
    with pytest.raises(BadInput, match=r"a.csv: expected a name that ends with .json"):
        write_keypoints(filmed.poses, tmp_path / "a.csv")
