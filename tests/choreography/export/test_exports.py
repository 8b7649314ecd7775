import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from stickdance.capture.media.video import probe
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.export.exports import export_dance
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.moves import FilmedMove, Moves
from stickdance.choreography.plan.steps import Step


@pytest.fixture(scope="module")
def dance(tmp_path_factory):
    place = tmp_path_factory.mktemp("dance")
    time = np.arange(3 * 44_100) / 44_100
    soundfile.write(place / "song.wav", 0.5 * np.sin(2 * np.pi * 220 * time), 44_100)
    beats = tuple(0.25 + 0.5 * np.arange(5))
    steps = (Step("step_touch", 0, 2), Step("disco_point", 2, 3))
    plan = Choreography("song.wav", "0" * 64, 3.0, 120, 4, beats, (0,), (), steps)
    options = ChoreographyOptions(plan=plan.save(place / "plan.json"), preview=False)
    return music_to_poses(place / "song.wav", place / "dance", options)


def test_poses_come_back_from_npz(dance, tmp_path):
    about = export_dance(dance, tmp_path / "poses.npz")
    again = PoseSequence.load(tmp_path / "poses.npz")
    assert (again.points == dance.poses.points).all() and about["frames"] == 75


def test_openpose_and_coco_files_come_back_as_the_same_joints(dance, tmp_path):
    export_dance(dance, tmp_path / "openpose")
    files = sorted((tmp_path / "openpose").glob("*_keypoints.json"))
    assert len(files) == 75
    numbers = json.loads(files[10].read_text())["people"][0]["pose_keypoints_2d"]
    assert np.reshape(numbers, (18, 3))[:, :2] == pytest.approx(dance.poses.points[10], abs=0.01)
    export_dance(dance, tmp_path / "coco.json")
    people = json.loads((tmp_path / "coco.json").read_text())["annotations"]
    nose = people[10]["keypoints"][:2]
    assert nose == pytest.approx(dance.poses.joint("nose")[10], abs=0.6)


def test_the_stick_video_has_the_sound_and_the_length_of_the_dance(dance, tmp_path):
    export_dance(dance, tmp_path / "stick.mp4")
    info = probe(tmp_path / "stick.mp4")
    assert info.has_sound and info.seconds == pytest.approx(3.0, abs=0.05)


def test_bvh_of_a_planned_dance_is_exact(dance, tmp_path):
    about = export_dance(dance, tmp_path / "dance.bvh", height=165)
    assert about["largest_error"] < 1e-3 and "note" not in about


def test_bvh_of_filmed_moves_needs_depth_and_says_what_it_is_worth(dance, tmp_path):
    moves = Moves("anna", "a" * 64, 2.0, (FilmedMove("move_001", 0.1, (0.5,), (1.0,)),))
    filmed = replace(dance, choreography=replace(dance.choreography, moves=moves))
    about = export_dance(filmed, tmp_path / "moves.bvh")
    assert about["largest_error"] < 0.2 and "guess" in about["note"]
    flat = replace(filmed, poses=replace(dance.poses, depth=None))
    with pytest.raises(BadInput, match="the take 'anna', which knows no depth"):
        export_dance(flat, tmp_path / "flat.bvh")


def test_what_cannot_be_written_is_refused(dance, tmp_path):
    with pytest.raises(BadInput, match=r"unknown kind '\.fbx'; expected a name ending in \.npz"):
        export_dance(dance, tmp_path / "dance.fbx")
    with pytest.raises(BadInput, match="--height 3: expected 30 to 300 cm"):
        export_dance(dance, tmp_path / "dance.bvh", height=3)
    assert list(tmp_path.iterdir()) == []
