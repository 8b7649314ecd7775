from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import COCO_17, OPENPOSE_18
from stickdance.capture.retargeting.retarget import bone_ratios, leg_ratio, retarget
from stickdance.checkpoints.errors import BadInput

STANDING = {
    "nose": (0, -168), "neck": (0, -145), "right_shoulder": (-18, -143),
    "left_shoulder": (18, -143), "right_elbow": (-22, -113), "left_elbow": (22, -113),
    "right_wrist": (-24, -86), "left_wrist": (24, -86), "right_hip": (-10, -90),
    "left_hip": (10, -90), "right_knee": (-11, -48), "left_knee": (11, -48),
    "right_ankle": (-12, 0), "left_ankle": (12, 0), "right_eye": (-3, -172), "left_eye": (3, -172),
    "right_ear": (-7, -170), "left_ear": (7, -170),
}  # fmt: skip
SMALL = {"legs": 0.8, "arms": 0.7, "torso": 0.9, "head": 1.1}


def standing(centre: float = 320, ground: float = 400) -> np.ndarray:
    place = np.array([centre, ground], float)
    return np.array([STANDING[name] for name in OPENPOSE_18.joints]) + place


def body(
    size: tuple[int, int] = (640, 480), centre: float = 320, ground: float = 400, **scales: float
) -> BodyProfile:
    """The standing body with limbs scaled by kind."""
    points = dict(zip(OPENPOSE_18.joints, standing(), strict=True))
    bones = {}
    for parent, child in OPENPOSE_18.bones:
        kind = (
            "legs" if child.endswith(("knee", "ankle"))
            else "arms" if child.endswith(("elbow", "wrist"))
            else "head" if child.endswith(("nose", "eye", "ear"))
            else "torso"
        )  # fmt: skip
        length = float(np.linalg.norm(points[child] - points[parent]))
        bones[f"{parent}-{child}"] = length * scales.get(kind, 1.0)
    return BodyProfile(
        OPENPOSE_18, size, bones, 36, 20, 168, ground, centre, (centre - 50, centre + 50), {},
        np.zeros((0, 18, 2), np.float32),
    )  # fmt: skip


def dance(frames: int = 60, ground: float = 400) -> PoseSequence:
    random = np.random.default_rng(0)
    at = np.arange(frames) / 25
    points = np.repeat(standing(ground=ground)[None], frames, axis=0)
    ways = random.normal(0, 12, (18, 2, 2))
    points += np.einsum("jck,fk->fjc", ways, np.stack([np.sin(3 * at), np.cos(5 * at)], 1))
    points[..., 0] += (40 * np.sin(at))[:, None]
    depth = 20 * np.sin(np.arange(18)[None] + at[:, None])
    return PoseSequence(points, np.full((frames, 18), 0.9), 25, (640, 480), depth=depth)


def lengths(poses: PoseSequence) -> np.ndarray:
    places = np.array(OPENPOSE_18.bone_indices)
    return np.linalg.norm(poses.points[:, places[:, 0]] - poses.points[:, places[:, 1]], axis=-1)


def test_onto_the_same_body_nothing_changes() -> None:
    moved = retarget(dance(), body(), body())
    assert np.abs(moved.points - dance().points).max() < 1e-3


def test_there_and_back_gives_the_same_dance() -> None:
    small = body((256, 256), 100, 230, **SMALL)
    back = retarget(retarget(dance(), body(), small), small, body())
    assert back.size == (640, 480)
    assert np.abs(back.points - dance().points).max() < 1e-2


def test_every_bone_has_the_targets_ratio_and_keeps_its_foreshortening() -> None:
    target = body(**SMALL)
    moved = retarget(dance(), body(), target)
    ratios = np.array([bone_ratios(body(), target)[bone] for bone in OPENPOSE_18.bones])
    assert set(ratios.round(6)) == {0.8, 0.7, 0.9, 1.1}
    assert lengths(moved) == pytest.approx(lengths(dance()) * ratios, rel=1e-3)


