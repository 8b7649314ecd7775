import json
import subprocess
import sys

import numpy as np
import pytest

from capture.errors import BadInput
from capture.estimators.catalog import ESTIMATORS, create
from capture.estimators.contract import PoseEstimator
from capture.estimators.replay import Replay
from capture.pictures import read_picture
from capture.sequence import PoseSequence
from capture.skeleton import BLAZEPOSE_33
from capture.video import read_frames


def test_every_estimator_of_the_catalogue_keeps_the_contract(filmed):
    for name in ESTIMATORS:
        estimator = create(name, filmed.poses_file)
        assert isinstance(estimator, PoseEstimator)
        assert estimator.name == name


def test_naming_the_catalogue_imports_no_estimator():
    code = (
        "import sys, capture.estimators.catalog;"
        "sys.exit(any(m.startswith(('mediapipe', 'torch')) for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_estimator_is_refused_with_the_known_ones():
    with pytest.raises(BadInput, match="known: blazepose, replay"):
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


def test_blazepose_finds_nobody_in_an_empty_room(filmed):
    room = np.ascontiguousarray(np.repeat(np.repeat(filmed.room, 2, 0), 2, 1))
    assert [len(e.people) for e in create("blazepose").estimate([room] * 2)] == [0, 0]


def test_blazepose_is_silent_on_stderr_but_lets_others_speak():
    code = (
        "import numpy as np, os;"
        "from capture.estimators.blazepose import BlazePose, _without_chatter;"
        "list(BlazePose().estimate([np.zeros((64, 64, 3), np.uint8)] * 3));"
        "\nwith _without_chatter(): os.write(2, b'E0000 a real error\\n')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stderr == "E0000 a real error\n"
    assert answer.stdout == ""
