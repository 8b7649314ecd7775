from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import UsageError
from stickdance.synth.rendering.known_poses import held_to_known


@pytest.fixture
def body(tiny_take) -> BodyProfile:
    return tiny_take.body


def raised(poses: PoseSequence, first: int, last: int) -> PoseSequence:
    """Return the poses with both arms straight up in frames [first, last): never filmed."""
    points, index = poses.points.copy(), poses.skeleton.index
    for side in ("right", "left"):
        shoulder = points[first:last, index[f"{side}_shoulder"]]
        for place, joint in enumerate(("elbow", "wrist"), 1):
            points[first:last, index[f"{side}_{joint}"]] = shoulder - [0, 9 * place]
    return replace(poses, points=points)


def lengths(poses: PoseSequence) -> np.ndarray:
    a, b = np.array(poses.skeleton.bone_indices).T
    return np.linalg.norm(poses.points[:, b] - poses.points[:, a], axis=-1)


@pytest.fixture
def dance(tiny_take, body) -> PoseSequence:
    poses = raised(tiny_take.poses, 10, 20)
    assert (body.distance(poses.points)[10:20] > body.far_distance).all()
    return poses


def test_far_poses_come_near_and_the_others_stay(dance, body):
    held = held_to_known(dance, body, 1.0)
    before, after = (body.distance(each.points) for each in (dance, held.poses))
    assert after[10:20].max() < before[10:20].max()
    assert after[13:17].max() < 1.15 * body.far_distance  # smoothing takes a little of it away
    assert held.moved >= 10
    assert np.array_equal(held.poses.points[:5], dance.points[:5])
    assert np.array_equal(held.poses.points[25:], dance.points[25:])


def test_half_the_share_goes_about_half_the_way(dance, body):
    distances = [
        body.distance(held_to_known(dance, body, share).poses.points)[15]
        for share in (0.0, 0.5, 1.0)
    ]
    assert distances[0] > distances[1] > distances[2]
    middle = (distances[0] + distances[2]) / 2
    assert distances[1] == pytest.approx(middle, abs=0.35 * (distances[0] - distances[2]))


def test_bones_keep_a_length_between_that_danced_and_that_filmed(dance, body):
    moved = lengths(held_to_known(dance, body, 1.0).poses)[10:20]
    known = np.array([body.bones["-".join(bone)] for bone in dance.skeleton.bones])
    danced = lengths(dance)[10:20]
    face = [place for place, bone in enumerate(dance.skeleton.bones) if "ear" in bone[1]]
    body_bones = [place for place in range(len(known)) if place not in face]
    least = np.minimum(danced, known)[:, body_bones] * 0.6
    most = np.maximum(danced, known)[:, body_bones] * 1.1
    assert (moved[:, body_bones] >= least).all()
    assert (moved[:, body_bones] <= most).all()


def test_nothing_jumps_where_holding_sets_in(dance, body):
    def fastest_but_the_arms(poses):
        arms = ("elbow", "wrist")
        rest = [n for n, name in enumerate(poses.skeleton.joints) if not name.endswith(arms)]
        return np.linalg.norm(np.diff(poses.points[:, rest], axis=0), axis=-1).max()

    held = held_to_known(dance, body, 1.0).poses
    assert fastest_but_the_arms(held) < fastest_but_the_arms(dance) + 3


def test_hips_and_the_lower_foot_stay_where_they_were(dance, body):
    held, index = held_to_known(dance, body, 1.0).poses, dance.skeleton.index
    hips = [index["left_hip"], index["right_hip"]]
    ankles = [index["left_ankle"], index["right_ankle"]]
    difference = held.points - dance.points
    assert np.abs(difference[:, hips, 0].mean(1)).max() < 0.01
    lower = held.points[:, ankles, 1].max(1) - dance.points[:, ankles, 1].max(1)
    assert np.abs(lower).max() < 0.01


def test_known_poses_missing_joints_and_a_share_of_nothing_change_nothing(tiny_take, dance, body):
    assert held_to_known(tiny_take.poses, body, 1.0).moved == 0
    assert held_to_known(dance, body, 0.0).poses is dance
    points = dance.points.copy()
    points[12:15, 4] = np.nan
    points[18] = np.nan
    held = held_to_known(replace(dance, points=points), body, 1.0).poses
    assert np.isnan(held.points[12:15, 4]).all()
    assert np.isnan(held.points[18]).all()
    assert np.isfinite(held.points[13, 3]).all()


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_a_share_out_of_range_is_refused(dance, body, share):
    with pytest.raises(UsageError, match="--hold-to-known"):
        held_to_known(dance, body, share)
