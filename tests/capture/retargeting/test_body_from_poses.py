from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.body_profile_from_poses import measure_body
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import COCO_17, OPENPOSE_18
from stickdance.capture.retargeting.body_from_poses import measure_figure
from stickdance.checkpoints.errors import BadInput


@pytest.fixture
def walk(filmed) -> PoseSequence:
    return filmed.poses


def without(poses: PoseSequence, *parts: str) -> PoseSequence:
    confidence = poses.confidence.copy()
    for name, place in poses.skeleton.index.items():
        if name.rpartition("_")[2] in parts or name in parts:
            confidence[:, place] = 0
    return replace(poses, confidence=confidence)


def test_a_whole_person_measures_as_in_the_body_profile(walk):
    figure, profile = measure_figure(walk), measure_body(walk)
    assert figure.warnings == ()
    assert figure.height == pytest.approx(profile.height)
    assert figure.ground == pytest.approx(profile.ground)
    assert figure.centre == pytest.approx(profile.centre)
    limbs = [bone for bone in profile.bones if "e" not in bone.partition("-")[2][-3:]]
    for bone in limbs:
        assert figure.bones[bone] == pytest.approx(profile.bones[bone], rel=0.02)


def test_hidden_feet_are_guessed_from_the_trunk_and_said(walk):
    whole, part = measure_figure(walk), measure_figure(without(walk, "ankle", "knee"), "anna")
    assert part.height == pytest.approx(whole.height, rel=0.2)
    assert part.ground == pytest.approx(whole.ground, abs=0.2 * whole.height)
    assert any("anna: head and feet are hardly ever seen" in line for line in part.warnings)
    assert any("hip-left_knee" in line for line in part.warnings)
    assert not any("knee" in bone for bone in part.bones)


def test_a_limb_seen_on_one_side_serves_for_both(walk):
    figure = measure_figure(without(walk, "left_elbow"))
    assert figure.bones["left_shoulder-left_elbow"] == figure.bones["right_shoulder-right_elbow"]
    assert figure.warnings == ()


def test_other_skeletons_are_measured_by_their_rig(walk):
    figure = measure_figure(walk.converted(COCO_17))
    assert figure.skeleton.name == "coco_17_rig"
    assert figure.height == pytest.approx(measure_figure(walk).height)
    assert figure.bones["neck-nose"] > 0


def test_without_a_trunk_there_is_no_body():
    nothing = PoseSequence(np.zeros((9, 18, 2)), np.zeros((9, 18)), 25, (64, 64), OPENPOSE_18)
    with pytest.raises(BadInput, match="film: shoulders and hips are seen in 0 of 9"):
        measure_figure(nothing, "film")
