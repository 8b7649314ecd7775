import json

import numpy as np
import pytest

from stickdance.capture.keypoint_files.coco import write_coco
from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import COCO_17, OPENPOSE_18
from stickdance.checkpoints.errors import BadInput


def random_poses(frames=6) -> PoseSequence:
    chance = np.random.default_rng(2)
    points = chance.uniform(0, 320, (frames, 17, 2)).astype(np.float32)
    confidence = chance.uniform(0.01, 1, (frames, 17)).astype(np.float32)
    points[2], confidence[2] = np.nan, 0
    points[4, :5], confidence[4, :5] = np.nan, 0
    return PoseSequence(points, confidence, 23.976, (320, 240), COCO_17)


def save(path, value):
    path.write_text(json.dumps(value))
    return path


def flat(v: float, at: float = 10.0) -> list[float]:
    return [value for joint in range(17) for value in (at + joint, 50.0, v)]


def data_set(keypoints, **more):
    return {
        "images": [
            {"id": 7, "file_name": "f_0001.jpg", "width": 64, "height": 48},
            {"id": 3, "file_name": "f_0000.jpg", "width": 64, "height": 48},
        ],
        "annotations": [{"id": 1, "image_id": 7, "keypoints": keypoints, **more}],
    }


def test_what_is_written_comes_back_exactly(tmp_path):
    poses = random_poses()
    write_coco(poses, tmp_path / "a.json")
    found = read_keypoints(tmp_path / "a.json")
    back = found.poses()
    assert (back.fps, back.size, back.skeleton) == (poses.fps, poses.size, COCO_17)
    np.testing.assert_array_equal(back.points, poses.points)
    np.testing.assert_array_equal(back.confidence, poses.confidence)


def test_our_skeleton_goes_out_as_17_joints_and_gets_its_neck_back(tmp_path):
    ours = random_poses().converted(OPENPOSE_18)
    write_coco(ours, tmp_path / "a.json")
    back = read_keypoints(tmp_path / "a.json").poses().converted(OPENPOSE_18)
    np.testing.assert_array_equal(back.points, ours.points)


def test_what_is_written_is_a_coco_data_set(tmp_path):
    poses = random_poses()
    write_coco(poses, tmp_path / "a.json")
    data = json.loads((tmp_path / "a.json").read_text())
    (category,) = data["categories"]
    assert category["keypoints"][:2] == ["nose", "left_eye"]
    assert [image["id"] for image in data["images"]] == list(range(6))
    one = next(a for a in data["annotations"] if a["image_id"] == 4)
    table = np.array(one["keypoints"]).reshape(17, 3)
    assert table[:, 2].tolist() == [0] * 5 + [2] * 12
    assert one["num_keypoints"] == 12
    low, high = poses.points[4, 5:].min(0), poses.points[4, 5:].max(0)
    np.testing.assert_allclose(one["bbox"], [*low, *(high - low)], rtol=1e-5)


@pytest.mark.parametrize(("flag", "confidence"), [(0, None), (1, 0.5), (2, 1.0)])
def test_flags_of_visibility_become_confidences(tmp_path, flag, confidence):
    found = read_keypoints(save(tmp_path / "a.json", data_set(flat(flag))))
    assert found.size == (64, 48)
    assert [len(people) for people in found.frames] == [0, 0 if confidence is None else 1]
    if confidence is not None:
        assert (found.frames[1][0].confidence == confidence).all()


def test_joint_names_tell_the_skeleton(tmp_path):
    value = data_set([value for joint in range(18) for value in (joint + 1.0, 5.0, 2)])
    value["categories"] = [{"id": 1, "keypoints": list(OPENPOSE_18.joints)}]
    assert read_keypoints(save(tmp_path / "a.json", value)).skeleton is OPENPOSE_18
    value["categories"][0]["keypoints"] = ["paw"] * 18
    with pytest.raises(BadInput, match=r"joints \(paw, paw, paw, ...\) are those of no known"):
        read_keypoints(save(tmp_path / "a.json", value))


def test_results_are_frames_by_their_image_numbers(tmp_path):
    value = [
        {"image_id": 3, "category_id": 1, "keypoints": flat(0.5), "score": 0.9},
        {"image_id": 1, "category_id": 1, "keypoints": flat(0.5), "score": 0.9},
        {"image_id": 1, "category_id": 1, "keypoints": flat(0.25, 30), "score": 0.4},
    ]
    found = read_keypoints(save(tmp_path / "a.json", value))
    assert [len(people) for people in found.frames] == [2, 0, 1]
    assert found.open_ended


def test_an_annotation_of_no_listed_image_is_refused(tmp_path):
    with pytest.raises(BadInput, match="annotation 1: belongs to image 9"):
        read_keypoints(save(tmp_path / "a.json", data_set(flat(2), image_id=9)))
    with pytest.raises(BadInput, match="has 3 keypoint_scores, expected 17"):
        read_keypoints(save(tmp_path / "a.json", data_set(flat(2), keypoint_scores=[1, 1, 1])))
