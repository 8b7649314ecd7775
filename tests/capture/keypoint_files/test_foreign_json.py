"""AlphaPose, openpifpaf, joints by name and bare arrays."""

import json

import numpy as np
import pytest

from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.skeleton import BLAZEPOSE_33, COCO_17, HALPE_26, OPENPOSE_18
from stickdance.checkpoints.errors import BadInput


def save(path, value):
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def flat(joints: int, at: float = 10.0, sure: float = 0.5) -> list[float]:
    return [value for joint in range(joints) for value in (at + joint, 50.0, sure)]


def alpha(name: str, joints: int, at: float = 10.0):
    return {"image_id": name, "category_id": 1, "keypoints": flat(joints, at), "score": 2.5}


@pytest.mark.parametrize(("joints", "skeleton"), [(17, COCO_17), (26, HALPE_26)])
def test_alphapose_of_a_video(tmp_path, joints, skeleton):
    people = [alpha("2.jpg", joints, 20), alpha("10.jpg", joints), alpha("2.jpg", joints, 90)]
    found = read_keypoints(save(tmp_path / "alphapose-results.json", people))
    assert found.skeleton is skeleton
    assert [len(people) for people in found.frames] == [0, 0, 2, *[0] * 7, 1]
    assert found.frames[2][1].points[0].tolist() == [90, 50]
    assert found.open_ended
    assert found.notes == ()


def test_alphapose_of_a_folder_of_pictures_begins_with_its_first(tmp_path):
    people = [alpha("f_0007.png", 17), alpha("f_0009.png", 17)]
    found = read_keypoints(save(tmp_path / "a.json", people))
    assert [len(people) for people in found.frames] == [1, 0, 1]


def test_alphapose_of_a_folder_with_a_file_for_each_picture(tmp_path):
    for number, people in ((0, []), (1, [17, 17]), (2, [17])):
        body = [alpha(f"{number}.jpg", joints) for joints in people]
        save(tmp_path / f"{number}.json", body)
    assert [len(people) for people in read_keypoints(tmp_path).frames] == [2, 1]


def test_a_confidence_beyond_one_counts_as_one(tmp_path):
    people = [{"image_id": "0.jpg", "keypoints": flat(17, sure=5.5)}]
    found = read_keypoints(save(tmp_path / "a.json", people))
    assert (found.frames[0][0].confidence == 1).all()


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ([alpha("0.jpg", 17), alpha("1.jpg", 26)], "person 2: has 26 joints"),
        ([alpha("0.jpg", 136)], "has 408 numbers, expected 3 for each of 17 or 26 joints"),
        ([alpha("0.jpg", 17), {"keypoints": flat(17)}], "person 2: has no image_id"),
        ([{"image_id": "0.jpg", "keypoints": ["1"] * 51}], "found the text '1'"),
    ],
)
def test_wrong_results_of_alphapose_are_refused(tmp_path, people, told):
    with pytest.raises(BadInput, match=told):
        read_keypoints(save(tmp_path / "a.json", people))


def pifpaf(at: float = 10.0):
    joints = flat(17, at)
    joints[:3] = 0.0, -3.0, 0.0  # as it writes a joint that it did not find
    return {"keypoints": joints, "bbox": [0, 0, 9, 9], "score": 0.7, "category_id": 1}


def test_openpifpaf_of_a_picture(tmp_path):
    found = read_keypoints(save(tmp_path / "a.jpg.predictions.json", [pifpaf(), pifpaf(90)]))
    assert [len(people) for people in found.frames] == [2]
    assert np.isnan(found.frames[0][0].points[0]).all()
    assert found.frames[0][1].points[1].tolist() == [91, 50]


def test_openpifpaf_of_a_folder_of_pictures_may_begin_with_nobody(tmp_path):
    for number, people in ((0, []), (1, [pifpaf()]), (3, [pifpaf(), pifpaf(70)])):
        save(tmp_path / f"frame_{number:04d}.jpg.predictions.json", people)
    found = read_keypoints(tmp_path)
    assert [len(people) for people in found.frames] == [0, 1, 0, 2]
    assert "1 frames are missing (2)" in found.notes[0]


