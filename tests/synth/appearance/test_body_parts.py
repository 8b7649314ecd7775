import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.appearance.body_parts import (
    CONTROLS,
    MIRRORED,
    PARENTS,
    PARTS,
    PLACE,
    control_weights,
    fit_maps,
    limit_stretch,
    painting_order,
    pose_parts,
    torso_length,
)

STANDING = {
    "nose": (100, 40), "neck": (100, 60), "right_shoulder": (80, 60), "right_elbow": (75, 90),
    "right_wrist": (72, 120), "left_shoulder": (120, 60), "left_elbow": (125, 90),
    "left_wrist": (128, 120), "right_hip": (88, 120), "right_knee": (87, 160),
    "right_ankle": (86, 200), "left_hip": (112, 120), "left_knee": (113, 160),
    "left_ankle": (114, 200), "right_eye": (96, 36), "left_eye": (104, 36),
    "right_ear": (92, 38), "left_ear": (108, 38),
}  # fmt: skip


@pytest.fixture
def standing():
    return np.array([[STANDING[name] for name in OPENPOSE_18.joints]], np.float32)


def test_parents_come_before_their_children():
    assert all(parent < place for place, parent in enumerate(PARENTS))
    assert PARENTS.count(-1) == 1


def test_mirroring_a_part_twice_gives_the_part():
    assert [MIRRORED[MIRRORED[place]] for place in range(len(PARTS))] == list(range(len(PARTS)))


def test_the_torso_length_is_from_the_neck_to_the_middle_of_the_hips(standing):
    assert torso_length(standing) == pytest.approx(60)


def test_parts_hang_on_the_joints_by_their_names(standing):
    parts = pose_parts(standing, 60.0)
    assert parts.start[0, PLACE["left_forearm"]] == pytest.approx(STANDING["left_elbow"])
    # The hand: 45 % of the forearm beyond the wrist.
    assert parts.end[0, PLACE["left_forearm"]] == pytest.approx((129.35, 133.5))


def test_a_foot_turns_half_as_far_as_the_shin(standing):
    foot, ankle = PLACE["left_foot"], OPENPOSE_18.index["left_ankle"]
    standing[0, ankle] = standing[0, OPENPOSE_18.index["left_knee"]] + (40, 0)
    parts = pose_parts(standing, 60.0)
    way = parts.end[0, foot] - parts.start[0, foot]
    assert np.degrees(np.arctan2(way[1], way[0])) == pytest.approx(45)


def test_a_missing_joint_leaves_its_parts_missing_and_no_others(standing):
    standing[0, OPENPOSE_18.index["right_elbow"]] = np.nan
    missing = ~np.isfinite(pose_parts(standing, 60.0).start[0]).all(-1)
    missing |= ~np.isfinite(pose_parts(standing, 60.0).end[0]).all(-1)
    assert {PARTS[place].name for place in np.flatnonzero(missing)} == {
        "right_upper_arm",
        "right_forearm",
    }


def test_poses_of_one_shape_have_one_description_wherever_they_stand(standing):
    there = pose_parts(standing + np.float32(17), 60.0)
    assert there.descriptors == pytest.approx(pose_parts(standing, 60.0).descriptors, abs=1e-5)


def test_a_thigh_of_a_turned_body_is_another_and_its_shin_is_not(standing):
    turned = standing.copy()
    for side, to in (("right", 3), ("left", -3)):
        turned[:, OPENPOSE_18.index[f"{side}_hip"], 0] += to
        turned[:, OPENPOSE_18.index[f"{side}_knee"], 0] += to
        turned[:, OPENPOSE_18.index[f"{side}_ankle"], 0] += to
    one, other = (pose_parts(points, 50.0).descriptors[0] for points in (standing, turned))
    apart = np.abs(one - other).max(-1)
    assert apart[PLACE["left_thigh"]] > 0.05 and apart[PLACE["right_thigh"]] > 0.05
    assert apart[PLACE["left_shin"]] < 1e-4 and apart[PLACE["left_upper_arm"]] < 0.01


def test_arms_lie_before_the_torso_unless_depth_puts_them_behind(standing):
    def names(depth=None):
        order = painting_order(pose_parts(standing, 60.0, depth))[0]
        return [PARTS[place].name for place in order]

    assert names().index("torso") < names().index("left_forearm")
    depth = np.zeros((1, 18), np.float32)
    depth[0, [OPENPOSE_18.index["left_elbow"], OPENPOSE_18.index["left_wrist"]]] = -60
    assert names(depth).index("left_forearm") < names(depth).index("torso")


def test_the_nearer_leg_covers_the_other(standing):
    depth = np.zeros((1, 18), np.float32)
    for name in ("right_hip", "right_knee", "right_ankle"):
        depth[0, OPENPOSE_18.index[name]] = 10
    order = painting_order(pose_parts(standing, 60.0, depth))[0].tolist()
    assert order.index(PLACE["left_thigh"]) < order.index(PLACE["right_thigh"])


def test_a_fitted_map_is_the_one_that_moved_the_points():
    random = np.random.default_rng(0)
    source = random.normal(size=(4, CONTROLS, 2)) * 30
    move = random.normal(size=(4, 2, 3))
    target = np.einsum("nij,nkj->nki", move[:, :, :2], source) + move[:, None, :, 2]
    assert fit_maps(source, target, np.ones((4, CONTROLS))) == pytest.approx(move, abs=1e-5)


def test_points_missing_on_one_side_do_not_count():
    source = np.random.default_rng(1).normal(size=(1, CONTROLS, 2)) * 30
    target = source + 5
    target[0, 4] = np.nan
    maps = fit_maps(source, target, np.ones((1, CONTROLS)))
    assert maps[0] == pytest.approx(np.array([[1, 0, 5], [0, 1, 5]]), abs=1e-4)


def test_a_limb_is_carried_by_its_ends_exactly(standing):
    moved = standing.copy()
    moved[0, OPENPOSE_18.index["right_wrist"]] = (40, 70)
    before, after = pose_parts(standing, 60.0), pose_parts(moved, 60.0)
    maps = fit_maps(before.controls[0], after.controls[0], control_weights())
    forearm = PLACE["right_forearm"]
    landed = maps[forearm] @ np.append(before.end[0, forearm], 1)
    assert landed == pytest.approx(after.end[0, forearm], abs=1e-2)


def test_stretch_is_limited_about_the_anchor():
    maps = np.array([[[4.0, 0.0, 7.0], [0.0, 0.1, -3.0]]])
    anchor = np.array([[10.0, 20.0]])
    limited = limit_stretch(maps, anchor, least=0.5, most=2.0)
    assert np.linalg.svd(limited[0, :, :2])[1] == pytest.approx([2.0, 0.5])
    assert limited[0] @ [10, 20, 1] == pytest.approx(maps[0] @ [10, 20, 1])


def test_what_is_solid_keeps_its_shape_and_hardly_changes_its_size():
    maps = np.array([[[1.0, 0, 3], [0, 0.7, 4]]] * 2)
    both = limit_stretch(maps, np.array([[10.0, 20.0]] * 2), solid=np.array([False, True]))
    assert both[0] == pytest.approx(maps[0])
    assert np.linalg.svd(both[1][:, :2], compute_uv=False) == pytest.approx([0.9, 0.9])
    assert both[1] @ (10, 20, 1) == pytest.approx([13, 18])
