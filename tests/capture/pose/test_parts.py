import numpy as np
import pytest

from stickdance.capture.media.framing import Framing
from stickdance.capture.pose.hanging_parts import with_parts_of
from stickdance.capture.pose.parts import FACE_70, HAND_21, PARTS
from stickdance.capture.pose.sequence import PoseSequence, joined
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput

SIZE, FPS = (200, 100), 25.0


def part(name: str, at: tuple[float, float], frames: int = 4) -> PoseSequence:
    """Every point lies a pixel right of the one before, from `at` on."""
    count = len(PARTS[name])
    points = np.array(at) + np.stack([np.arange(count), np.zeros(count)], axis=-1)
    return PoseSequence(
        np.tile(points, (frames, 1, 1)), np.full((frames, count), 0.8), FPS, SIZE, PARTS[name]
    )


def person(frames: int = 4, **parts: tuple[float, float]) -> PoseSequence:
    points = np.random.default_rng(0).uniform(10, 90, (frames, 18, 2))
    return PoseSequence(
        points, np.ones((frames, 18)), FPS, SIZE,
        parts={name: part(name, at, frames) for name, at in parts.items()},
    )  # fmt: skip


def test_a_hand_has_five_fingers_of_four_joints_from_the_wrist():
    assert len(HAND_21) == 21
    ends = {bone[0] for bone in HAND_21.bones if bone[0] == "wrist"}
    assert ends == {"wrist"}
    assert sum(bone[0] == "wrist" for bone in HAND_21.bones) == 5
    assert HAND_21.index["pinky_4"] == 20  # OpenPose's and MediaPipe's order


def test_a_face_has_the_order_of_300_w_and_mirrors_into_itself():
    assert [FACE_70.index[name] for name in ("chin", "nose_bridge_1", "nose_base")] == [8, 27, 33]
    assert FACE_70.index["right_eye_outer"] == 36
    assert FACE_70.index["left_eye_outer"] == 45
    assert [FACE_70.index[name] for name in ("right_mouth", "left_mouth")] == [48, 54]
    twice = [FACE_70.mirrored[place] for place in FACE_70.mirrored]
    assert twice == list(range(70))
    assert FACE_70.mirrored[0] == 16
    assert FACE_70.mirrored[17] == 26


def test_parts_are_saved_and_read_with_the_body(tmp_path):
    poses = person(left_hand=(20, 30), face=(50, 10))
    read = PoseSequence.load(poses.save(tmp_path / "poses.npz"))
    assert set(read.parts) == {"left_hand", "face"}
    np.testing.assert_array_equal(read.parts["face"].points, poses.parts["face"].points)
    np.testing.assert_array_equal(read.parts["face"].confidence, poses.parts["face"].confidence)


def test_a_file_of_an_earlier_version_has_no_parts(tmp_path):
    poses = person()
    np.savez(
        tmp_path / "old.npz", points=poses.points, confidence=poses.confidence,
        fps=FPS, size=SIZE, skeleton="openpose_18",
    )  # fmt: skip
    assert PoseSequence.load(tmp_path / "old.npz").parts == {}


@pytest.mark.parametrize("spoilt", ["face_confidence", "face_points"])
def test_half_a_part_or_one_of_other_frames_is_refused(tmp_path, spoilt):
    poses = person(face=(50, 10))
    with np.load(poses.save(tmp_path / "poses.npz")) as file:
        values = dict(file)
    cut = {**values, spoilt: values[spoilt][:2]}
    del values[spoilt]
    for wrong in (values, cut):
        np.savez(tmp_path / "wrong.npz", **wrong)
        with pytest.raises(BadInput, match=r"wrong\.npz"):
            PoseSequence.load(tmp_path / "wrong.npz")


def test_parts_go_along_with_the_frames_and_pixels_of_the_body():
    poses = person(right_hand=(20, 30))
    assert len(poses.part(1, 3).parts["right_hand"]) == 2
    assert poses.scaled((400, 200)).parts["right_hand"].points[0, 2].tolist() == [44, 60]
    framed = poses.framed(Framing((100, 100), (0.0, 0.0, 0.5, 1.0)))
    assert framed.parts["right_hand"].points[0, 2].tolist() == [22, 30]
    assert len(poses.resampled(50).parts["right_hand"]) == 8
    assert poses.converted(OPENPOSE_18).parts == poses.parts


def test_in_a_mirror_the_left_hand_is_the_right_one():
    poses = person(left_hand=(20, 30), face=(50, 10))
    seen = poses.mirrored()
    assert set(seen.parts) == {"right_hand", "face"}
    assert seen.parts["right_hand"].points[0, 0].tolist() == [180, 30]
    chin = FACE_70.index["chin"]
    assert seen.parts["face"].points[0, chin].tolist() == [200 - 50 - chin, 10]
    np.testing.assert_array_equal(
        seen.mirrored().parts["left_hand"].points, poses.parts["left_hand"].points
    )


def test_joined_sequences_lack_a_part_only_where_one_of_them_did():
    whole = joined([person(3, face=(50, 10)), person(2), person(1, left_hand=(5, 5))])
    assert len(whole) == 6
    assert (whole.parts["face"].confidence > 0).any(1).tolist() == [True] * 3 + [False] * 3
    assert (whole.parts["left_hand"].confidence > 0).any(1).tolist() == [False] * 5 + [True]
    assert np.isnan(whole.parts["face"].points[4]).all()


def test_parts_follow_a_body_that_is_moved_and_grows():
    before = person(right_hand=(20, 30))
    after = PoseSequence(before.points * 2 + (5, 0), before.confidence, FPS, (400, 200))
    moved = with_parts_of(before, after).parts["right_hand"]
    np.testing.assert_allclose(
        moved.points, before.parts["right_hand"].points * 2 + (5, 0), rtol=1e-5
    )
    assert moved.size == (400, 200)


def test_a_part_with_other_joints_or_another_size_is_refused():
    body = person()
    with pytest.raises(BadInput, match="left_hand"):
        PoseSequence(
            body.points, body.confidence, FPS, SIZE, parts={"left_hand": part("face", (0, 0))}
        )
    small = part("face", (0, 0)).scaled((20, 10))
    with pytest.raises(BadInput, match="face"):
        PoseSequence(body.points, body.confidence, FPS, SIZE, parts={"face": small})