def test_openpifpaf_of_a_video_counts_from_one(tmp_path):
    lines = [{"frame": n, "predictions": [pifpaf(n)] if n > 1 else []} for n in (1, 2, 3)]
    text = "\n".join(json.dumps(line) for line in lines) + "\n"
    found = read_keypoints(save(tmp_path / "a.json", text))
    assert [len(people) for people in found.frames] == [0, 1, 1]
    assert found.frames[2][0].points[1, 0] == 4


def test_openpifpafs_own_output_reads_as_it_is(shared_data):
    file = shared_data / "images" / "coco_81988_openpifpaf.json"
    (people,) = read_keypoints(file).frames
    raw = np.array(json.loads(file.read_text())[1]["keypoints"]).reshape(17, 3)
    assert len(people) == 5
    there = raw[:, 2] > 0
    np.testing.assert_allclose(people[1].points[there], raw[there, :2], rtol=1e-6)


def named(names, **more):
    return {name: {"x": k, "y": 2.0 * k, **more} for k, name in enumerate(names, 1)}


def test_joints_by_name_in_any_order_and_spelling(tmp_path):
    joints = named(reversed(COCO_17.joints))
    joints["leftShoulder"] = joints.pop("left_shoulder")
    found = read_keypoints(save(tmp_path / "a.json", [joints, {}, joints]))
    assert found.skeleton is COCO_17
    assert [len(people) for people in found.frames] == [1, 0, 1]
    assert found.frames[0][0].points[0].tolist() == [17, 34]
    assert found.frames[0][0].points[COCO_17.index["left_shoulder"]].tolist() == [12, 24]
    assert (found.frames[0][0].confidence == 1).all()


def test_mediapipes_shares_are_told_from_pixels_and_scaled(tmp_path):
    marks = [{"x": 0.5, "y": k / 33, "z": -0.1, "visibility": 0.9} for k in range(33)]
    found = read_keypoints(save(tmp_path / "a.json", [marks, marks]))
    assert found.in_shares
    assert found.skeleton is BLAZEPOSE_33
    person = found.scaled((200, 330)).frames[1][0]
    assert person.points[32].tolist() == pytest.approx([100, 320])
    assert person.depth[32] == pytest.approx(20)  # nearer to the camera, in frame widths
    assert person.confidence[32] == pytest.approx(0.9)


def test_people_with_lists_of_named_joints(tmp_path):
    names = ["mouth_left" if n == "left_mouth" else n for n in BLAZEPOSE_33.joints]
    joints = [{"name": n, "x": k, "y": 9, "score": 0.5} for k, n in enumerate(names)]
    found = read_keypoints(save(tmp_path / "a.json", [[{"keypoints": joints}] * 2]))
    assert [len(people) for people in found.frames] == [2]
    assert found.frames[0][1].points[9].tolist() == [9, 9]


@pytest.mark.parametrize(
    ("frames", "told"),
    [
        ([named(["paw", "tail", "snout", "ear", "whisker"])], "no known skeleton"),
        ([named(COCO_17.joints) | {"nose": {"x": "1", "y": 2}}], "nose: .* the text '1'"),
        ([[{"x": 1, "y": 2}] * 19], "has 19 joints without names"),
        ([named(COCO_17.joints), 5], "frame 2: expected joints with x and y"),
    ],
)
def test_wrong_named_joints_are_refused(tmp_path, frames, told):
    with pytest.raises(BadInput, match=told):
        read_keypoints(save(tmp_path / "a.json", frames))


