import numpy as np
import pytest

from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import BODY_25, COCO_17, OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.tools.commands.convert import convert_file
from stickdance.tools.options import ConversionOptions


@pytest.fixture
def poses(tmp_path) -> PoseSequence:
    points = np.random.default_rng(0).uniform(0, 200, (5, 18, 2)).astype(np.float32)
    confidence = np.ones((5, 18), np.float32)
    confidence[2] = 0
    found = PoseSequence(points, confidence, 25, (320, 240))
    found.save(tmp_path / "poses.npz")
    return found


def test_poses_of_a_take_go_out_to_every_format(tmp_path, poses):
    for name, title, skeleton in (
        ("a.json", "COCO JSON", COCO_17),
        ("folder", "OpenPose folder", OPENPOSE_18),
    ):
        answer = convert_file(tmp_path / "poses.npz", tmp_path / name, ConversionOptions())
        assert (answer["to"], answer["frames"], answer["missing_frames"]) == (title, 5, 1)
        back = read_keypoints(tmp_path / name).poses()
        expected = poses.converted(skeleton)
        there = expected.confidence > 0
        np.testing.assert_array_equal(back.points[there], expected.points[there])


def test_another_skeleton_may_be_asked_for(tmp_path, poses):
    options = ConversionOptions(skeleton="body_25")
    convert_file(tmp_path / "poses.npz", tmp_path / "folder", options)
    assert read_keypoints(tmp_path / "folder").skeleton is BODY_25
    with pytest.raises(BadInput, match="--skeleton body_99: unknown; known: openpose_18"):
        convert_file(tmp_path / "poses.npz", tmp_path / "b", ConversionOptions(skeleton="body_99"))


def test_what_a_file_does_not_say_must_be_told(tmp_path):
    (tmp_path / "a.json").write_text(str((np.arange(72).reshape(2, 18, 2) + 1.0).tolist()))
    with pytest.raises(BadInput, match=r"do not say the frame size; name the footage with --video"):
        convert_file(tmp_path / "a.json", tmp_path / "b.npz", ConversionOptions())
    options = ConversionOptions(size=(640, 480), fps=12.5)
    convert_file(tmp_path / "a.json", tmp_path / "b.npz", options)
    back = PoseSequence.load(tmp_path / "b.npz")
    assert (back.size, back.fps) == ((640, 480), 12.5)
    options = ConversionOptions(size=(320, 240), fps=25)
    convert_file(tmp_path / "b.npz", tmp_path / "c.npz", options)
    there = PoseSequence.load(tmp_path / "c.npz")
    assert (there.size, there.fps, len(there)) == ((320, 240), 25, 4)
    np.testing.assert_allclose(there.points[2], back.points[1] / 2)
    np.testing.assert_allclose(there.points[1], back.points.mean(axis=0) / 2)
    for wrong, told in (({"fps": 0.0}, "--fps 0"), ({"size": (0, 5)}, "--size 0x5")):
        with pytest.raises(BadInput, match=told):
            convert_file(tmp_path / "a.json", tmp_path / "d.npz", ConversionOptions(**wrong))
