import json
import shutil

import numpy as np
import pytest

from stickdance.capture.keypoint_files.bvh import read_motion
from stickdance.capture.media.video import probe
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.next_pose.learn import learn_next_pose
from stickdance.choreography.learned.next_pose.model import load_next_pose
from stickdance.choreography.learned.next_pose.options import (
    ContinueMovementOptions,
    NextPoseOptions,
)
from stickdance.choreography.learned.next_pose.sample import continue_movement
from stickdance.choreography.learned.options import LearningOptions

SMALL = NextPoseOptions(hidden=16, seen_seconds=0.8, told_seconds=0.4, batch=4)


@pytest.fixture(scope="module")
def learnt(lasting_bvh, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "model"
    result = learn_next_pose([lasting_bvh], folder, SMALL, LearningOptions(steps=3))
    return folder, lasting_bvh, result


def test_a_model_says_how_far_off_it_is_and_a_movement_goes_on_by_it(learnt, tmp_path):
    folder, bvh, result = learnt
    scores = json.loads((folder / "scores.json").read_text())
    assert scores["errors"][str(bvh)]["400"]["zero_velocity"] > 0
    assert "zero velocity" in (folder / "card.md").read_text()
    assert "written" in result["table"]
    done = continue_movement(bvh, folder, tmp_path / "on.npz", ContinueMovementOptions(seconds=2.0))
    poses = PoseSequence.load(tmp_path / "on.npz")
    assert done["seconds"] == 4.0
    assert len(poses) == 100
    assert poses.depth is not None


def test_a_movement_goes_on_as_video_and_as_motion_capture(learnt, tmp_path):
    folder, bvh, _ = learnt
    options = ContinueMovementOptions(seconds=1.0, at=3.0, without_goals=True)
    continue_movement(bvh, folder, tmp_path / "on.mp4", options)
    continue_movement(bvh, folder, tmp_path / "on.bvh", options)
    assert probe(tmp_path / "on.mp4").seconds == pytest.approx(3.0)
    assert len(read_motion(tmp_path / "on.bvh").points) == 75


def test_the_same_seed_goes_on_alike(learnt, tmp_path):
    folder, bvh, _ = learnt
    names = [tmp_path / f"{name}.npz" for name in "ab"]
    for name in names:
        continue_movement(bvh, folder, name, ContinueMovementOptions(seconds=1.0, seed=3))
    first, second = (PoseSequence.load(name).points for name in names)
    np.testing.assert_array_equal(first, second)


def test_more_steps_carry_on_and_new_scores_take_the_place_of_old_ones(learnt, tmp_path):
    before, bvh, _ = learnt
    folder = shutil.copytree(before.parent, tmp_path / "copies") / before.name
    learn_next_pose([bvh], folder, SMALL, LearningOptions(steps=5))
    card = (folder / "card.md").read_text()
    assert "steps: 5 " in card
    assert card.count("## Held-out scores") == 1


@pytest.mark.parametrize("network", ["window", "gru"])
def test_rotations_are_learnt_and_known_when_the_model_is_opened_again(bvh, tmp_path, network):
    options = NextPoseOptions(
        network=network, rows="rotations", hidden=8, seen_seconds=0.8, told_seconds=0.2, batch=2
    )
    result = learn_next_pose([bvh], tmp_path / "model", options, LearningOptions(steps=2))
    assert load_next_pose(tmp_path / "model").mover.rotations
    assert "rotations as quaternions" in (tmp_path / "model" / "card.md").read_text()
    assert result["feasibility"]["with_goals"]["bone_drift"] < 1e-3


def test_the_plane_is_learnt_without_a_third_dimension(bvh, tmp_path):
    flat = NextPoseOptions(hidden=8, seen_seconds=0.8, told_seconds=0.2, batch=2, axes=2)
    result = learn_next_pose([bvh], tmp_path / "flat", flat, LearningOptions(steps=2))
    assert "feasibility" not in result
    assert load_next_pose(tmp_path / "flat").axes == 2
    continue_movement(
        bvh, tmp_path / "flat", tmp_path / "on.npz", ContinueMovementOptions(seconds=0.5)
    )
    assert PoseSequence.load(tmp_path / "on.npz").depth is None
    with pytest.raises(BadInput, match="BVH needs all 18 joints in space"):
        continue_movement(bvh, tmp_path / "flat", tmp_path / "on.bvh", ContinueMovementOptions())


def test_nothing_to_learn_from_is_said_in_one_line(tmp_path):
    with pytest.raises(BadInput, match="name movements to learn from"):
        learn_next_pose([], tmp_path / "model", SMALL, LearningOptions(steps=1))
    (tmp_path / "broken.bvh").write_text("nothing")
    with pytest.raises(BadInput, match="no movement could be used"):
        learn_next_pose(
            [tmp_path / "broken.bvh"], tmp_path / "model", SMALL, LearningOptions(steps=1)
        )


@pytest.mark.parametrize(
    ("output", "options", "message"),
    [
        ("on.txt", {}, "unknown kind '.txt'"),
        ("on.npz", {"seconds": 0.0}, "--seconds 0"),
        ("on.npz", {"at": 0.05}, "has 1 frames before that point"),
        ("on.npz", {"at": -1.0}, "--at -1"),
    ],
)
def test_what_cannot_be_continued_is_refused(learnt, tmp_path, output, options, message):
    folder, bvh, _ = learnt
    with pytest.raises(BadInput, match=message):
        continue_movement(bvh, folder, tmp_path / output, ContinueMovementOptions(**options))
    assert not (tmp_path / output).exists()
