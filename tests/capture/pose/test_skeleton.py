import numpy as np
import pytest

from stickdance.capture.pose.skeleton import (
    BLAZEPOSE_33,
    BODY_25,
    BODY_25B,
    BY_JOINT_COUNT,
    COCO_17,
    HALPE_26,
    OPENPOSE_18,
    SKELETONS,
    Skeleton,
    convert,
)

NAMES_OF_18 = [
    *("nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder"),
    *("left_elbow", "left_wrist", "right_hip", "right_knee", "right_ankle", "left_hip"),
    *("left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear"),
]


def numbered(skeleton: Skeleton) -> np.ndarray:
    """Joint k lies at (k, 100 + k)."""
    at = np.arange(len(skeleton), dtype=float)
    return np.stack([at, 100 + at], axis=-1)


def test_the_orders_are_those_published() -> None:
    assert list(OPENPOSE_18.joints) == NAMES_OF_18
    assert [len(skeleton) for skeleton in SKELETONS.values()] == [18, 25, 25, 17, 26, 33]
    assert (BODY_25.index["mid_hip"], BODY_25.index["right_heel"]) == (8, 24)
    assert (COCO_17.index["left_eye"], COCO_17.index["right_ankle"]) == (1, 16)
    assert HALPE_26.joints[:17] == BODY_25B.joints[:17] == COCO_17.joints
    assert (BODY_25B.index["head_top"], BODY_25B.index["right_heel"]) == (18, 24)
    assert [HALPE_26.joints[place] for place in (17, 20, 23, 25)] == [
        *("head_top", "left_big_toe", "right_small_toe", "right_heel")
    ]
    places = [BLAZEPOSE_33.index[name] for name in ("left_shoulder", "left_hip", "left_heel")]
    assert places == [11, 23, 29]


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS.keys())
def test_names_are_unique_bones_join_known_joints_and_mirrors_are_pairs(skeleton: Skeleton) -> None:
    assert len(set(skeleton.joints)) == len(skeleton)
    assert {name for bone in skeleton.bones for name in bone} <= set(skeleton.joints)
    assert [skeleton.mirrored[place] for place in skeleton.mirrored] == list(range(len(skeleton)))
    assert skeleton.mirrored[skeleton.index["nose"]] == skeleton.index["nose"]


def test_our_bones_are_a_tree_with_a_colour_each() -> None:
    children = [child for _, child in OPENPOSE_18.bones]
    assert sorted([*children, "neck"]) == sorted(OPENPOSE_18.joints)
    assert len(set(OPENPOSE_18.colours)) == len(OPENPOSE_18.bones)


def test_blazepose_converts_by_the_published_table() -> None:
    table = [0, (11, 12), 12, 14, 16, 11, 13, 15, 24, 26, 28, 23, 25, 27, 5, 2, 8, 7]
    points, sure = convert(numbered(BLAZEPOSE_33), np.linspace(0, 1, 33), BLAZEPOSE_33, OPENPOSE_18)
    expected = [np.mean(entry) for entry in table]
    assert points[:, 0] == pytest.approx(expected)
    assert sure[1] == pytest.approx(11 / 32)  # the less sure shoulder


def test_halpe_gives_its_own_neck_and_coco_the_middle_of_the_shoulders() -> None:
    table = [0, 18, 6, 8, 10, 5, 7, 9, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3]
    points, _ = convert(numbered(HALPE_26), np.ones(26), HALPE_26, OPENPOSE_18)
    assert points[:, 0].tolist() == table
    points, _ = convert(numbered(COCO_17), np.ones(17), COCO_17, OPENPOSE_18)
    assert points[:, 0].tolist() == [0, 5.5, *table[2:]]


def test_of_skeletons_with_as_many_joints_the_first_stands_for_both() -> None:
    assert BY_JOINT_COUNT[25] is BODY_25
    assert {len(skeleton) for skeleton in SKELETONS.values()} == BY_JOINT_COUNT.keys()


def test_a_missing_shoulder_makes_the_neck_missing() -> None:
    points, confidence = numbered(COCO_17), np.ones(17)
    points[COCO_17.index["left_shoulder"]], confidence[COCO_17.index["left_shoulder"]] = np.nan, 0
    ours, sure = convert(points, confidence, COCO_17, OPENPOSE_18)
    assert np.isnan(ours[1]).all()
    assert sure[1] == 0


def test_joints_that_the_source_lacks_are_missing() -> None:
    points, sure = convert(numbered(OPENPOSE_18), np.ones(18), OPENPOSE_18, BODY_25)
    feet = [place for name, place in BODY_25.index.items() if "toe" in name or "heel" in name]
    assert np.isnan(points[feet]).all()
    assert (sure[feet] == 0).all()
    assert points[BODY_25.index["mid_hip"], 0] == (8 + 11) / 2


def test_there_and_back_keeps_the_joints_in_common() -> None:
    points = np.random.default_rng(0).normal(size=(4, 18, 2))
    there = convert(points, np.ones((4, 18)), OPENPOSE_18, BODY_25)
    back, _ = convert(*there, BODY_25, OPENPOSE_18)
    assert (back == points).all()
