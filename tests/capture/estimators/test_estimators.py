import json
import subprocess
import sys

import numpy as np
import pytest

from stickdance.capture.estimators.catalog import ESTIMATORS, create, names
from stickdance.capture.estimators.contract import PoseEstimator
from stickdance.capture.estimators.replay import Playback, Replay
from stickdance.capture.keypoint_files.openpose import write_openpose
from stickdance.capture.media.images import read_picture
from stickdance.capture.media.video import read_frames
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import BLAZEPOSE_33
from stickdance.capture.video_to_take import CaptureOptions, video_to_take
from stickdance.checkpoints.errors import BadInput, MissingDependency


def test_every_estimator_of_the_catalogue_keeps_the_contract(filmed):
    for name in ESTIMATORS:
        try:
            estimator = create(name, filmed.poses_file)
        except MissingDependency as error:
            assert name != "replay"
            assert "make pifpaf" in str(error) or "stickdance models get" in str(error)
            continue
        assert isinstance(estimator, PoseEstimator)
        assert estimator.name.split(",")[0] == name  # whom else it may ask stands behind


def test_naming_the_catalogue_imports_no_estimator():
    code = (
        "import sys, stickdance.capture.estimators.catalog;"
        "sys.exit(any(m.startswith(('ai_edge_litert', 'openvino', 'torch')) for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_estimator_is_refused_with_the_known_ones():
    with pytest.raises(BadInput, match="known: blazepose, blazepose-heavy, pifpaf, replay"):
        create("openpose")


def test_replay_needs_to_be_told_its_poses():
    with pytest.raises(BadInput, match="--poses"):
        create("replay")


def test_replay_gives_the_saved_poses_scaled_to_the_frames(filmed):
    width, height = filmed.poses.size
    frames = [np.zeros((height * 2, width * 2, 3), np.uint8)] * 3
    found = list(Replay.from_file(filmed.poses_file).estimate(frames))
    assert len(found) == 3
    np.testing.assert_allclose(found[2].people[0].points, 2 * filmed.poses.points[2], rtol=1e-5)
    assert found[0].matte is None


def test_replay_of_a_missing_pose_finds_nobody(filmed):
    confidence = filmed.poses.confidence.copy()
    confidence[1] = 0
    poses = PoseSequence(filmed.poses.points, confidence, 25, filmed.poses.size)
    frames = [np.zeros((160, 192, 3), np.uint8)] * 2
    assert [len(e.people) for e in Replay(poses).estimate(frames)] == [1, 0]


def test_replay_refuses_more_frames_than_poses(filmed):
    frames = [np.zeros((160, 192, 3), np.uint8)] * (len(filmed.poses) + 1)
    with pytest.raises(BadInput, match="60 poses"):
        list(Replay.from_file(filmed.poses_file).estimate(frames))


def frames_of(size: tuple[int, int], count: int) -> list[np.ndarray]:
    return [np.zeros((size[1], size[0], 3), np.uint8)] * count


def test_replay_of_a_take_goes_on_through_all_its_videos(filmed):
    replay = Replay.from_file(filmed.poses_file)
    first = [e.people[0].points for e in replay.estimate(frames_of(filmed.poses.size, 20))]
    second = [e.people[0].points for e in replay.estimate(frames_of(filmed.poses.size, 40))]
    np.testing.assert_array_equal(np.stack(first + second), filmed.poses.points)


def openpose_folder(folder, count: int, people: int = 1):
    """Person k stands at x = 100 k + frame, all joints in one column."""
    folder.mkdir()
    for number in range(count):
        bodies = [
            {"pose_keypoints_2d": [v for j in range(25) for v in (100 * k + number + 1, j + 1, 1)]}
            for k in range(people)
        ]
        file = folder / f"anna_{number:012d}_keypoints.json"
        file.write_text(json.dumps({"version": 1.3, "people": bodies}))
    return folder


def test_replay_gives_everybody_of_a_keypoint_folder(tmp_path):
    folder = openpose_folder(tmp_path / "poses", 3, people=2)
    found = list(create("replay", folder).estimate(frames_of((400, 200), 3)))
    assert [len(estimate.people) for estimate in found] == [2, 2, 2]
    assert found[2].people[1].points[0].tolist() == [103, 1]


def test_another_programs_poses_are_found_by_the_time_in_the_footage(tmp_path):
    folder = openpose_folder(tmp_path / "poses", 60)
    playback = Playback(size=(400, 200), footage_fps=30, fps=15, start_seconds=1)
    found = list(create("replay", folder, playback).estimate(frames_of((200, 100), 10)))
    at = [estimate.people[0].points[0, 0] * 2 - 1 for estimate in found]  # half size
    assert at == [30 + 2 * number for number in range(10)]


def test_another_programs_poses_may_end_two_frames_early_but_no_more(tmp_path):
    replay = create("replay", openpose_folder(tmp_path / "poses", 20))
    found = list(replay.estimate(frames_of((400, 200), 22)))
    assert [len(e.people) for e in found[19:]] == [1, 0, 0]
    with pytest.raises(BadInput, match="holds 20 poses"):
        list(create("replay", tmp_path / "poses").estimate(frames_of((400, 200), 23)))


def test_replay_refuses_frames_of_another_shape_and_several_videos(tmp_path, filmed):
    with pytest.raises(BadInput, match="192x160, found 100x100"):
        list(Replay.from_file(filmed.poses_file).estimate(frames_of((100, 100), 1)))
    playback = Playback(size=(400, 200), footage_fps=30, fps=30, videos=2)
    with pytest.raises(BadInput, match="of one video, but 2"):
        create("replay", openpose_folder(tmp_path / "poses", 3), playback)


PLUGIN = '''
import numpy as np
from stickdance.capture.estimators.contract import FrameEstimate, Person
from stickdance.capture.pose.skeleton import COCO_17

class Middle:
    """Everybody is in the middle."""
    name = "middle"
    skeleton = COCO_17
    def __init__(self, share="0.5"):
        self.share = float(share)
    def estimate(self, frames):
        for frame in frames:
            at = self.share * np.array([frame.shape[1], frame.shape[0]])
            yield FrameEstimate((Person(np.tile(at, (17, 1)), np.ones(17)),))

nonsense = dict
'''


@pytest.fixture
def added(tmp_path, monkeypatch):
    """Install a package that adds estimators by entry points."""
    (tmp_path / "middle_estimator.py").write_text(PLUGIN)
    info = tmp_path / "middle_estimator-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: middle-estimator\nVersion: 1.0\n")
    points = ("middle = middle_estimator:Middle", "nonsense = middle_estimator:nonsense",
              "gone = middle_estimator:Gone", "blazepose = middle_estimator:Middle")  # fmt: skip
    (info / "entry_points.txt").write_text("[stickdance.estimators]\n" + "\n".join(points) + "\n")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("added")
