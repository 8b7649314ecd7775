import cv2
import numpy as np
import pytest

from stickdance.synth.playback.layers import Layer
from stickdance.synth.rendering.own_detail import own_detail, with_detail

SIZE = (96, 120)


@pytest.fixture
def own():
    """A person of fine stripes and dots, uint8 RGBA, who fills a disc."""
    noise = np.random.default_rng(0).integers(60, 200, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    columns, rows = np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5)
    matte = (30 - np.hypot(columns - 48, rows - 60) + 0.5).clip(0, 1)
    colours = cv2.GaussianBlur(noise, (0, 0), 0.8)
    return np.dstack([colours, np.rint(255 * matte).astype(np.uint8)])


def as_layer(own):
    matte = own[..., 3:].astype(np.float32) / 255
    return np.dstack([own[..., :3] * matte, matte]).astype(np.float32)


def softened(pixels):
    """What a network of half the size shows of it, enlarged."""
    small = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC)


def error(person, wanted):
    return np.abs(person.pixels - wanted)[40:80, 30:66, :3].mean()


def test_an_enlarged_person_gets_back_what_was_filmed(own):
    wanted = as_layer(own)
    soft = Layer(softened(wanted), 0, 0)
    assert error(with_detail(soft, own, 2.0), wanted) < 0.6 * error(soft, wanted)


def test_detail_is_found_where_the_painted_person_was_moved(own):
    wanted = np.roll(as_layer(own), 2, axis=1)
    soft = Layer(softened(wanted), 0, 0)
    assert error(with_detail(soft, own, 2.0), wanted) < 0.75 * error(soft, wanted)


def test_what_the_footage_shows_otherwise_stays_as_it_was_painted(own):
    painted = softened(as_layer(own))
    painted[..., :3] = (20, 40, 90) * painted[..., 3:]
    same = with_detail(Layer(painted, 0, 0), own, 2.0)
    assert np.abs(same.pixels - painted).max() < 1


def test_the_matte_and_what_is_beside_the_person_stay(own):
    soft = Layer(softened(as_layer(own)), 0, 0)
    same = with_detail(soft, own, 2.0)
    assert (same.pixels[..., 3] == soft.pixels[..., 3]).all()
    assert np.abs(same.pixels - soft.pixels)[:20].max() == 0


def test_a_person_partly_beyond_the_frame_is_mended_too(own):
    whole = softened(as_layer(own))
    beyond = np.zeros((SIZE[1] + 10, SIZE[0] + 10, 4), np.float32)
    beyond[10:, 10:] = whole
    inside, other = with_detail(Layer(whole, 0, 0), own, 2.0), Layer(beyond, -10, -10)
    mended = with_detail(other, own, 2.0).pixels[10:, 10:]
    assert np.abs(mended - inside.pixels)[40:80, 30:66].mean() < 1


def test_without_kept_footage_there_is_none():
    assert own_detail(None, None) is None