def test_standing_feet_stand_on_the_targets_ground_in_its_place() -> None:
    still = PoseSequence(standing()[None], np.ones((1, 18)), 25, (640, 480))
    moved = retarget(still, body(), body((256, 256), 100, 230, **SMALL))
    ankles = moved.points[0, [10, 13]]
    hips = moved.points[0, [8, 11]].mean(0)
    assert ankles[:, 1] == pytest.approx([230, 230], abs=1e-3)
    assert hips[0] == pytest.approx(100, abs=1e-3)
    assert moved.size == (256, 256)


def test_the_way_across_and_a_jump_scale_with_the_legs() -> None:
    points = np.repeat(standing()[None], 3, axis=0)
    points[1, :, 0] += 60
    points[2, :, 1] -= 40
    target = body((256, 256), 100, 230, **SMALL)
    assert leg_ratio(body(), target) == pytest.approx(0.8)
    moved = retarget(PoseSequence(points, np.ones((3, 18)), 25, (640, 480)), body(), target)
    hips = moved.points[:, [8, 11]].mean(1)
    assert hips[1, 0] - hips[0, 0] == pytest.approx(48, abs=1e-3)
    assert moved.points[2, 10, 1] - moved.points[0, 10, 1] == pytest.approx(-32, abs=1e-3)


def test_poses_of_another_resolution_of_the_same_frame_are_taken() -> None:
    small = dance().scaled((320, 240))
    moved = retarget(small, body(), body(**SMALL))
    assert moved.points == pytest.approx(retarget(dance(), body(), body(**SMALL)).points, abs=1e-2)


def test_missing_joints_stay_missing_and_the_rest_stays_in_place() -> None:
    whole = retarget(dance(), body(), body(**SMALL))
    points = dance().points.copy()
    points[5, [3, 12, 14]] = np.nan  # an elbow, a knee, an eye: a wrist, an ankle, an ear hang on
    part = retarget(replace(dance(), points=points), body(), body(**SMALL))
    assert np.isnan(part.points[5, [3, 12, 14]]).all()
    kept = [joint for joint in range(18) if joint not in (3, 4, 12, 13, 14, 16)]
    assert part.points[5, kept] == pytest.approx(whole.points[5, kept], abs=1e-2)
    assert np.abs(part.points[5, [4, 13, 16]] - whole.points[5, [4, 13, 16]]).max() < 8
    assert (np.delete(part.points, 5, 0) == np.delete(whole.points, 5, 0)).all()


def test_a_frame_without_a_neck_or_without_feet_is_still_placed() -> None:
    points = dance().points.copy()
    points[3, 1] = np.nan
    points[4, [10, 13]] = np.nan
    points[5] = np.nan
    whole = retarget(dance(), body(), body(**SMALL))
    moved = retarget(replace(dance(), points=points), body(), body(**SMALL))
    assert (np.isnan(moved.points) == np.isnan(points)).all()
    assert np.nanmax(np.abs(moved.points[3] - whole.points[3])) < 40
    assert np.nanmax(np.abs(moved.points[4] - whole.points[4])) < 15


def test_depth_is_scaled_along_and_measured_from_the_hips() -> None:
    target = body(legs=0.5, arms=0.5, torso=0.5, head=0.5)
    moved = retarget(dance(), body(), target)
    depth = dance().depth
    assert moved.depth is not None
    assert depth is not None
    from_hips = depth - depth[:, [8, 11]].mean(1, keepdims=True)
    assert moved.depth == pytest.approx(from_hips * 0.5, abs=1e-3)
    assert retarget(replace(dance(), depth=None), body(), target).depth is None


def test_a_bone_that_was_not_measured_follows_the_height() -> None:
    target = body()
    unmeasured = replace(target, height=84, bones={**target.bones, "neck-nose": 0.0})
    assert bone_ratios(body(), unmeasured)["neck", "nose"] == 0.5


def test_skeletons_must_agree_and_be_a_tree_of_bones() -> None:
    coco = PoseSequence(np.zeros((1, 17, 2)), np.ones((1, 17)), 25, (640, 480), COCO_17)
    with pytest.raises(BadInput, match="one skeleton"):
        retarget(coco, body(), body())
    lengths_of_coco = {"-".join(bone): 1.0 for bone in COCO_17.bones}
    circle = replace(body(), skeleton=COCO_17, bones=lengths_of_coco)
    with pytest.raises(BadInput, match="no tree"):
        retarget(coco, circle, circle)
