import cv2
import numpy as np
import pytest

from stickdance.capture.matting.inpainting import filled
from stickdance.capture.matting.plate import clean_plate


def test_a_person_who_moves_leaves_the_plate_as_the_room(filmed):
    plate = clean_plate(filmed.pictures, filmed.mattes)
    ever_free = (filmed.mattes == 0).mean(axis=0) > 0.3
    off = np.abs(plate.picture.astype(int) - filmed.room)
    assert off[ever_free].max() <= 1
    assert plate.noise[ever_free].max() < 1


def test_what_was_never_free_is_filled_and_said_so(filmed):
    plate = clean_plate(filmed.pictures[:1], filmed.mattes[:1])
    inside = cv2.erode(filmed.mattes[0], np.ones((5, 5))) > 0
    assert not plate.seen[inside].any()
    person = np.array([150, 20, 35])
    assert np.abs(plate.picture[inside].astype(int) - person).sum(-1).min() > 100
    assert plate.seen[filmed.mattes[0] == 0].mean() > 0.85


def test_neighbours_that_different_frames_show_have_no_step_between_them():
    """A person steps aside once to either side of the middle, once in brighter light."""
    slope = np.linspace(100, 150, 96)
    room = np.tile(slope[None, :, None], (64, 1, 3))
    pictures, masks = [], []
    for frame in range(24):
        mask = np.zeros((64, 96), np.uint8)
        mask[:, 24:72] = 255
        if frame in (5, 6):
            mask[:, 24:49] = 0
        if frame in (15, 16):
            mask[:, 47:72] = 0
        brighter = 12 if frame in (5, 6) else 0
        lit = (
            room
            + np.where((np.arange(96) >= 24) & (np.arange(96) < 49), brighter, 0)[None, :, None]
        )
        pictures.append(np.where(mask[..., None] > 0, 20, lit).astype(np.uint8))
        masks.append(mask)
    plate = clean_plate(pictures, masks).picture[32, :, 0].astype(float)
    smooth = clean_plate(pictures, masks, detailed=False).picture[32, :, 0].astype(float)
    inside = slice(30, 66)  # the steps at the ends of the light are real ones
    assert np.abs(np.diff(smooth))[inside].max() > 8
    assert np.abs(np.diff(plate))[inside].max() < 3


def test_what_the_person_dims_ends_nowhere_in_a_line():
    """A person whom a wide faint shadow surrounds, and who steps aside in four of 24 frames."""
    pictures, masks = [], []
    for frame in range(24):
        first = 100 if frame % 6 == 0 else 60
        mask = np.zeros((160, 200), np.uint8)
        mask[20:, first : first + 40] = 255
        lit = np.full((160, 200, 3), 140, np.uint8)
        lit[:, first - 16 : first + 56] = 128
        pictures.append(np.where(mask[..., None] > 0, 20, lit))
        masks.append(mask)
    row = clean_plate(pictures, masks).picture[80, :, 0].astype(float)
    beside = slice(46, 58)  # the shadow's own end lies before, the person after
    assert np.abs(np.diff(row))[beside].max() <= 2


def test_noise_is_the_standard_deviation_of_the_background():
    chance = np.random.default_rng(0)
    pictures = (128 + 10 * chance.standard_normal((200, 16, 16, 3))).clip(0, 255).astype(np.uint8)
    plate = clean_plate(pictures, np.zeros((200, 16, 16), np.uint8))
    assert plate.noise.mean() == pytest.approx(10, rel=0.15)


def test_filling_keeps_the_certain_and_continues_a_flat_colour():
    picture = np.full((40, 50, 3), (10, 200, 90), np.uint8)
    certainty = np.ones((40, 50))
    certainty[10:30, 15:35] = 0
    picture[certainty == 0] = 255
    np.testing.assert_allclose(filled(picture, certainty).astype(int) - (10, 200, 90), 0, atol=1)


def test_filling_where_nothing_is_known_gives_grey():
    assert (filled(np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9))) == 128).all()
