from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.retargeting.global_normalisation import (
    Place,
    measure_place,
    normalise_place,
)

LEFT, RIGHT, NOSE = (OPENPOSE_18.index[name] for name in ("left_ankle", "right_ankle", "nose"))
FLAT = {
    "nose": (0, -1.0), "neck": (0, -0.84), "right_shoulder": (-0.11, -0.84),
    "right_elbow": (-0.19, -0.66), "right_wrist": (-0.21, -0.48), "left_shoulder": (0.11, -0.84),
    "left_elbow": (0.19, -0.66), "left_wrist": (0.21, -0.48), "right_hip": (-0.07, -0.5),
    "right_knee": (-0.08, -0.26), "right_ankle": (-0.08, 0), "left_hip": (0.07, -0.5),
    "left_knee": (0.08, -0.26), "left_ankle": (0.08, 0), "right_eye": (-0.025, -1.03),
    "left_eye": (0.025, -1.03), "right_ear": (-0.05, -1.01), "left_ear": (0.05, -1.01),
}  # fmt: skip


def walker(
    rows: np.ndarray, heights: np.ndarray, columns: np.ndarray, size: tuple[int, int]
) -> PoseSequence:
    """A stiff figure whose feet stand on `rows`, `heights` pixels tall."""
    shape = np.array([FLAT[name] for name in OPENPOSE_18.joints])
    feet = np.stack([columns, rows], axis=-1)[:, None]
    points = shape * np.asarray(heights)[:, None, None] + feet
    return PoseSequence(points, np.ones(points.shape[:2]), 25, size)


def nearing(far: float, near: float, small: float, tall: float, frames: int = 101) -> PoseSequence:
    """Steps from far to near at even pace, so that the median is in the middle."""
    share = np.linspace(0, 1, frames)
    return walker(
        far + share * (near - far),
        small + share * (tall - small),
        np.full(frames, 300.0),
        (640, 480),
    )


def test_the_range_of_depth_follows_the_paper():
    place = measure_place(nearing(300, 400, 150, 200))
    assert place.near == pytest.approx(400)
    # horizon = median - max{median - y : 0 < median - y < 0.5 (max - median)}
    assert place.far == pytest.approx(350 - 24)
    assert place.near_height == pytest.approx(200)
    tallest_near_far = 150 + 50 * (place.far + 0.05 * (400 - place.far) - 300) / 100
    assert place.far_height == pytest.approx(tallest_near_far, abs=1)
    assert not place.flat
    assert place.warnings == ()


def test_near_and_far_of_one_become_near_and_far_of_the_other():
    here = Place(400, 300, 200, 150, 350, 175, 300)
    there = Place(200, 180, 100, 90, 190, 95, 80)
    poses = walker(np.repeat([400.0, 300.0, 350.0], 9), np.repeat([200.0, 150.0, 175.0], 9),
                   np.full(27, 330.0), (640, 480))  # fmt: skip
    moved = normalise_place(poses, here, there)
    for frame, row, height in ((4, 200, 100), (13, 180, 90), (22, 190, None)):
        assert moved.points[frame, [LEFT, RIGHT], 1] == pytest.approx([row, row], abs=1e-3)
        if height is not None:
            assert row - moved.points[frame, NOSE, 1] == pytest.approx(height, abs=1e-3)
    assert moved.points[4, [LEFT, RIGHT], 0].mean() == pytest.approx(80 + 30 * 0.5)


def test_onto_its_own_place_nothing_changes():
    poses = nearing(300, 400, 150, 200)
    place = measure_place(poses)
    inside = (poses.points[:, LEFT, 1] > place.far + 8) & (poses.points[:, LEFT, 1] < 390)
    moved = normalise_place(poses, place, place)
    assert np.abs(moved.points - poses.points)[inside].max() < 0.01


def test_a_jump_stays_a_jump():
    poses = nearing(300, 400, 150, 200)
    points = poses.points.copy()
    points[50:53, :, 1] -= 40
    place = measure_place(poses)
    target = Place(200, 200 - (place.near - place.far) / 2, 100, place.far_height / 2, 0, 0, 0)
    moved = normalise_place(replace(poses, points=points), place, target)
    still = normalise_place(poses, place, target)
    risen = still.points[51, LEFT, 1] - moved.points[51, LEFT, 1]
    assert risen == pytest.approx(20, abs=1.5)


def test_one_depth_is_scaled_as_a_whole_and_said():
    poses = walker(np.full(40, 400.0), np.full(40, 200.0), np.full(40, 300.0), (640, 480))
    flat = measure_place(poses, "anna")
    assert flat.flat
    assert flat.warnings == (
        "anna: stays at one distance from the camera; the size is scaled as a whole",
    )
    deep = measure_place(nearing(150, 200, 60, 100))
    moved = normalise_place(poses, flat, deep)
    assert moved.points[3, LEFT, 1] == pytest.approx(deep.middle)
    assert deep.middle - moved.points[3, NOSE, 1] == pytest.approx(deep.middle_height)


def test_into_one_depth_the_size_no_longer_changes():
    poses = nearing(300, 400, 150, 200)
    flat = measure_place(
        walker(np.full(40, 200.0), np.full(40, 90.0), np.full(40, 50.0), (128, 256))
    )
    moved = normalise_place(poses, measure_place(poses), flat)
    inside = slice(35, 95)
    heights = (moved.points[:, LEFT, 1] - moved.points[:, NOSE, 1])[inside]
    assert np.ptp(heights) < 4
    assert np.abs(moved.points[inside, LEFT, 1] - 200).max() < 1


def test_feet_that_are_never_seen_are_guessed_and_said():
    poses = nearing(300, 400, 150, 200)
    confidence = poses.confidence.copy()
    confidence[:, [LEFT, RIGHT]] = 0
    place = measure_place(replace(poses, confidence=confidence), "anna")
    assert place.flat
    assert any("feet and head are hardly ever seen together" in line for line in place.warnings)
    moved = normalise_place(poses, place, measure_place(poses))
    assert np.isfinite(moved.points).all()


def test_feet_hidden_at_times_are_between_those_seen():
    poses = nearing(300, 400, 150, 200)
    confidence = poses.confidence.copy()
    confidence[40:60, [LEFT, RIGHT]] = 0
    part, place = replace(poses, confidence=confidence), measure_place(poses)
    assert "hidden in 20% of the frames" in measure_place(part).warnings[0]
    target = Place(200, 150, 100, 75, 175, 90, 50)
    moved, whole = normalise_place(part, place, target), normalise_place(poses, place, target)
    assert np.abs(moved.points - whole.points).max() < 0.2


def test_rows_that_do_not_tell_distance_are_not_used():
    poses = nearing(300, 400, 200, 150)
    place = measure_place(poses, "anna")
    assert place.flat
    assert "not smaller where the feet are higher" in place.warnings[0]
