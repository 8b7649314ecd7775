from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.motion_clip import KIND, MotionClip
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import result_folder
from stickdance.choreography.body.pose_channels import pose
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.evaluation.score_dance import score_dance
from stickdance.choreography.following.video_to_dance import video_to_dance
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan_to_poses.framing import staged

FPS, SECONDS = 25.0, 4.0
LEADER, FOLLOWER = default_profile((320, 240)), default_profile((256, 256))
OPTIONS = ChoreographyOptions(preview=False)


def swayed(profile):
    """Sway to the right and the left, twice in 4 s, the hands lifted in the second half."""
    body, frames = body_from_profile(profile), round(FPS * SECONDS)
    phase = 2 * np.pi * np.arange(frames) / FPS / 2
    values = np.stack([pose(weight=float(np.sin(at)), lean=6 * float(np.sin(at))) for at in phase])
    return staged(values, body, FPS)


def clip_of(folder, poses, start=0.0):
    about = {
        "video": "leader.mp4", "sha256": "ab" * 32, "start_seconds": start,
        "consent": "yes, for this test", "warnings": ["leader.mp4: the camera moves"],
    }  # fmt: skip
    with result_folder(folder, KIND, about) as made:
        poses.save(made / "poses.npz")
    return MotionClip.load(folder)


@pytest.fixture
def clip(tmp_path):
    return clip_of(tmp_path / "clip", swayed(LEADER))


@pytest.fixture
def music(sounds):
    beats = np.arange(0.25, SECONDS, 0.5)
    return sounds.write(sounds.hits(beats, sounds.drum(), SECONDS)).path


def test_the_follower_moves_as_the_leader_on_a_body_of_their_own(clip, music, tmp_path):
    dance = video_to_dance(clip, music, tmp_path / "dance", FOLLOWER, OPTIONS)
    expected = swayed(FOLLOWER)
    assert len(dance.poses) == len(expected) == 100
    away = np.linalg.norm(dance.poses.points - expected.points, axis=-1)
    assert np.percentile(away, 95) < 0.03 * FOLLOWER.height


def test_the_dance_keeps_beats_sound_source_and_consent(clip, music, tmp_path):
    dance = video_to_dance(clip, music, tmp_path / "dance", FOLLOWER, OPTIONS)
    assert dance.choreography.tempo == pytest.approx(120, rel=0.02)
    assert dance.choreography.steps == ()
    assert dance.sound.seconds == pytest.approx(SECONDS)
    assert dance.followed == clip.about
    assert dance.followed["consent"] == "yes, for this test"
    assert "leader.mp4: the camera moves" in dance.warnings


def test_a_silent_video_is_followed_without_beats_and_can_be_scored(clip, sounds, tmp_path):
    silence = sounds.write(np.zeros(round(44_100 * SECONDS))).path
    dance = video_to_dance(clip, silence, tmp_path / "dance", FOLLOWER, OPTIONS)
    assert dance.choreography.beats == () and dance.choreography.tempo == 0
    assert any("is silent" in line and "SONG" in line for line in dance.warnings)
    assert score_dance(dance)["movement"]["joint_speed"] > 0


def test_noise_has_no_beat_and_what_is_told_of_the_beat_is_still_checked(clip, sounds, tmp_path):
    noise = sounds.write(np.random.default_rng(1).normal(0, 0.1, round(44_100 * SECONDS))).path
    dance = video_to_dance(clip, noise, tmp_path / "dance", FOLLOWER, OPTIONS)
    assert dance.choreography.beats == ()
    assert any("no beat is heard" in line for line in dance.warnings)
    with pytest.raises(BadInput):
        video_to_dance(clip, noise, tmp_path / "other", FOLLOWER, replace(OPTIONS, tempo=90.0))


def test_a_part_of_the_video_is_danced_from_its_own_second_on(music, tmp_path):
    late = clip_of(tmp_path / "clip", swayed(LEADER).part(25, 100), start=1.0)
    options = replace(OPTIONS, start_seconds=1.0, end_seconds=3.0)
    dance = video_to_dance(late, music, tmp_path / "dance", FOLLOWER, options)
    assert (len(dance.poses), dance.start_seconds) == (50, 1.0)
    assert dance.sound.seconds == pytest.approx(2.0)
    way = np.diff(dance.poses.joint("left_hip")[:, 0])
    np.testing.assert_allclose(way, np.diff(swayed(FOLLOWER).joint("left_hip")[25:75, 0]), atol=0.2)


def test_legs_that_the_video_does_not_show_stand_on_the_ground(tmp_path, music):
    poses = swayed(LEADER)
    gone = [n for n, name in enumerate(OPENPOSE_18.joints) if name.endswith(("knee", "ankle"))]
    points, confidence = poses.points.copy(), poses.confidence.copy()
    points[:, gone], confidence[:, gone] = np.nan, 0
    half = clip_of(tmp_path / "clip", replace(poses, points=points, confidence=confidence))
    dance = video_to_dance(half, music, tmp_path / "dance", FOLLOWER, OPTIONS)
    assert np.isfinite(dance.poses.points).all()
    feet = np.fmax(dance.poses.joint("left_ankle")[:, 1], dance.poses.joint("right_ankle")[:, 1])
    np.testing.assert_allclose(feet, FOLLOWER.ground, atol=1)
    assert any("stands at ease" in line for line in dance.warnings)
