"""A drawn dancer who throws a known shadow on a known wall, in flickering light."""

import cv2
import numpy as np
import pytest

from stickdance.capture.matting.cast_shadow import BLURS, DOWN, RIGHT, WEIGHTS, CastShadow
from stickdance.capture.matting.moving_background import moving_background
from stickdance.capture.matting.room import find_room, shown

SIZE, COUNT = (160, 96), 32
LIGHTS = 1 + 0.05 * np.sin(np.arange(COUNT) * 2.1)[:, None] * np.array([1.0, 0.8, 0.6])


def true_shadow():
    weights = np.zeros(WEIGHTS, np.float32)
    weights[BLURS.index(0.054), DOWN.index(0.065), RIGHT.index(0.13)] = -0.25
    weights[BLURS.index(0.11), DOWN.index(0.0), RIGHT.index(0.26)] = -0.15
    return CastShadow(weights, np.ones(3, np.float32), 0.6)


def wall():
    chance = np.random.default_rng(1)
    coarse = chance.integers(150, 200, (6, 10, 3), np.uint8)
    return cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC)


def mattes():
    """Somebody who stays in the middle and hardly steps aside."""
    drawn = []
    for number in range(COUNT):
        matte = np.zeros(SIZE[::-1], np.uint8)
        x = round(80 + 9 * np.sin(number * 0.7))
        arm = round(22 * np.sin(number * 1.1))
        cv2.rectangle(matte, (x - 6, 28), (x + 6, 85), (255,), -1)
        cv2.line(matte, (x, 45), (x - 25, 45 + arm), (255,), 5)
        cv2.line(matte, (x, 45), (x + 25, 45 - arm), (255,), 5)
        drawn.append(matte)
    return drawn


def filmed(shadow, lights=LIGHTS):
    people = mattes()
    rooms = [shown(wall(), shadow, *pair) for pair in zip(people, lights, strict=True)]
    pictures = [
        np.where(matte[..., None] > 0, (30, 60, 110), room).astype(np.uint8)
        for matte, room in zip(people, rooms, strict=True)
    ]
    return pictures, people, rooms


def nothing(people):
    return [np.zeros_like(matte) for matte in people]


@pytest.fixture(scope="module")
def shaded():
    pictures, people, rooms = filmed(true_shadow())
    return find_room(pictures, people, nothing(people)), pictures, people, rooms


def test_the_shadow_is_no_part_of_the_plate(shaded):
    room, pictures, people, _ = shaded
    free = np.mean([cv2.dilate(matte, np.ones((9, 9))) == 0 for matte in people], axis=0) > 0.1
    level = np.median(LIGHTS, axis=0)  # the plate has the usual light

    def ghost(plate):
        return np.abs(plate / level - wall())[free].mean(), np.abs(plate / level - wall())[
            free
        ].max()

    mean, most = ghost(room.plate.picture)
    plain = np.ma.median(
        np.ma.array(pictures, mask=np.repeat(np.stack(people)[..., None] > 0, 3, -1)), axis=0
    )
    assert mean < 1.5
    assert mean < 0.4 * ghost(np.asarray(plain))[0]
    assert most < 12


def test_room_light_and_shadow_predict_frames(shaded):
    room, pictures, people, rooms = shaded
    away = []
    for picture, matte, true in zip(pictures, people, rooms, strict=True):
        light = room.light(picture, matte, np.zeros_like(matte))
        outside = cv2.dilate(matte, np.ones((5, 5))) == 0
        away.append(np.abs(room.behind(matte, light).picture.astype(int) - true)[outside].mean())
    assert np.mean(away) < 1.5
    told = room.shadow_as_json()
    assert told["found"]
    assert 0.15 < told["deepest"] < 0.45
    assert told["near_person_psnr"]["plate_and_shadow"] > told["near_person_psnr"]["plate"] + 2


def test_light_is_told_from_shadow(shaded):
    room, pictures, people, _ = shaded
    found = np.stack(
        [
            room.light(picture, matte, np.zeros_like(matte))
            for picture, matte in zip(pictures, people, strict=True)
        ]
    )
    found /= np.median(found, axis=0)
    np.testing.assert_allclose(found, LIGHTS / np.median(LIGHTS, axis=0), atol=0.01)


def test_without_a_shadow_none_is_found_and_its_mattes_are_asked_for():
    chance = np.random.default_rng(0)
    pictures, people, _ = filmed(None)
    noisy = [
        (picture + 3 * chance.standard_normal(picture.shape)).clip(0, 255).astype(np.uint8)
        for picture in pictures
    ]
    asked = []

    def unexplained(number):
        asked.append(number)
        return people[number]

    room = find_room(noisy, people, nothing(people), unexplained)
    assert room.shadow is None
    assert asked == list(range(COUNT))
    assert not room.shadow_as_json()["found"]


def test_a_few_frames_tell_no_shadow():
    pictures, people, _ = filmed(true_shadow())
    room = find_room(pictures[:8], people[:8], nothing(people[:8]))
    assert room.shadow is None
    assert room.shadow_as_json()["near_person_psnr"] is None


def test_a_screen_that_changes_is_named_with_its_spread():
    chance = np.random.default_rng(0)
    pictures, people, _ = filmed(None, np.ones((COUNT, 3)))
    for picture in pictures:
        picture[8:30, 110:150] = (120 + 25 * chance.standard_normal()).__round__()
    room = find_room(pictures, people, nothing(people))
    (screen,) = moving_background(room.plate, room.often)
    assert screen.box == pytest.approx((110 / 160, 8 / 96, 150 / 160, 30 / 96), abs=0.03)
    assert screen.spread == pytest.approx(25, rel=0.35)
    still = find_room(*filmed(None, np.ones((COUNT, 3)))[:2], nothing(people))
    assert moving_background(still.plate, still.often) == ()
