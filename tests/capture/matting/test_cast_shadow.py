import json

import cv2
import numpy as np
import pytest

from stickdance.capture.matting.cast_shadow import BLURS, DOWN, RIGHT, WEIGHTS, CastShadow
from stickdance.capture.media.framing import Framing

TALL = 64 / 96  # the person is as many pixels tall as shadows are computed at: nothing is resized
PLACE = (BLURS.index(0.054), DOWN.index(0.065), RIGHT.index(0.13))


def one(weight=-0.4, tint=(1, 1, 1)):
    weights = np.zeros(WEIGHTS, np.float32)
    weights[PLACE] = weight
    return CastShadow(weights, np.array(tint, np.float32), TALL)


@pytest.fixture
def matte():
    drawn = np.zeros((96, 128), np.uint8)
    cv2.rectangle(drawn, (50, 16), (70, 79), (255,), -1)
    return drawn


def test_a_shadow_is_the_silhouette_moved_and_blurred(matte):
    left = one().light_left(matte)
    down, right = round(0.065 * 64), round(0.13 * 64)
    moved = np.zeros_like(matte)
    moved[down:, right:] = matte[:-down, :-right]
    expected = np.exp(-0.4 * cv2.GaussianBlur(moved / 255.0, (0, 0), 0.054 * 64))
    np.testing.assert_allclose(left[8:-8, 16:-8, 1], expected[8:-8, 16:-8], atol=2e-3)


def test_nobody_casts_no_shadow():
    np.testing.assert_allclose(one().light_left(np.zeros((96, 128), np.uint8)), 1)


def test_a_matte_of_shares_casts_what_one_of_bytes_does(matte):
    shares = matte.astype(np.float32) / 255
    np.testing.assert_allclose(one().light_left(shares), one().light_left(matte), atol=1e-5)


def test_a_tinted_shadow_takes_more_of_one_colour(matte):
    red, green, blue = np.log(one(tint=(1.5, 1.0, 0.5)).light_left(matte)).min((0, 1))
    assert red == pytest.approx(1.5 * green, rel=0.03)
    assert blue == pytest.approx(0.5 * green, rel=0.03)


def test_a_larger_picture_has_the_same_shadow(matte):
    large = cv2.resize(matte, (384, 288), interpolation=cv2.INTER_NEAREST)
    shrunk = cv2.resize(one().light_left(large), (128, 96), interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(shrunk, one().light_left(matte), atol=0.02)


def test_a_closer_view_has_the_same_shadow_larger(matte):
    framing = Framing((96, 72), (0.25, 0.0, 1.0, 0.75))
    close = one().framed(framing).light_left(framing.picture(matte))
    wanted = framing.picture(one().light_left(matte))
    # Only what stands below the view is not known there.
    np.testing.assert_allclose(close[:60, 8:-8], wanted[:60, 8:-8], atol=0.03)


def test_json_gives_the_shadow_back(matte):
    values = json.loads(json.dumps(one(tint=(1.2, 1, 0.8)).as_json()))
    again = CastShadow.from_json(values)
    left = one(tint=(1.2, 1, 0.8)).light_left(matte)
    np.testing.assert_allclose(again.light_left(matte), left, atol=1e-5)


@pytest.mark.parametrize(
    "change", [{"weights": [1, 2]}, {"tint": [1, float("nan"), 1]}, {"tall": 0}, {"tall": "no"}]
)
def test_other_numbers_are_refused(change):
    with pytest.raises(ValueError, match=r"shadow|tall|float"):
        CastShadow.from_json(one().as_json() | change)
