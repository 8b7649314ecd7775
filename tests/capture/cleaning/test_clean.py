import json
from pathlib import Path

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from stickdance.capture.cleaning.clean import CleaningOptions, clean
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import BODY_25, OPENPOSE_18

SIZE, FPS = (640, 320), 30.0
RAW = CleaningOptions(smoothing=0)


def swing(
    frames: int = 90, fps: float = FPS, hertz: float = 1.0, reach: float = 40
) -> PoseSequence:
    """All joints swing sideways together, each about a place of its own."""
    at = np.arange(frames) / fps
    places = np.random.default_rng(0).uniform((200, 50), (440, 270), (18, 2))
    points = np.repeat(places[None], frames, axis=0)
    points[..., 0] += reach * np.sin(2 * np.pi * hertz * at)[:, None]
    return PoseSequence(points, np.full((frames, 18), 0.8), fps, SIZE)


def lost(
    poses: PoseSequence, frames: slice | list, joints: slice | list = slice(None)
) -> PoseSequence:
    points, confidence = poses.points.copy(), poses.confidence.copy()
    where = np.ix_(np.arange(len(poses))[frames], np.arange(18)[joints])
    points[where], confidence[where] = np.nan, 0
    return PoseSequence(points, confidence, poses.fps, poses.size, depth=poses.depth)


def off(poses: PoseSequence, frame: int, joint: int = 4, by: float = 120) -> PoseSequence:
    points = poses.points.copy()
    points[frame, joint, 1] += by
    return PoseSequence(points, poses.confidence, poses.fps, poses.size, depth=poses.depth)


@pytest.mark.parametrize("fps", [5.0, 16.0, 25.0, 60.0])
def test_a_quick_true_movement_stays_at_any_rate(fps: float) -> None:
    poses = swing(120, fps, hertz=2, reach=90)  # 1,130 px a second at its quickest
    cleaned = clean(poses, RAW)
    assert cleaned.wrong_frames == ()
    assert (cleaned.poses.points == poses.points).all()


def test_a_wrong_joint_is_found_and_filled_from_its_neighbours() -> None:
    truth = swing()
    cleaned = clean(off(truth, 40), RAW)
    assert np.argwhere(cleaned.refused).tolist() == [[40, 4]]
    assert cleaned.wrong_frames == cleaned.missing_frames == ()
    assert cleaned.filled_share == pytest.approx(1 / (90 * 18))
    assert np.abs(cleaned.poses.points - truth.points).max() < 0.1
    assert cleaned.poses.confidence[40, 4] == pytest.approx(0.4)
    assert cleaned.poses.confidence[41, 4] == pytest.approx(0.8)


@pytest.mark.parametrize("length", [1, 2, 6])
def test_wrong_frames_in_a_row_are_found_and_filled_from_both_sides(length: int) -> None:
    truth = swing()
    points = truth.points.copy()
    points[40 : 40 + length] += (60, -45)
    cleaned = clean(PoseSequence(points, truth.confidence, FPS, SIZE), RAW)
    assert cleaned.wrong_frames == tuple(range(40, 40 + length))
    assert cleaned.filled_share == pytest.approx(length / 90)
    assert np.abs(cleaned.poses.points - truth.points).max() < 1.0


def test_missing_frames_are_filled_by_a_spline_that_keeps_the_peak() -> None:
    truth = swing()
    cleaned = clean(lost(truth, slice(36, 40)), RAW)
    known = np.r_[0:36, 40:90]
    expected = CubicSpline(known, truth.points[known, 3])(np.arange(36, 40))
    assert cleaned.missing_frames == (36, 37, 38, 39)
    assert np.abs(cleaned.poses.points[36:40, 3] - expected).max() < 1e-3
    assert np.abs(cleaned.poses.points - truth.points).max() < 1.0


def test_joints_missing_one_by_one_are_filled_and_the_others_left_alone() -> None:
    truth = swing()
    cleaned = clean(lost(truth, [10, 11, 50], [4, 7]), RAW)
    assert cleaned.missing_frames == ()
    assert cleaned.filled_share == pytest.approx(6 / (90 * 18))
    others = [joint for joint in range(18) if joint not in (4, 7)]
    assert (cleaned.poses.points[:, others] == truth.points[:, others]).all()
    assert np.abs(cleaned.poses.points - truth.points).max() < 0.5


