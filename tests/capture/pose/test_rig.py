import pytest

from stickdance.capture.pose.rig import is_tree, rig_of
from stickdance.capture.pose.skeleton import SKELETONS, Skeleton
from stickdance.checkpoints.errors import BadInput


@pytest.mark.parametrize("name", SKELETONS)
def test_every_skeleton_has_a_rig_with_all_its_joints(name):
    skeleton = SKELETONS[name]
    rig = rig_of(skeleton)
    assert is_tree(rig.joints, rig.bones)
    assert rig.joints[: len(skeleton)] == skeleton.joints
    assert {"neck", "left_hip"} <= rig.index.keys()


def test_a_tree_of_bones_is_its_own_rig():
    assert rig_of(SKELETONS["openpose_18"]) is SKELETONS["openpose_18"]
    assert rig_of(SKELETONS["body_25"]) is SKELETONS["body_25"]


def test_joints_hang_on_what_carries_them_in_a_body():
    parents = {child: parent for parent, child in rig_of(SKELETONS["blazepose_33"]).bones}
    assert parents["left_thumb"] == "left_wrist"
    assert parents["right_foot_index"] == "right_heel"
    assert parents["left_shoulder"] == "neck"
    assert parents["right_hip"] == "mid_hip"
    assert parents["mid_hip"] == "neck"


def test_a_joint_that_nobody_knows_hangs_on_its_neighbour():
    known = SKELETONS["coco_17"]
    tail = Skeleton("fox", (*known.joints, "tail"), (*known.bones, ("left_hip", "tail")))
    assert ("left_hip", "tail") in rig_of(tail).bones


def test_circles_and_loose_ends_are_no_tree():
    assert not is_tree(("a", "b", "c"), (("a", "b"), ("b", "c"), ("c", "b")))
    assert not is_tree(("a", "b", "c"), (("b", "c"), ("c", "b")))
    assert not is_tree(("a", "b"), ())


def test_what_has_no_hips_cannot_be_moved():
    arm = Skeleton("arms", ("left_shoulder", "right_shoulder"), ())
    with pytest.raises(BadInput, match="has no hips"):
        rig_of(arm)
