import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.evaluation.metrics import (
    beat_align_bailando,
    beat_align_fact,
    evaluate,
    foot_slide,
    share_near,
    slide_in_picture,
    summary,
)
from stickdance.choreography.evaluation.motion_beats import (
    joint_speed,
    motion_beats,
)

FPS = 50.0


def swinging(beats, count):
    """All joints travel to and fro and are at rest exactly on the beats."""
    times = np.arange(count) / FPS
    position = np.interp(times, beats, np.arange(len(beats)))
    place = 50 + 20 * np.cos(np.pi * position)
    points = np.zeros((count, 18, 2), np.float32)
    points[..., 0] = place[:, None]
    points[..., 1] = 30
    return PoseSequence(points, np.ones((count, 18)), FPS, (100, 100))


def test_arrivals_are_found_where_the_movement_rests():
    beats = np.arange(0.5, 20, 0.5)
    found = motion_beats(swinging(beats, 950))
    inner = beats[(beats > 0.6) & (beats < 18.8)]
    assert len(found) == pytest.approx(len(inner), abs=2)
    assert share_near(inner, found, 0.02) == 1.0


def test_a_dance_on_the_beat_hits_and_one_off_the_beat_does_not():
    beats = np.arange(0.5, 20, 0.5)
    poses = swinging(beats, 950)
    on, off = evaluate(poses, beats), evaluate(poses, beats + 0.25)
    assert on["hit_rate"] > 0.95 and on["beat_coverage"] == pytest.approx(0.95, abs=0.06)
    assert off["hit_rate"] == 0.0
    assert on["hit_rate_by_chance"] == pytest.approx(0.28, abs=0.05)  # 2 x 0.07 s in every 0.5 s
    assert "on a beat" in summary(on)


def test_standing_still_has_no_motion_beats():
    poses = PoseSequence(np.full((200, 18, 2), 10.0), np.ones((200, 18)), FPS, (100, 100))
    scores = evaluate(poses, np.arange(10) * 0.4)
    assert scores["motion_beats"] == 0 and scores["hit_rate"] is None
    assert summary(scores) == "no movement to compare with the beats"


def test_speed_is_in_pixels_a_second_summed_over_joints():
    points = np.zeros((5, 18, 2))
    points[:, 3, 1] = np.arange(5) * 2
    speed = joint_speed(PoseSequence(points, np.ones((5, 18)), 10.0, (50, 50)))
    assert speed == pytest.approx(np.full(5, 20.0))


def test_alignment_scores_follow_their_definitions():
    beats = np.arange(0.5, 20, 0.5)
    poses = swinging(beats, 950)
    inner = beats[(beats > 0.6) & (beats < 18.8)]
    assert beat_align_fact(poses, inner) > 0.9
    assert beat_align_bailando(poses, inner) > 0.9
    shifted = beat_align_fact(poses, inner + 0.05)
    assert shifted == pytest.approx(np.exp(-(0.05**2) / (2 * 0.05**2)), abs=0.12)


def test_alignment_scores_agree_with_the_published_loops_over_frames_at_60():
    """The published codes, written out over the same minima: mint's and Bailando's."""
    random = np.random.default_rng(3)
    times = np.arange(1200) / 60
    points = np.full((1200, 18, 2), 50.0)
    for _ in range(8):
        points[..., 0] += 4 * np.sin(2 * np.pi * random.uniform(0.5, 2) * times)[:, None]
    poses = PoseSequence(points, np.ones((1200, 18)), 60.0, (100, 100))
    beats = np.sort(random.uniform(0.5, 19, 30))
    speed = np.linalg.norm(np.gradient(poses.points.astype(float), axis=0), axis=-1).sum(-1)
    fact = [n for n in range(10, 1190) if speed[n] < np.delete(speed[n - 10 : n + 11], 10).min()]
    by_motion = [np.exp(-min((n / 60 - b) ** 2 for b in beats) / (2 * 0.05**2)) for n in fact]
    assert beat_align_fact(poses, beats) == pytest.approx(np.mean(by_motion), abs=0.03)
    smooth = gaussian_filter1d(speed, 5)
    lows = [n for n in range(1, 1199) if smooth[n] < min(smooth[n - 1], smooth[n + 1])]
    by_beat = [np.exp(-min((n - 60 * b) ** 2 for n in lows) / 2 / 9) for b in beats]
    assert beat_align_bailando(poses, beats) == pytest.approx(np.mean(by_beat), abs=0.03)


def test_alignment_scores_do_not_depend_on_the_frame_rate():
    beats = np.arange(0.5, 18, 0.5)
    slow = swinging(np.arange(0.5, 20, 0.5), 950).resampled(25.0)
    assert beat_align_fact(slow, beats) > 0.8 and beat_align_bailando(slow, beats) > 0.8


def test_a_full_stop_and_a_slowing_down_are_both_motion_beats():
    place = np.concatenate([np.arange(30), np.full(4, 30.0), 30 + np.arange(1, 31),
                            60.0 + 0.5 * np.arange(4), 62 + np.arange(1, 31)])  # fmt: skip
    points = np.zeros((len(place), 18, 2))
    points[..., 0] = place[:, None]
    found = motion_beats(PoseSequence(points, np.ones((len(place), 18)), FPS, (200, 200)))
    assert found == pytest.approx([0.63, 1.31], abs=0.04)


def test_share_near_counts_by_hand():
    assert share_near(np.array([1.0, 2.0, 3.0]), np.array([1.05, 2.2]), 0.07) == pytest.approx(
        1 / 3
    )
    assert share_near(np.array([1.0]), np.zeros(0), 0.07) == 0.0
    assert share_near(np.zeros(0), np.array([1.0]), 0.07) is None


def test_a_sliding_foot_is_measured():
    joints = np.zeros((11, 18, 3))
    joints[:, :, 1] = 0.5
    joints[:, 10, 1] = 0
    joints[:, 10, 0] = np.linspace(0, 0.1, 11)
    assert foot_slide(joints) == pytest.approx(0.01)


def test_a_foot_that_slides_in_the_picture_is_measured():
    points = np.full((51, 18, 2), 40.0)
    points[:, 13, 1] = 90  # the left ankle stands still, the right one slides a pixel a frame
    points[:, 10] = np.stack([np.arange(51), np.full(51, 90.0)], axis=-1)
    poses = PoseSequence(points, np.ones((51, 18)), 25.0, (100, 100))
    assert slide_in_picture(poses, 80.0) == pytest.approx(0.5 / 80)
    points[:, 10, 1] = 90 - 20 * np.abs(np.sin(np.arange(51) * 0.4))
    lifted = PoseSequence(points, np.ones((51, 18)), 25.0, (100, 100))
    assert slide_in_picture(lifted, 80.0) < 0.2 / 80
