import json

import numpy as np
import pytest

from stickdance.capture.keypoint_files.openpose import write_openpose
from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.parts import FACE_70, HAND_21
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import BODY_25, BODY_25B, OPENPOSE_18
from stickdance.checkpoints.errors import BadInput, OutputFailed
from stickdance.checkpoints.manifest import read_manifest


def write_frames(folder, bodies_by_name):
    folder.mkdir()
    for name, bodies in bodies_by_name.items():
        people = [{"pose_keypoints_2d": body} for body in bodies]
        (folder / name).write_text(json.dumps({"version": 1.3, "people": people}))
    return folder


def body(joints: int, at: float = 1.0) -> list[float]:
    return [value for joint in range(joints) for value in (at + joint, 200.5, 0.75)]


def test_a_frame_is_read_joint_by_joint(tmp_path):
    folder = write_frames(tmp_path / "a", {"x_000000000000_keypoints.json": [body(18)]})
    found = read_keypoints(folder)
    assert found.skeleton is OPENPOSE_18
    assert found.frames[0][0].points[3].tolist() == [4, 200.5]
    assert found.frames[0][0].confidence[3] == pytest.approx(0.75)


def test_a_joint_at_zero_with_confidence_zero_is_missing(tmp_path):
    values = body(25)
    values[6:9] = 0, 0, 0
    found = read_keypoints(write_frames(tmp_path / "a", {"0.json": [values]}))
    person = found.frames[0][0]
    assert np.isnan(person.points[2]).all()
    assert person.confidence[2] == 0
    assert np.isfinite(person.points[3]).all()


def test_frames_missing_from_a_numbered_folder_stay_missing_and_are_said(tmp_path):
    names = {f"v_{n:012d}_keypoints.json": [body(25, n + 1)] for n in (0, 1, 4, 5)}
    found = read_keypoints(write_frames(tmp_path / "a", names))
    assert [len(people) for people in found.frames] == [1, 1, 0, 0, 1, 1]
    assert found.frames[4][0].points[0, 0] == 5
    assert found.notes == ("2 frames are missing (2, 3); nobody is assumed in them",)


def test_numbers_without_leading_zeros_and_from_one_are_in_order(tmp_path):
    names = {f"frame{n}.json": [body(25, n)] for n in range(1, 12)}
    found = read_keypoints(write_frames(tmp_path / "a", names))
    assert [people[0].points[0, 0] for people in found.frames] == list(range(1, 12))
    assert found.notes == ()


def test_several_people_and_nobody(tmp_path):
    names = {"0.json": [body(25), body(25, 300)], "1.json": []}
    found = read_keypoints(write_frames(tmp_path / "a", names))
    assert [len(people) for people in found.frames] == [2, 0]


def test_a_single_frame_may_be_given_by_itself(tmp_path):
    folder = write_frames(tmp_path / "a", {"0.json": [body(18)]})
    assert len(read_keypoints(folder / "0.json")) == 1


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (body(24), "has 72 numbers, expected 3 for each of 18 or 25 joints"),
        (body(25)[:-1], "has 74 numbers"),
        ([*body(25)[:-1], "0.5"], "expected numbers, found the text '0.5'"),
        ([*body(25)[:-1], {"x": 1}], "found a dict"),
        ([1e30, *body(25)[1:]], "lies at 1e\\+30; expected pixels"),
        ([*body(25)[:-1], 75.0], "has the confidence 75"),
    ],
)
def test_wrong_numbers_are_refused_with_file_and_person(tmp_path, values, told):
    folder = write_frames(tmp_path / "a", {"0.json": [body(25)], "1.json": [body(25), values]})
    with pytest.raises(BadInput, match=f"1.json: person 2: .*{told}") as error:
        read_keypoints(folder)
    assert "\n" not in str(error.value)


def test_nan_and_null_are_missing_joints(tmp_path):
    values = [float("nan"), 2.0, 1.0, None, None, None, *body(25)[6:]]
    found = read_keypoints(write_frames(tmp_path / "a", {"0.json": [values]}))
    person = found.frames[0][0]
    assert person.confidence[:3].tolist() == [0, 0, 0.75]
    assert np.isnan(person.points[:2]).all()


def test_a_folder_of_two_skeletons_is_refused(tmp_path):
    folder = write_frames(tmp_path / "a", {"0.json": [body(25)], "1.json": [body(18)]})
    with pytest.raises(BadInput, match="has 18 joints, the frames before have others"):
        read_keypoints(folder)


def test_a_file_number_as_large_as_can_be_makes_no_frames(tmp_path):
    names = {"0.json": [body(25)], f"{10**17}.json": [body(25)]}
    found = read_keypoints(write_frames(tmp_path / "a", names))
    assert len(found) == 2
    assert "no frame numbers" in found.notes[0]


