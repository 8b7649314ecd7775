from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.body_profile_from_poses import distinct_poses, measure_body
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput


def test_the_measures_are_those_that_were_drawn(filmed):
    body = measure_body(filmed.poses)
    height = 0.7 * 160
    assert body.height == pytest.approx(height, rel=0.01)
    assert body.ground == pytest.approx(0.92 * 160, abs=0.5)
    assert body.shoulder_width == pytest.approx(0.22 * height, rel=0.01)
    assert body.hip_width == pytest.approx(0.14 * height, rel=0.01)
    assert body.centre == pytest.approx(96, abs=1)
    assert body.reach == pytest.approx((96 - 0.19 * 192, 96 + 0.19 * 192), abs=1)
    assert body.bones["right_shoulder-right_elbow"] == pytest.approx(0.2 * height, rel=0.01)
    assert body.face["nose"] == pytest.approx((0, -0.16 * height), abs=0.1)
    assert body.size == (192, 160)


def test_both_sides_have_the_same_bones(filmed):
    bones = measure_body(filmed.poses).bones
    for name, length in bones.items():
        other = name.replace("left_", "x_").replace("right_", "left_").replace("x_", "right_")
        assert bones[other] == length


def test_single_wild_frames_do_not_lengthen_a_bone(filmed):
    points = filmed.poses.points.copy()
    wrist = filmed.poses.skeleton.index["left_wrist"]
    points[[7, 30, 51], wrist] += 70
    wild = replace(filmed.poses, points=points)
    name = "left_elbow-left_wrist"
    assert measure_body(wild).bones[name] == pytest.approx(
        measure_body(filmed.poses).bones[name], rel=0.02
    )


def test_foreshortened_frames_do_not_shorten_a_bone(filmed):
    points = filmed.poses.points.copy()
    index = filmed.poses.skeleton.index
    knee = points[:40, index["left_knee"]]
    points[:40, index["left_ankle"]] = knee + 0.5 * (points[:40, index["left_ankle"]] - knee)
    bent = replace(filmed.poses, points=points)
    name = "left_knee-left_ankle"
    assert measure_body(bent).bones[name] == pytest.approx(
        measure_body(filmed.poses).bones[name], rel=0.02
    )


def test_a_side_never_seen_takes_the_other_sides_lengths(filmed):
    points = filmed.poses.points.copy()
    points[:, filmed.poses.skeleton.index["left_wrist"]] = np.nan
    bones = measure_body(replace(filmed.poses, points=points)).bones
    assert bones["left_elbow-left_wrist"] == bones["right_elbow-right_wrist"]


def test_squatting_does_not_lower_the_height(filmed):
    points = filmed.poses.points.copy()
    ankles = [filmed.poses.skeleton.index[f"{side}_ankle"] for side in ("left", "right")]
    upper = np.setdiff1d(np.arange(18), ankles)
    points[20:50, upper, 1] += 30
    body = measure_body(replace(filmed.poses, points=points))
    assert body.height == pytest.approx(0.7 * 160, rel=0.02)


def test_poses_of_nobody_are_refused():
    empty = PoseSequence(np.full((30, 18, 2), np.nan), np.zeros((30, 18)), 25, (64, 64))
    with pytest.raises(BadInput, match="0 of 30 frames"):
        measure_body(empty)


def test_distinct_poses_are_few_and_far_apart():
    chance = np.random.default_rng(1)
    three = chance.normal(size=(3, 18, 2)).astype(np.float32)
    poses = three[np.arange(300) % 3] + 0.001 * chance.normal(size=(300, 18, 2))
    kept = distinct_poses(poses.astype(np.float32))
    assert len(kept) == 3
    spread = distinct_poses(chance.normal(size=(400, 18, 2)).astype(np.float32), most=150)
    assert len(spread) == 150
    assert distinct_poses(np.full((4, 18, 2), np.nan, np.float32)).shape == (0, 18, 2)


def test_a_body_on_its_head_is_refused_with_the_remedy(filmed):
    points = filmed.poses.points.copy()
    points[..., 1] = 160 - points[..., 1]
    with pytest.raises(BadInput, match=r"head is below the feet .*--rotate"):
        measure_body(replace(filmed.poses, points=points))
