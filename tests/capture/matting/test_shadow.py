import cv2
import numpy as np
import pytest

from stickdance.capture.matting.plate import Plate
from stickdance.capture.matting.shadow import with_shadow

SIZE = (200, 160)
FEET = [np.array([92.0, 140.0]), np.array([108.0, 140.0])]


@pytest.fixture
def room():
    chance = np.random.default_rng(2)
    coarse = chance.integers(120, 220, (8, 10, 3), np.uint8)
    return cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC)


@pytest.fixture
def plate(room):
    shape = room.shape[:2]
    return Plate(room, np.ones(shape, bool), np.full(shape, 1.0, np.float32))


@pytest.fixture
def matte():
    drawn = np.zeros(SIZE[::-1], np.uint8)
    cv2.rectangle(drawn, (85, 40), (115, 142), (255,), -1)
    return drawn


def patch(centre, axes=(24, 5)):
    drawn = np.zeros(SIZE[::-1], np.uint8)
    cv2.ellipse(drawn, centre, axes, 0, 0, 360, (255,), -1)
    return drawn > 0


def filmed(room, matte, shaded, factor=(0.7, 0.7, 0.7)):
    picture = np.where(shaded[..., None], room * np.array(factor), room)
    return np.where(matte[..., None] > 0, (60, 30, 90), picture).astype(np.uint8)


def test_the_shadow_at_the_feet_joins_the_matte(room, plate, matte):
    shaded = patch((132, 141)) & (matte == 0)
    found = with_shadow(filmed(room, matte, shaded), matte, plate, FEET)
    assert (found[shaded] > 127).mean() > 0.75
    assert (found[~shaded & (matte == 0)] > 127).mean() < 0.01
    assert (found[matte > 0] == 255).all()


def test_another_colour_is_no_shadow(room, plate, matte):
    carpet = patch((132, 141)) & (matte == 0)
    picture = filmed(room, matte, carpet, factor=(0.95, 0.5, 0.5))
    np.testing.assert_array_equal(with_shadow(picture, matte, plate, FEET), matte)


def test_darkness_away_from_the_feet_is_not_theirs(room, plate, matte):
    away = patch((168, 120), (12, 5))
    picture = filmed(room, matte, away)
    np.testing.assert_array_equal(with_shadow(picture, matte, plate, FEET), matte)


def test_a_restless_background_proves_nothing(room, plate, matte):
    shaded = patch((132, 141)) & (matte == 0)
    restless = Plate(room, plate.seen, np.full(room.shape[:2], 20, np.float32))
    picture = filmed(room, matte, shaded)
    np.testing.assert_array_equal(with_shadow(picture, matte, restless, FEET), matte)


def test_without_feet_or_without_a_person_nothing_is_looked_for(room, plate, matte):
    shaded = patch((132, 141))
    picture = filmed(room, matte, shaded)
    assert with_shadow(picture, matte, plate, []) is matte
    empty = np.zeros_like(matte)
    assert with_shadow(picture, empty, plate, FEET) is empty
    outside = [np.array([92.0, 900.0])]
    np.testing.assert_array_equal(with_shadow(picture, matte, plate, outside), matte)
