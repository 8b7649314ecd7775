import numpy as np
import pytest

from stickdance.capture.estimators.face import Face
from stickdance.capture.estimators.hands import Hand, region_of
from stickdance.capture.estimators.hands_and_face import Networks
from stickdance.capture.pose.parts import HAND_21
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.tracking.parts import PartWatch, found_shares, networks_for
from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.public.model_files import FOLDER_VARIABLE

SIZE, FPS = (192, 160), 25.0
PICTURE = np.zeros((160, 192, 3), np.uint8)
STANDING = {
    "nose": (96, 35), "neck": (96, 53), "right_shoulder": (84, 53), "left_shoulder": (108, 53),
    "left_elbow": (117, 73), "left_wrist": (120, 92), "right_hip": (88, 91), "left_hip": (104, 91),
    "right_knee": (87, 118), "left_knee": (105, 118), "right_ankle": (87, 147),
    "left_ankle": (105, 147),
}  # fmt: skip
FINGERS = np.array([(0, 0), *((2 * x - 4, y) for x in range(5) for y in (4, 6, 8, 10))], float)


def person(frames: int, **parts: PoseSequence) -> PoseSequence:
    points = np.full((frames, 18, 2), np.nan)
    for name, at in STANDING.items():
        points[:, OPENPOSE_18.index[name]] = at
    return PoseSequence(points, np.isfinite(points).all(-1), FPS, SIZE, parts=parts)


class Sees:
    """Networks that see a hand below the left wrist, and nothing else, in bright pictures."""

    def __init__(self):
        self.looks = 0

    def __call__(self, picture, region):
        self.looks += 1
        points = np.array(STANDING["left_wrist"]) + FINGERS
        return Hand(points, 0.9 if picture.any() else 0.0, 0.5, region_of(points))

    def networks(self) -> Networks:
        nothing = Face(np.zeros((68, 2)), 0.0, None)
        return Networks(self, lambda *_: [], lambda *_: nothing, lambda *_: [])


def watched(poses: PoseSequence, dark=(), shots=()) -> PoseSequence:
    watch = PartWatch(Sees().networks(), poses, shots)
    for number in range(len(poses)):
        watch.look(number, PICTURE if number in dark else PICTURE + 200)
    return watch.poses()


def test_what_is_seen_in_the_frames_comes_to_the_poses_and_nothing_else():
    poses = watched(person(20))
    assert set(poses.parts) == {"left_hand"}
    assert poses.parts["left_hand"].points[10, 0].tolist() == list(STANDING["left_wrist"])
    assert found_shares(poses) == {"left_hand": 1.0, "right_hand": 0.0, "face": 0.0}


def test_hands_found_nowhere_leave_no_empty_parts():
    assert watched(person(20), dark=range(20)).parts == {}


def test_film_of_two_frames_keeps_what_it_shows():
    assert len(watched(person(2)).parts["left_hand"]) == 2


def test_a_gap_is_not_filled_from_one_shot_into_the_next():
    through = watched(person(20), dark=(9, 10)).parts["left_hand"]
    cut = watched(person(20), dark=(9, 10), shots=(10, 10)).parts["left_hand"]
    assert (through.confidence[9:11] > 0).all()
    assert not (cut.confidence[9:11] > 0).any()


def test_poses_of_a_file_keep_their_own_hands():
    points = np.tile(np.array(STANDING["left_wrist"]) + 2 * FINGERS / 3, (20, 1, 1))
    own = PoseSequence(points, np.ones((20, 21)), FPS, SIZE, HAND_21)
    poses = watched(person(20, left_hand=own))
    np.testing.assert_allclose(poses.parts["left_hand"].points, points, atol=0.01)


def test_without_their_model_files_hands_are_left_out_or_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    (tmp_path / "hand_landmark_full.tflite").write_bytes(b"another file")
    networks, told = networks_for("auto")
    assert networks is None
    assert "hands and face were not looked for" in told[0]
    assert "SHA-256" in told[0]
    with pytest.raises(WeightsAbsent, match="stickdance models get blazepose"):
        networks_for("on")
    assert networks_for("off") == (None, [])