def test_movenets_frames_read_as_they_are(shared_data):
    file = shared_data / "poses" / "lunges_coco17.json"
    found, raw = read_keypoints(file), json.loads(file.read_text())
    assert (len(found), found.skeleton) == (120, COCO_17)
    for name, place in COCO_17.index.items():
        expected = [raw[70][name]["x"], raw[70][name]["y"]]
        np.testing.assert_allclose(found.frames[70][0].points[place], expected, rtol=1e-6)


def test_blazeposes_frames_read_as_they_are(shared_data):
    file = shared_data / "poses" / "squats_blazepose33.json"
    found, raw = read_keypoints(file), np.array(json.loads(file.read_text()))
    assert (len(found), found.skeleton) == (65, BLAZEPOSE_33)
    person = found.frames[64][0]
    np.testing.assert_allclose(person.points, raw[64, :, :2], rtol=1e-6)
    np.testing.assert_allclose(person.depth, -raw[64, :, 2], rtol=1e-6)


@pytest.mark.parametrize(
    ("array", "frames"),
    [
        (np.ones((4, 18, 2)), [1, 1, 1, 1]),
        (np.ones((18, 3)), [1]),
        (np.ones((2, 3, 17, 3)), [3, 3]),
    ],
)
def test_bare_arrays_by_their_shape(tmp_path, array, frames):
    found = read_keypoints(save(tmp_path / "a.json", (array * 50 * [1, *[1] * (array.shape[-1] - 2), 0.02][: array.shape[-1]]).tolist()))  # fmt: skip  # noqa: E501
    assert [len(people) for people in found.frames] == frames


def test_a_null_frame_of_bare_arrays_holds_nobody(tmp_path):
    body = (np.arange(36).reshape(18, 2) + 1.0).tolist()
    found = read_keypoints(save(tmp_path / "a.json", [None, body, []]))
    assert found.skeleton is OPENPOSE_18
    assert [len(people) for people in found.frames] == [0, 1, 0]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", "is empty"),
        ("[]", "is empty"),
        ("{}", "is empty"),
        ("[" * 100000, "nested too deeply|cannot be read as JSON"),
        ('{"a": ', "cannot be read as JSON"),
        ('{"name": "Anna"}', "JSON of no known kind; known: "),
        ("[1, 2, 3]", "JSON of no known kind"),
        ('"text"', "JSON of no known kind"),
        ([[[1, 2]] * 19], "array of 19x2"),
        ([[[1, 2]] * 16 + [[1]]], "lists of one length"),
        ([[["a", "b"]] * 17], "the text 'a'"),
        ([np.ones((17, 2)).tolist(), np.ones((18, 2)).tolist()], "frame 2: has 18 joints"),
    ],
)
def test_foreign_json_is_refused_in_one_line(tmp_path, value, told):
    with pytest.raises(BadInput, match=told) as error:
        read_keypoints(save(tmp_path / "a.json", value))
    assert "a.json" in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_no_text_a_missing_file_and_a_folder_without_json_are_refused(tmp_path):
    (tmp_path / "a.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="is not text"):
        read_keypoints(tmp_path / "a.json")
    with pytest.raises(BadInput, match="no such file or folder"):
        read_keypoints(tmp_path / "b.json")
    (tmp_path / "c").mkdir()
    with pytest.raises(BadInput, match="holds no JSON files"):
        read_keypoints(tmp_path / "c")
    save(tmp_path / "c" / "settings.json", {"colour": "red"})
    with pytest.raises(BadInput, match="no frames of OpenPose, AlphaPose or openpifpaf"):
        read_keypoints(tmp_path / "c")


def test_a_text_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("stickdance.capture.keypoint_files.json_text.LARGEST", 100)
    with pytest.raises(BadInput, match="larger than 100 bytes, the most that is read"):
        read_keypoints(save(tmp_path / "a.json", [alpha("0.jpg", 17)]))


def test_a_crowd_is_refused(tmp_path):
    with pytest.raises(BadInput, match="has 201 people in frame 0"):
        read_keypoints(save(tmp_path / "a.json", [alpha("0.jpg", 17)] * 201))
