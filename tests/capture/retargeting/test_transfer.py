import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.pose.rig import rig_of
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import BODY_25, OPENPOSE_18, SKELETONS
from stickdance.capture.retargeting.body_from_poses import lowest_feet, measure_figure
from stickdance.capture.retargeting.retarget import bone_ratios
from stickdance.capture.retargeting.transfer import METHODS, transfer
from stickdance.checkpoints.errors import BadInput


def openpose_folder(folder: Path) -> PoseSequence:
    people = [json.loads(file.read_text())["people"][0] for file in sorted(folder.glob("*.json"))]
    values = np.array([person["pose_keypoints_2d"] for person in people], float)
    values = values.reshape(-1, 25, 3)
    points = np.where(values[..., 2:] > 0, values[..., :2], np.nan)
    return PoseSequence(points, values[..., 2], 30, (960, 720), BODY_25)


@pytest.fixture(scope="module")
def men(shared_data) -> dict[str, PoseSequence]:
    names = ("tall_man", "small_man")
    return {name: openpose_folder(shared_data / "poses" / f"{name}_openpose25") for name in names}


def lengths(poses: PoseSequence) -> np.ndarray:
    places = np.array(poses.skeleton.bone_indices)
    ends = poses.points.astype(np.float64)
    return np.linalg.norm(ends[:, places[:, 1]] - ends[:, places[:, 0]], axis=-1)


@pytest.mark.parametrize("name", SKELETONS)
@pytest.mark.parametrize(
    ("dancer", "target"), [("tall_man", "small_man"), ("small_man", "tall_man")]
)
def test_real_bodies_there_and_back(men, name, dancer, target):
    poses, other = (men[man].converted(SKELETONS[name]) for man in (dancer, target))
    there = transfer(poses, other)
    back = transfer(there.poses, poses)  # measured anew from what was moved
    seen = np.isfinite(poses.points)
    assert (np.isfinite(there.poses.points) == seen).all()
    assert np.abs(back.poses.points - poses.points)[seen].max() < 2


@pytest.mark.parametrize("name", ["openpose_18", "body_25"])
def test_each_bone_of_a_real_body_has_the_ratio_exactly(men, name):
    tall, small = (men[man].converted(SKELETONS[name]) for man in ("tall_man", "small_man"))
    moved = transfer(tall, small).poses
    ratios = bone_ratios(measure_figure(tall), measure_figure(small))
    expected = np.array([ratios[bone] for bone in tall.skeleton.bones])
    found = lengths(moved) / lengths(tall)
    # A bone whose parent is missing hangs on an ancestor; all others have their own ratio.
    assert np.nanmax(np.abs(found / expected - 1)) < 1e-3
    assert 0.3 < expected.min() < expected.max() < 1.2
    assert len(set(expected.round(3))) >= 6


def test_a_real_bodys_feet_stand_on_the_targets_ground(men):
    tall, small = men["tall_man"], men["small_man"]
    moved = transfer(tall, small).poses
    here, there = measure_figure(tall), measure_figure(small)
    above = lowest_feet(tall) - here.ground
    found = lowest_feet(moved) - there.ground
    legs = bone_ratios(here, there)["left_hip", "left_knee"]
    assert np.nanmax(np.abs(found - above * legs)) < 0.06 * np.nanmax(np.abs(above)) + 0.1
    assert np.nanmedian(np.abs(found)) < 1


def test_the_global_method_keeps_the_dancers_proportions(men):
    tall, small = men["tall_man"], men["small_man"]
    moved = transfer(tall, small, "global").poses
    found = lengths(moved) / lengths(tall)
    assert np.nanmax(found) - np.nanmin(found) < 1e-3
    feet = np.nanmedian(lowest_feet(moved))
    assert feet == pytest.approx(np.nanmedian(lowest_feet(small)), abs=2)
    assert measure_figure(moved).height == pytest.approx(measure_figure(small).height, rel=0.03)


@pytest.mark.parametrize("method", METHODS)
def test_the_result_has_the_targets_joints_and_frame(filmed, men, method):
    moved = transfer(men["tall_man"], filmed.poses, method)
    assert moved.poses.skeleton == OPENPOSE_18
    assert moved.poses.size == filmed.poses.size
    assert moved.poses.fps == 30
    assert len(moved.poses) == len(men["tall_man"])


def test_a_bone_that_the_target_never_showed_is_scaled_with_the_body_and_said(filmed):
    confidence = filmed.poses.confidence.copy()
    for side in ("left", "right"):
        confidence[:, OPENPOSE_18.index[f"{side}_wrist"]] = 0
    target = replace(filmed.poses, confidence=confidence)
    twice = filmed.poses.scaled((384, 320))
    moved = transfer(twice, target, labels=("song", "anna"))
    assert moved.warnings == (
        "anna: never seen, so scaled with the body: right_elbow-right_wrist, left_elbow-left_wrist",
    )
    assert np.abs(moved.poses.points - filmed.poses.points).max() < 0.1


def test_an_unknown_method_is_refused(filmed):
    with pytest.raises(BadInput, match="--method magic: unknown; known: limbs, global"):
        transfer(filmed.poses, filmed.poses, "magic")


def test_rigs_are_left_behind(filmed):
    poses = filmed.poses.converted(SKELETONS["coco_17"])
    assert rig_of(poses.skeleton) != poses.skeleton
    assert transfer(poses, poses).poses.skeleton == poses.skeleton