@pytest.mark.usefixtures("blazepose_models")
def test_another_package_adds_an_estimator_by_an_entry_point():
    assert names() == (*ESTIMATORS, "gone", "middle", "nonsense")
    (found,) = create("middle").estimate(frames_of((40, 20), 1))
    assert found.people[0].points[3].tolist() == [20, 10]
    (found,) = create("middle:0.25").estimate(frames_of((40, 20), 1))
    assert found.people[0].points[3].tolist() == [10, 5]
    assert type(create("blazepose")).__module__ == "stickdance.capture.estimators.blazepose"


@pytest.mark.usefixtures("added")
def test_an_entry_point_that_gives_no_estimator_is_said():
    with pytest.raises(BadInput, match="gives a dict, expected an object with name"):
        create("nonsense")
    with pytest.raises(MissingDependency, match="middle_estimator:Gone cannot be imported"):
        create("gone")


@pytest.mark.usefixtures("blazepose_models")
def test_blazepose_agrees_with_its_makers_expectation(shared_data):
    picture = read_picture(shared_data / "images" / "yoga.jpg")
    expected = np.array(
        json.loads((shared_data / "images" / "yoga_blazepose33.json").read_text())["xy"]
    )
    (found,) = create("blazepose").estimate([picture])
    away = np.abs(found.people[0].points - expected)
    assert away.max() <= 15  # the tolerance of mediapipe's own test
    assert found.people[0].confidence.min() >= 0
    assert found.matte.shape == picture.shape[:2]
    x, y = expected[[11, 12, 23, 24]].mean(axis=0).astype(int)
    assert found.matte[y, x] > 200 > 50 > found.matte[20, 20]


@pytest.mark.usefixtures("blazepose_models")
def test_blazepose_gives_one_estimate_per_frame_and_agrees_with_stored_poses(shared_data):
    stored = np.array(json.loads((shared_data / "poses" / "squats_blazepose33.json").read_text()))
    frames = read_frames(shared_data / "footage" / "squats.mp4", end_seconds=4.0)
    found = list(create("blazepose").estimate(frames))
    assert len(found) == 20
    points = np.stack([estimate.people[0].points for estimate in found])
    away = np.linalg.norm(points - stored[:20, :, :2], axis=-1)
    assert np.median(away) < 0.01 * 1280  # stored with smoothing that lags, ours without
    body = [BLAZEPOSE_33.index[n] for n in ("left_hip", "right_hip", "left_knee", "right_knee")]
    assert away[:, body].mean() < 0.015 * 1280


@pytest.mark.usefixtures("blazepose_models")
def test_blazepose_finds_nobody_in_an_empty_room(filmed):
    room = np.ascontiguousarray(np.repeat(np.repeat(filmed.room, 2, 0), 2, 1))
    assert [len(e.people) for e in create("blazepose").estimate([room] * 2)] == [0, 0]


@pytest.mark.usefixtures("blazepose_models")
def test_blazepose_says_nothing_itself_while_it_starts():
    code = (
        "import numpy as np;"
        "from stickdance.capture.estimators.blazepose import BlazePose;"
        "list(BlazePose().estimate([np.zeros((64, 64, 3), np.uint8)] * 3))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert (answer.stdout, answer.stderr) == ("", "")


def test_a_capture_from_a_keypoint_folder_says_which_frames_it_lacks(filmed, tmp_path):
    write_openpose(filmed.poses, tmp_path / "poses")
    (tmp_path / "poses" / "manifest.json").unlink()  # as another program leaves it
    for number in (10, 11):
        (tmp_path / "poses" / f"pose_{number:012d}_keypoints.json").unlink()
    options = CaptureOptions(estimator="replay", poses=tmp_path / "poses")
    take = video_to_take([filmed.video], tmp_path / "take", options)
    assert take.report["missing_frames"] == [10, 11]
    assert any("2 frames are missing (10, 11)" in line for line in take.report["warnings"])
    away = np.linalg.norm(take.poses.points - filmed.poses.points, axis=-1)
    assert np.nanmax(away) < 3  # filled, and smoothed a little
