import cv2
import numpy as np
import pytest

from stickdance.capture.matting.cast_shadow import WEIGHTS, CastShadow
from stickdance.synth.generators.crop_window import CropWindow
from stickdance.synth.rendering.backgrounds import composed
from stickdance.synth.rendering.renderer import PaintedFrames
from stickdance.synth.rendering.shadowing import with_cast_shadow

SHADOW = CastShadow(np.full(WEIGHTS, -0.016, np.float32), np.ones(3, np.float32), 0.6)
PLATE = np.full((80, 96, 3), (200, 160, 120), np.uint8)
PERSON = np.array([30, 60, 200])


@pytest.fixture
def matte():
    drawn = np.zeros((80, 96), np.uint8)
    cv2.rectangle(drawn, (40, 16), (55, 63), (255,), -1)
    return cv2.GaussianBlur(drawn, (0, 0), 1).astype(np.float32) / 255


def over(matte, room):
    share = matte[..., None]
    return PERSON * share + room * (1 - share)


def test_a_painted_person_stands_in_a_room_that_they_darken(matte):
    window = CropWindow(8, 72, 32, 64)
    part = matte[window.place]
    painted = over(part, PLATE[window.place]).round().astype(np.uint8)
    frames = PaintedFrames(painted[None], part[None], window)
    expected = over(matte, PLATE * SHADOW.light_left(matte))
    np.testing.assert_allclose(frames.over(PLATE, SHADOW)[0], expected, atol=1.6)
    assert expected[40, 70, 0] < 0.99 * PLATE[40, 70, 0]  # beyond the window too
    np.testing.assert_allclose(frames.over(PLATE)[0], over(matte, PLATE), atol=0.6)


def cut_out(matte):
    colours = np.broadcast_to(PERSON, (*matte.shape, 3))
    return np.dstack([colours, np.rint(255 * matte)]).astype(np.uint8)


def test_another_background_is_darkened_where_that_is_asked_for(matte):
    shaded = composed(cut_out(matte), PLATE, SHADOW)
    expected = over(matte, PLATE * SHADOW.light_left(matte))
    np.testing.assert_allclose(shaded, expected, atol=2)
    np.testing.assert_allclose(composed(cut_out(matte), PLATE), over(matte, PLATE), atol=2)


def test_a_transparent_shadow_darkens_whatever_is_laid_behind(matte):
    together = composed(with_cast_shadow(cut_out(matte), SHADOW), PLATE)
    np.testing.assert_allclose(together, composed(cut_out(matte), PLATE, SHADOW), atol=3)