def random_poses(skeleton, frames=7) -> PoseSequence:
    chance = np.random.default_rng(1)
    points = chance.uniform(0, 640, (frames, len(skeleton), 2)).astype(np.float32)
    confidence = chance.uniform(0.01, 1, points.shape[:2]).astype(np.float32)
    gone = chance.random(confidence.shape) < 0.1
    gone[3] = True
    points[gone], confidence[gone] = np.nan, 0
    return PoseSequence(points, confidence, 29.97, (640, 480), skeleton)


@pytest.mark.parametrize("skeleton", [OPENPOSE_18, BODY_25, BODY_25B])
def test_what_is_written_comes_back_exactly(tmp_path, skeleton):
    poses = random_poses(skeleton)
    write_openpose(poses, tmp_path / "out", "anna")
    found = read_keypoints(tmp_path / "out")
    assert (found.size, found.fps, found.skeleton) == (poses.size, poses.fps, skeleton)
    back = found.poses()
    np.testing.assert_array_equal(back.points, poses.points)
    np.testing.assert_array_equal(back.confidence, poses.confidence)


def test_what_is_written_is_as_openpose_has_it(tmp_path):
    poses = random_poses(BODY_25)
    write_openpose(poses, tmp_path / "out", "anna")
    file = tmp_path / "out" / "anna_000000000002_keypoints.json"
    (person,) = json.loads(file.read_text())["people"]
    table = np.array(person["pose_keypoints_2d"]).reshape(25, 3)
    missing = poses.confidence[2] == 0
    assert (table[missing] == 0).all()
    np.testing.assert_allclose(table[~missing, :2], poses.points[2][~missing])
    nobody = tmp_path / "out" / "anna_000000000003_keypoints.json"
    assert json.loads(nobody.read_text()) == {"version": 1.3, "people": []}
    assert read_manifest(tmp_path / "out", "keypoints")["fps"] == 29.97


def test_a_folder_of_other_files_is_not_overwritten(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diary.txt").write_text("mine")
    with pytest.raises(OutputFailed, match="holds other files"):
        write_openpose(random_poses(BODY_25), tmp_path / "out")
    assert (tmp_path / "out" / "diary.txt").read_text() == "mine"


def test_openposes_own_output_reads_as_it_is(shared_data):
    folder = shared_data / "poses" / "treadmill_openpose25"
    found = read_keypoints(folder)
    assert (len(found), found.skeleton, max(map(len, found.frames))) == (90, BODY_25, 3)
    raw = json.loads((folder / "040.json").read_text())["people"][0]["pose_keypoints_2d"]
    table = np.array(raw, np.float32).reshape(25, 3)
    there = table[:, 2] > 0
    np.testing.assert_array_equal(found.frames[40][0].points[there], table[there, :2])


def with_parts() -> PoseSequence:
    """Three frames of a body with a left hand in two of them and a face without pupils."""
    random = np.random.default_rng(0)
    points = random.uniform(10, 90, (3, 18, 2))
    hand, face = random.uniform(10, 90, (3, 21, 2)), random.uniform(10, 90, (3, 70, 2))
    seen = np.array([0.9, 0.0, 0.7])[:, None] * np.ones(21)
    hand[1] = face[:, 68:] = np.nan
    sure = np.where(np.isfinite(face).all(-1), 0.8, 0)
    return PoseSequence(
        points, np.ones((3, 18)), 25, (100, 100),
        parts={
            "left_hand": PoseSequence(hand, seen, 25, (100, 100), HAND_21),
            "face": PoseSequence(face, sure, 25, (100, 100), FACE_70),
        },
    )  # fmt: skip


def test_hands_and_face_come_back_as_they_were_written(tmp_path):
    poses = with_parts()
    write_openpose(poses, tmp_path / "out")
    read = read_keypoints(tmp_path / "out").poses()
    assert set(read.parts) == {"left_hand", "face"}
    for name, part in poses.parts.items():
        np.testing.assert_array_equal(read.parts[name].points, part.points)
        np.testing.assert_array_equal(read.parts[name].confidence, part.confidence)


def test_hands_and_face_have_openposes_keys_and_counts(tmp_path):
    write_openpose(with_parts(), tmp_path / "out", "x")
    frame = json.loads((tmp_path / "out" / "x_000000000001_keypoints.json").read_text())
    person = frame["people"][0]
    assert person["hand_left_keypoints_2d"] == [0] * 63
    assert len(person["face_keypoints_2d"]) == 210
    assert person["face_keypoints_2d"][-6:] == [0] * 6
    assert "hand_right_keypoints_2d" not in person


def test_a_hand_of_another_count_is_refused_by_its_key(tmp_path):
    folder = write_frames(tmp_path / "a", {"0.json": [body(25)]})
    frame = json.loads((folder / "0.json").read_text())
    frame["people"][0]["hand_left_keypoints_2d"] = [1, 2, 0.5] * 20
    (folder / "0.json").write_text(json.dumps(frame))
    with pytest.raises(BadInput, match=r"hand_left_keypoints_2d: has 60 numbers.*21"):
        read_keypoints(folder)
