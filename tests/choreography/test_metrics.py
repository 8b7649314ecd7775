import numpy as np
import pytest

from capture.sequence import PoseSequence
from choreography.metrics import (
    beat_align_bailando,
    beat_align_fact,
    evaluate,
    foot_slide,
    joint_speed,
    motion_beats,
    share_near,
    summary,
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
