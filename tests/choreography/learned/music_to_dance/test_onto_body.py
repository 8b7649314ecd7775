import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.learned.music_to_dance.onto_body import on_body, within_bones
from stickdance.choreography.learned.music_to_dance.window import window_poses

PROFILE = default_profile((256, 256))


def lengths(points):
    ends = [(OPENPOSE_18.index[a], OPENPOSE_18.index[b]) for a, b in OPENPOSE_18.bones]
    return {
        f"{a}-{b}": np.linalg.norm(points[:, i] - points[:, j], axis=-1)
        for (a, b), (i, j) in zip(OPENPOSE_18.bones, ends, strict=True)
    }


def test_a_dance_gets_the_target_s_bones_and_ground(clips, body):
    moved = on_body(window_poses(clips[0].poses, 10), body, PROFILE)
    assert moved.size == (256, 256)
    for bone in ("left_hip-left_knee", "right_shoulder-right_elbow"):
        assert lengths(moved.points)[bone].mean() == pytest.approx(PROFILE.bones[bone], rel=0.02)
    ankles = moved.joint("left_ankle")[:, 1]
    assert ankles == pytest.approx(PROFILE.ground, abs=2)


def test_no_bone_looks_longer_than_it_is():
    points = np.random.default_rng(0).uniform(0, 256, (20, 18, 2))
    kept = lengths(within_bones(points, PROFILE))
    for bone, found in kept.items():
        assert found.max() <= 1.1 * PROFILE.bones[bone] + 1e-6


def test_bones_of_usual_length_stay_as_they_are(clips, body):
    moved = on_body(window_poses(clips[0].poses, 10), body, PROFILE).points.astype(float)
    assert within_bones(moved, PROFILE) == pytest.approx(moved, abs=1e-6)


def test_a_dancer_stays_where_the_target_was_seen(clips, body):
    wide = clips[0].poses.copy()
    wide[..., 0] += np.linspace(-1.5, 1.5, len(wide))[:, None]
    moved = on_body(window_poses(wide, 10), body, PROFILE)
    hips = (moved.joint("left_hip") + moved.joint("right_hip"))[:, 0] / 2
    assert hips.min() >= PROFILE.reach[0] - 1
    assert hips.max() <= PROFILE.reach[1] + 1
    assert np.ptp(hips) > 0.5 * (PROFILE.reach[1] - PROFILE.reach[0])
