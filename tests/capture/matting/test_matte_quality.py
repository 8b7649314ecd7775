import cv2
import numpy as np
import pytest

from stickdance.capture.matting.matte_quality import MatteWatch, flicker, measured
from stickdance.capture.matting.plate import Plate


@pytest.fixture
def room(filmed):
    return Plate(filmed.room, np.ones(filmed.room.shape[:2], bool), np.zeros((160, 192)))


def test_true_mattes_hold_nothing_and_miss_nothing(filmed, room):
    told = measured(filmed.pictures[10], filmed.mattes[10], room)
    assert told["squared_error"] < 0.1
    assert told["missed"] == told["held"] == told["islands"] == 0


def test_a_matte_full_of_wall_agrees_but_is_told(filmed, room):
    wide = cv2.dilate(filmed.mattes[10], np.ones((7, 7)))
    told = measured(filmed.pictures[10], wide, room)
    assert told["squared_error"] < 0.1
    assert told["held"] > 0.15


def test_a_lost_arm_is_told(filmed, room):
    cut = filmed.mattes[10].copy()
    cut[:, int(filmed.poses.joint("left_elbow")[10, 0]) :] = 0
    told = measured(filmed.pictures[10], cut, room)
    assert told["missed"] > 0.05
    assert told["squared_error"] > 50


def test_a_shadow_is_not_missed(filmed, room):
    dark = np.where(filmed.mattes[10][..., None] > 0, filmed.pictures[10], filmed.room * 0.8)
    assert measured(dark.astype(np.uint8), filmed.mattes[10], room)["missed"] < 0.01


def test_mattes_that_move_as_the_picture_does_do_not_flicker():
    grain = np.random.default_rng(0).integers(0, 255, (120, 160, 3)).astype(np.uint8)
    picture = cv2.GaussianBlur(grain, (0, 0), 3)
    matte = np.zeros((120, 160), np.uint8)
    cv2.circle(matte, (80, 60), 30, 255, -1)
    moved = np.roll(picture, 2, axis=1), np.roll(matte, 2, axis=1)
    steady = flicker((picture, matte), moved)
    assert flicker((picture, matte), (moved[0], cv2.dilate(moved[1], np.ones((9, 9))))) > 2 * steady
    assert np.isnan(flicker((picture, matte), (np.full_like(picture, 250), matte)))


def test_a_watch_tells_means_over_the_frames_it_wanted(filmed, room):
    watch = MatteWatch.over(60, 2)
    assert watch.wanted == {0, 1, 58, 59}
    for number in (0, 1):
        watch.look(number, filmed.pictures[number], filmed.mattes[number], room)
    told = watch.as_json()
    assert told["agreement_psnr"] > 50
    assert {"missed", "held", "islands", "holes"} <= set(told)
    empty = MatteWatch.over(60)
    empty.look(0, filmed.room, np.zeros((160, 192), np.uint8), room)
    assert empty.as_json() == {}
