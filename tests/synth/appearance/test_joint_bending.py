import cv2
import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.appearance.body_parts import (
    PARTS,
    PLACE,
    control_weights,
    fit_maps,
    pose_parts,
)
from stickdance.synth.appearance.compositing import Canvas, WarpedCrop
from stickdance.synth.appearance.joint_bending import bend_numbers, bent, others
from stickdance.synth.appearance.part_crops import PartCrop

HALF = 8
KNEE = np.array([60.0, 60.0])
LEG = [PLACE["left_thigh"], PLACE["left_shin"]]


def leg(degrees):
    """A hip straight above the knee, and a shin turned from straight down; (1, joints, 2)."""
    points = np.full((1, len(OPENPOSE_18.joints), 2), np.nan, np.float32)
    turn = np.deg2rad(degrees)
    ankle = KNEE + 40 * np.array([np.sin(turn), np.cos(turn)])
    for name, place in (("left_hip", (60, 20)), ("left_knee", KNEE), ("left_ankle", ankle)):
        points[0, OPENPOSE_18.index[name]] = place
    return pose_parts(points, 60.0)


def painted(degrees, bending=True, drawn=0):
    """The alpha of a leg filmed with its shin turned by `drawn` degrees, moved to another bend."""
    source, target = leg(drawn), leg(degrees)
    weights = control_weights()[LEG]
    maps = fit_maps(source.controls[0, LEG], target.controls[0, LEG], weights)
    pieces, bends = bend_numbers(np.array(LEG))
    knee = np.isin(others(bends), LEG)
    pieces, bends = pieces[knee], bends[knee]
    moves = maps[[LEG.index(place) for place in others(bends)]]
    thickness = np.full((len(PARTS), 5), HALF, np.float32)
    zeros = np.zeros(len(bends), int)
    numbers = bent(bends, maps[pieces], moves, source, zeros, target, 0, thickness)
    canvas = Canvas((120, 120))
    for piece in range(2):
        cut = _cut(source, piece)
        bend = numbers[pieces == piece] if bending else numbers[:0]
        canvas.composite([WarpedCrop(cut, maps[piece], bends=bend)])
    return canvas.finish()[..., 3], numbers


def _cut(source, piece):
    pixels = np.zeros((120, 120, 4), np.uint8)
    first, last = (np.rint(end[0, LEG[piece]]).astype(int) for end in (source.start, source.end))
    cv2.line(pixels, first.tolist(), last.tolist(), (255,) * 4, 2 * HALF + 1)
    return PartCrop(pixels, 0, 0)


def reach(alpha, direction):
    """How far the leg is covered from the knee on, in pixels."""
    steps = np.arange(0, 30, 0.25)
    spots = np.rint(KNEE - 0.5 + steps[:, None] * np.array(direction)).astype(int)
    return steps[alpha[spots[:, 1], spots[:, 0]] > 127].max()


def test_a_leg_that_bends_as_it_was_filmed_stays_as_it_is():
    straight, _ = painted(0)
    unbent, _ = painted(0, bending=False)
    assert np.abs(straight.astype(int) - unbent).max() <= 1


@pytest.mark.parametrize("degrees", [40, 70])
def test_the_outside_of_a_bent_knee_is_as_round_as_the_leg_is_thick(degrees):
    outside = np.deg2rad(degrees / 2)
    direction = (-np.cos(outside), np.sin(outside))
    assert reach(painted(degrees)[0], direction) == pytest.approx(HALF, abs=1.5)


def test_away_from_the_knee_each_part_moves_as_before():
    bent_leg, unbent = painted(60)[0], painted(60, bending=False)[0]
    assert (bent_leg[:40] == unbent[:40]).all()
    assert (bent_leg[:, 85:] == unbent[:, 85:]).all()


def test_nothing_bends_where_shins_are_folded_up_or_turned_too_far():
    assert (painted(150, drawn=150)[1][:, 13] == 0).all()
    assert (painted(130)[1][:, 13] == 0).all()
    assert (painted(60)[1][:, 13] > 0.9).all()


def test_pieces_are_told_with_their_joints():
    pieces, bends = bend_numbers(np.array([PLACE["torso"], PLACE["left_shin"], LEG[0]]))
    assert pieces.tolist() == [1, 2, 2]
    named = [PARTS[place].name for place in others(bends)]
    assert named == ["left_thigh", "torso", "left_shin"]
    assert bend_numbers(np.array([PLACE["head"]]))[0].size == 0
