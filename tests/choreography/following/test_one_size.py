from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.motion_clip import MotionClip
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.body.pose_channels import pose
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.following.one_size import at_one_size
from stickdance.choreography.plan_to_poses.framing import staged

FPS, BODY = 25.0, default_profile((320, 240))


def swaying(seconds=4.0):
    """Somebody who shifts their weight to and fro, a second each way."""
    at = np.arange(round(FPS * seconds)) / FPS
    values = np.stack([pose(weight=float(np.sin(np.pi * one)), lean=5.0) for one in at])
    return staged(values, body_from_profile(BODY), FPS)


def filmed(poses, zoom, aside=0.0):
    """The same in pictures scaled by (frames,) about their middle, moved aside by pixels."""
    middle = np.array([160.0, 120.0])
    points = middle + (poses.points - middle) * np.asarray(zoom)[:, None, None]
    points[..., 0] += np.asarray(aside)[..., None]
    return MotionClip(
        Path("clip"),
        PoseSequence(points, poses.confidence, FPS, poses.size, poses.skeleton, poses.depth),
        "leader.mp4", "ab" * 32, 10.0, "yes", (),
    )  # fmt: skip


def leg(poses):
    return np.linalg.norm(poses.joint("left_hip") - poses.joint("left_ankle"), axis=-1)


def test_a_leader_of_one_size_is_left_as_filmed():
    clip = filmed(swaying(), np.ones(100))
    assert at_one_size(clip).poses is clip.poses and at_one_size(clip).warnings == ()


def test_a_zoom_is_taken_out_and_told():
    poses = swaying()
    clip = filmed(poses, np.linspace(0.7, 1.4, 100))
    told = at_one_size(clip)
    assert np.ptp(leg(clip.poses)) > 0.5 * np.median(leg(clip.poses))
    inner = slice(13, -13)  # sizes at the very ends are those of the half second beside them
    assert np.ptp(leg(told.poses)[inner]) < 0.06 * np.median(leg(told.poses))
    feet = told.poses.joint("right_ankle")[inner, 1]
    assert np.ptp(feet) < 0.03 * BODY.height
    assert len(told.warnings) == 1
    assert "size in the picture changes 1.8 times" in told.warnings[0]


def test_shots_of_other_sizes_are_joined_at_one_size_and_place_and_the_cut_is_told():
    zoom, aside = np.repeat([1.0, 0.6], 50), np.repeat([0.0, 60.0], 50)
    told = at_one_size(filmed(swaying(), zoom, aside))
    legs = leg(told.poses)
    assert np.ptp(legs) < 0.06 * np.median(legs)
    hips = told.poses.joint("left_hip")[:, 0]
    assert abs(np.median(hips[:50]) - np.median(hips[50:])) < 0.05 * BODY.height
    assert told.warnings[0].startswith("leader.mp4: seems cut at 12.0 s, where the dancer jumps")


def test_a_quick_dance_is_no_cut():
    poses = swaying()
    rushed = PoseSequence(poses.points[::3], poses.confidence[::3], FPS, poses.size,
                          poses.skeleton)  # fmt: skip
    assert at_one_size(filmed(rushed, np.ones(len(rushed)))).warnings == ()


def test_nobody_at_all_has_no_size():
    clip = filmed(swaying(), np.ones(100))
    clip.poses.confidence[:] = 0
    assert at_one_size(clip) is clip


@pytest.mark.parametrize("hidden", [["left_ankle", "right_ankle", "left_knee", "right_knee"]])
def test_without_feet_the_ground_is_a_leg_below_the_hips(hidden):
    poses = swaying()
    for name in hidden:
        poses.confidence[:, poses.skeleton.index[name]] = 0
    told = at_one_size(filmed(poses, np.linspace(0.7, 1.4, 100)))
    hips = told.poses.joint("left_hip")[13:-13, 1]
    assert np.ptp(hips) < 0.05 * BODY.height
