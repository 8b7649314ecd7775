import numpy as np
import pytest

from stickdance.capture.pose.parts import HAND_21
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.pose.stick_figure import StickStyle, draw_pose, draw_sequence_frame

SIZE = (120, 200)
STYLE = StickStyle()


def pose(**places: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    points, confidence = np.full((18, 2), np.nan), np.zeros(18)
    for name, place in places.items():
        points[OPENPOSE_18.index[name]], confidence[OPENPOSE_18.index[name]] = place, 1
    return points, confidence


def whole() -> np.ndarray:
    return np.random.default_rng(1).uniform((20, 20), (100, 180), (18, 2))


def weight(picture: np.ndarray) -> np.ndarray:
    """Centre (x, y) of the drawn pixels, the outer corner of the first being (0, 0)."""
    bright = picture.sum(-1, dtype=float)
    rows, columns = np.indices(bright.shape) + 0.5
    return np.array([(bright * columns).sum(), (bright * rows).sum()]) / bright.sum()


def test_a_bone_is_drawn_in_its_colour_between_its_joints() -> None:
    picture = draw_pose(*pose(right_elbow=(20, 100), right_wrist=(100, 100)), SIZE, STYLE)
    colour = OPENPOSE_18.colours[OPENPOSE_18.bones.index(("right_elbow", "right_wrist"))]
    assert picture.shape == (200, 120, 3)
    assert picture.dtype == np.uint8
    assert tuple(picture[100, 60]) == colour
    assert not picture[50].any()


def test_points_are_measured_from_the_outer_corner_of_the_first_pixel() -> None:
    picture = draw_pose(*pose(right_elbow=(40, 100), right_wrist=(80, 100)), SIZE, STYLE)
    bone = draw_pose(
        *pose(right_elbow=(40, 100), right_wrist=(80, 100)), SIZE, StickStyle(joint=0.0)
    )
    assert weight(bone) == pytest.approx([60, 100], abs=0.3)
    assert picture.any()


def test_a_slow_movement_changes_the_picture_slowly() -> None:
    pictures = [
        draw_pose(*pose(right_elbow=(40 + s, 60), right_wrist=(40 + s, 140)), SIZE, STYLE)
        for s in (0, 0.25, 0.5, 0.75, 1)
    ]
    centres = [weight(picture)[0] for picture in pictures]
    assert np.diff(centres) == pytest.approx(np.full(4, 0.25), abs=0.1)


def test_bones_with_a_missing_or_unsure_joint_are_left_out() -> None:
    points = whole()
    points[4] = np.nan
    assert not draw_pose(points * np.nan, np.ones(18), SIZE, STYLE).any()
    unsure = np.ones(18)
    unsure[4] = 0.05
    without = draw_pose(points, np.ones(18), SIZE, STYLE)
    assert (draw_pose(whole(), unsure, SIZE, STYLE) == without).all()
    assert (draw_pose(whole(), np.ones(18), SIZE, STYLE) != without).any()


def test_lines_grow_with_the_picture() -> None:
    style = StickStyle(joint=0)
    small, large = pose(neck=(60, 40), nose=(60, 160)), pose(neck=(240, 160), nose=(240, 640))
    covered = [
        draw_pose(*small, SIZE, style).max(-1).mean(),
        draw_pose(*large, (480, 800), style).max(-1).mean(),
    ]
    assert covered[1] == pytest.approx(covered[0], rel=0.35)


def test_far_outside_is_no_trouble_and_drawing_is_repeatable() -> None:
    wild = whole() + np.array([1e9, -1e9])
    assert draw_pose(wild, np.ones(18), SIZE, STYLE).shape == (200, 120, 3)
    pictures = [draw_pose(whole(), np.ones(18), SIZE, STYLE) for _ in range(2)]
    assert (pictures[0] == pictures[1]).all()


def test_a_frame_of_a_sequence_is_drawn_at_its_size() -> None:
    poses = PoseSequence(whole()[None], np.ones((1, 18)), 25, SIZE)
    assert (
        draw_sequence_frame(poses, 0, STYLE) == draw_pose(poses.points[0], np.ones(18), SIZE, STYLE)
    ).all()


def with_hand(fine: float) -> np.ndarray:
    """A body of which nothing is there, and a hand that is a level line of 21 points."""
    hand = np.stack([np.arange(20, 41), np.full(21, 30.5)], axis=-1)
    part = PoseSequence(hand[None], np.ones((1, 21)), 25, (64, 48), HAND_21)
    nobody = np.full((1, 18, 2), np.nan)
    poses = PoseSequence(nobody, np.zeros((1, 18)), 25, (64, 48), parts={"left_hand": part})
    return draw_sequence_frame(poses, 0, StickStyle(fine=fine))


def test_hands_are_drawn_only_in_a_style_that_has_them():
    assert not with_hand(0.0).any()
    rows, columns = np.nonzero(with_hand(0.02).max(axis=-1))
    assert set(rows) <= {29, 30, 31}
    assert columns.min() <= 20
    assert columns.max() >= 39
