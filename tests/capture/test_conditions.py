from dataclasses import replace

import numpy as np
import pytest

from capture.conditions import camera_motion, warnings


def test_a_camera_on_a_tripod_does_not_move(filmed):
    assert camera_motion(filmed.pictures[::6], filmed.mattes[::6]) < 0.3


def test_a_pan_is_measured_in_pixels(filmed):
    shifts = np.arange(0, 10)
    pictures = [np.roll(filmed.room, int(shift), axis=1) for shift in shifts]
    empty = np.zeros(filmed.room.shape[:2], np.uint8)
    moved = camera_motion(pictures, [empty] * len(pictures))
    assert moved == pytest.approx(5, abs=1)  # from the middle picture to the ends


def test_a_blank_wall_tells_nothing_of_the_camera():
    blank = [np.full((60, 80, 3), 200, np.uint8)] * 5
    assert camera_motion(blank, [np.zeros((60, 80), np.uint8)] * 5) == 0.0


def test_good_footage_has_no_warnings(filmed):
    long = filmed.poses.resampled(25)
    many = np.tile(long.points, (30, 1, 1))
    poses = replace(long, points=many, confidence=np.ones(many.shape[:2]))
    assert warnings(poses, missing=0, wrong=0, motion=0.1, noise=1.0) == []


def test_each_fault_is_named_with_its_measure(filmed):
    points = filmed.poses.points.copy()
    points[:30, 4, 0] = -20
    points[:, [10, 13], 1] = 190
    poor = replace(filmed.poses, points=points, fps=10)
    lines = "\n".join(warnings(poor, missing=9, wrong=6, motion=4.2, noise=20))
    for said in ("6.0 s of footage", "10.0 frames a second", "in 9 of 60", "6 of 60 poses",
                 "feet", "30 of 60 frames", "4.2 pixels", "restless"):  # fmt: skip
        assert said in lines