def test_both_ends_hold_the_nearest_pose() -> None:
    truth = swing()
    cleaned = clean(lost(truth, [0, 1, 2, 87, 88, 89]), RAW)
    assert (cleaned.poses.points[:3] == truth.points[3]).all()
    assert (cleaned.poses.points[87:] == truth.points[86]).all()


def test_wide_gaps_follow_the_movement_and_the_widest_stay_open() -> None:
    truth = swing(150, hertz=0.7)
    wide = clean(lost(truth, slice(40, 60)), RAW).poses.points
    assert np.abs(wide - truth.points).max() < 0.1 * 80
    open_still = clean(lost(truth, slice(40, 80)), RAW)
    assert np.isnan(open_still.poses.points[40:80]).all()
    assert (open_still.poses.confidence[40:80] == 0).all()
    assert open_still.unfilled_share == pytest.approx(40 / 150)
    assert open_still.filled_share == 0


def test_a_joint_never_seen_and_an_empty_sequence_are_no_trouble() -> None:
    never = clean(lost(swing(), slice(None), [16]))
    assert np.isnan(never.poses.joint("right_ear")).all()
    assert np.isfinite(never.poses.joint("left_ear")).all()
    empty = PoseSequence(np.zeros((0, 18, 2)), np.zeros((0, 18)), FPS, SIZE)
    assert len(clean(empty).poses) == 0
    single = swing(1)
    assert (clean(single).poses.points == single.points).all()


def test_a_point_without_confidence_is_missing() -> None:
    poses = swing()
    confidence = poses.confidence.copy()
    confidence[20, 4] = 0
    unsure = off(PoseSequence(poses.points, confidence, FPS, SIZE), 20)
    cleaned = clean(unsure, RAW)
    assert cleaned.wrong_frames == ()
    assert np.abs(cleaned.poses.points - poses.points).max() < 0.5


def test_depth_is_cleaned_with_the_points() -> None:
    poses = swing()
    depth = poses.points[..., 0] / 3
    poses = PoseSequence(poses.points, poses.confidence, FPS, SIZE, depth=depth)
    cleaned = clean(off(poses, 40), RAW)
    assert cleaned.poses.depth is not None
    assert np.abs(cleaned.poses.depth - depth).max() < 0.1


def test_smoothing_calms_jitter_without_delaying_or_flattening_a_dance() -> None:
    truth = swing(120, hertz=2)
    noise = np.random.default_rng(0).normal(0, 1.5, truth.points.shape)
    noisy = PoseSequence(truth.points + noise, truth.confidence, FPS, SIZE)
    smooth = clean(noisy).poses.points

    def jitter(points: np.ndarray) -> float:
        return float(np.abs(np.diff(points, n=3, axis=0)).mean())

    assert jitter(smooth) < 0.55 * jitter(noisy.points)
    assert np.abs(smooth - truth.points).mean() < np.abs(noise).mean()
    still = clean(truth).poses.points
    assert np.abs(still - truth.points)[10:-10].max() < 1.0


def test_the_filter_can_be_turned_off() -> None:
    poses = off(swing(), 40)
    cleaned = clean(poses, CleaningOptions(refuse=False, smoothing=0))
    assert (cleaned.poses.points == poses.points).all()
    assert cleaned.filled_share == 0


def test_real_openpose_output_is_filled_without_false_alarm(shared_data: Path) -> None:
    people = []
    for file in sorted((shared_data / "poses" / "treadmill_openpose25").glob("*.json")):
        person = json.loads(file.read_text())["people"][0]["pose_keypoints_2d"]
        people.append(np.array(person).reshape(25, 3))
    found = np.array(people)
    points = np.where(found[..., 2:] > 0, found[..., :2], np.nan)
    raw = PoseSequence(points, found[..., 2], 23.976, (720, 720), BODY_25).converted(OPENPOSE_18)
    cleaned = clean(raw)
    assert cleaned.wrong_frames == ()
    assert 0 < cleaned.filled_share < 0.05
    seen = np.isfinite(raw.points).any(axis=(0, 2))
    assert np.isfinite(cleaned.poses.points[:, seen]).mean() > 0.99
