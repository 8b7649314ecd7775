"""The inside of thighs, measured where the legs are apart, and what lies beyond it."""

import cv2
import numpy as np

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.appearance.body_parts import (
    PARTS,
    PLACE,
    PosedParts,
    control_weights,
    fit_maps,
    painting_order,
    pose_parts,
    with_skirt,
)
from stickdance.synth.appearance.part_thickness import (
    as_far_apart,
    inner_thickness,
    measure_thickness,
    own_side,
    wears_a_skirt,
)

LENGTH, HALF, POSES = 60.0, 10, 8
THIGHS = [PLACE["right_thigh"], PLACE["left_thigh"]]


def parts_apart(*knees: float) -> PosedParts:
    """Somebody who stands with each knee so far to the side."""
    points = np.full((len(knees), len(OPENPOSE_18), 2), np.nan, np.float32)
    for pose, knee in enumerate(knees):
        for side, sign in (("right", -1), ("left", 1)):
            for joint, x, y in (("hip", 12, 60), ("knee", knee, 130), ("ankle", knee, 190)):
                points[pose, OPENPOSE_18.index[f"{side}_{joint}"]] = (100 + sign * x, y)
    return pose_parts(points, LENGTH)


def mattes_of(parts: PosedParts, skirt: bool = False) -> np.ndarray:
    mattes = np.zeros((len(parts), 200, 200), np.uint8)
    for pose, matte in enumerate(mattes):
        ends = [
            [
                tuple(np.rint(each[pose, place]).astype(int).tolist())
                for each in (parts.start, parts.end)
            ]
            for place in THIGHS
        ]
        for start, end in ends:
            cv2.line(matte, start, end, 255, 2 * HALF)
        if skirt:
            cv2.fillConvexPoly(
                matte, np.array([ends[0][0], ends[1][0], ends[1][1], ends[0][1]]), 255
            )
    return mattes


def test_the_inside_of_a_thigh_is_where_the_room_between_the_legs_begins():
    parts = parts_apart(*[40.0] * POSES)
    inner = inner_thickness(parts, mattes_of(parts), LENGTH)
    assert np.abs(inner[THIGHS][:, 1:] - HALF).max() < 3
    assert np.isinf(np.delete(inner, THIGHS, 0)).all()


def test_a_skirt_has_no_inside_and_is_left_whole():
    parts = parts_apart(*[40.0] * POSES)
    inner = inner_thickness(parts, mattes_of(parts, skirt=True), LENGTH)
    middle = own_side(parts, 0, THIGHS[0], inner[THIGHS[0]], (96, 80, 100, 120))
    assert (middle == 1).all()


def test_what_lies_beyond_the_inside_of_a_thigh_is_of_the_other_leg():
    parts = parts_apart(*[40.0] * POSES, 12.0)
    inner = inner_thickness(parts, mattes_of(parts), LENGTH)
    right = own_side(parts, POSES, THIGHS[0], inner[THIGHS[0]], (60, 115, 140, 116))[0]
    assert (right[: 88 + HALF - 60] == 1).all()  # its outside, its line, its inside
    assert (right[112 - 60 :] == 0).all()  # the line of the left one
    left = own_side(parts, POSES, THIGHS[1], inner[THIGHS[1]], (60, 115, 140, 116))[0]
    assert np.abs(left - right[::-1]).sum() < 3


def test_where_joints_or_poses_are_missing_nothing_is_cut_off():
    parts = parts_apart(*[40.0] * 3)
    few = inner_thickness(parts, mattes_of(parts), LENGTH)
    assert np.isinf(few).all()
    unseen = pose_parts(np.full((1, len(OPENPOSE_18), 2), np.nan, np.float32), LENGTH)
    inner = np.full(few.shape[1], 10, np.float32)
    for place in range(len(PARTS)):
        assert (own_side(unseen, 0, place, inner, (0, 0, 4, 4)) == 1).all()


def test_legs_as_far_apart_as_filmed_show_what_is_between_them():
    parts = parts_apart(12.0, 14.0, 40.0)
    near, far = (as_far_apart(parts, 0, parts, pose, THIGHS[0], LENGTH) for pose in (1, 2))
    assert near == 1
    assert far == 0
    unseen = pose_parts(np.full((1, len(OPENPOSE_18), 2), np.nan, np.float32), LENGTH)
    assert as_far_apart(parts, 0, unseen, 0, THIGHS[0], LENGTH) == 0


def test_a_skirt_is_told_from_trousers_and_from_legs_never_seen_apart():
    apart, together = parts_apart(*[40.0] * POSES), parts_apart(*[12.0] * POSES)
    for parts, skirt, told in (
        (apart, True, True),
        (apart, False, False),
        (together, False, False),
    ):
        mattes = mattes_of(parts, skirt)
        inner = inner_thickness(parts, mattes, LENGTH)
        assert wears_a_skirt(inner, measure_thickness(parts, mattes, LENGTH)) is told


def test_thighs_under_a_skirt_move_as_one_and_lie_before_the_shins():
    filmed, posed = (with_skirt(parts_apart(knees)) for knees in (20.0, 40.0))
    maps = fit_maps(
        *(each.controls[0, THIGHS] for each in (filmed, posed)), control_weights(skirt=True)[THIGHS]
    )
    assert np.allclose(maps[0], maps[1])
    order = painting_order(posed, skirt=True)[0].tolist()
    assert min(order.index(place) for place in THIGHS) > order.index(PLACE["left_shin"])
