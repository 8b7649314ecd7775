import math

import cv2
import numpy as np
import pytest

from stickdance.synth.marking.detection import fit_at_random, found_in, limit
from stickdance.synth.marking.embedding import marked
from stickdance.synth.marking.spectrum import residual

MESSAGE = b"\x5d\x00\xff\x80\x7f\x01"
NEAR = np.array([0.9, 1.0, 1.0 / 0.9])
FPS = 4
COUNT = 5 * FPS


@pytest.fixture(scope="module")
def busy():
    """A room without any bare place, uint8 RGB (256, 256, 3), as curtains and carpets are."""
    random = np.random.default_rng(2)
    down, across = np.mgrid[0:256, 0:256]
    grey = 110 + 30 * np.sin(across / 2.3) + 20 * np.sign(np.sin(down / 3) * np.sin(across / 4))
    woven = grey + random.normal(0, 12, grey.shape)
    return np.stack([woven] * 3, -1).clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def shown(room):
    return list(marked(iter([room] * COUNT), MESSAGE, FPS))


def read(frames, fps=FPS):
    found = found_in(residual(frames, fps), NEAR)
    return (found.is_read, found.message)


def test_a_marked_video_is_found_and_all_of_its_bits_are_read(shown):
    found = found_in(residual(shown, FPS), NEAR)
    assert found.is_read
    assert found.message == MESSAGE
    assert found.scale == pytest.approx((1, 1), abs=0.006)


def test_the_same_frames_without_the_mark_have_none(room):
    found = found_in(residual([room] * COUNT, FPS), NEAR)
    assert not found.is_mark
    assert not found.is_read


def test_a_pattern_of_the_room_itself_drowns_nothing(busy):
    shown = list(marked(iter([busy] * COUNT), MESSAGE, FPS))
    assert read(shown) == (True, MESSAGE)


@pytest.mark.parametrize("first", [1, 3, 6])
def test_a_cut_may_begin_at_any_time(shown, first):
    assert read(shown[first : first + 3 * FPS]) == (True, MESSAGE)


def test_another_frame_rate_changes_nothing(room):
    shown = list(marked(iter([room] * 60), MESSAGE, 12))
    assert read(shown[::3], 4) == (True, MESSAGE)


def test_a_single_frame_is_enough_where_a_room_is_bare(shown):
    assert read(shown[:1]) == (True, MESSAGE)
    assert read(shown[FPS : FPS + 1]) == (True, MESSAGE)  # of the other sign


@pytest.mark.parametrize("factor", [0.5, 0.73, 2])
def test_it_outlives_scaling(shown, factor):
    size = round(256 * factor), round(256 * factor)
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    assert read([cv2.resize(frame, size, interpolation=how) for frame in shown]) == (True, MESSAGE)


def test_it_outlives_cutting_a_tenth_of_each_side_off(shown):
    cut = [frame[17:247, 5:235] for frame in shown]
    found = found_in(residual(cut, FPS), NEAR)
    assert (found.is_read, found.message) == (True, MESSAGE)
    assert found.scale == pytest.approx((256 / 230, 256 / 230), abs=0.008)


def test_it_outlives_noise_that_changes_from_frame_to_frame(shown):
    random = np.random.default_rng(0)
    noisy = [(f + random.normal(0, 5, f.shape)).clip(0, 255).astype(np.uint8) for f in shown]
    assert read(noisy) == (True, MESSAGE)


@pytest.mark.parametrize("grey", [0, 255])
@pytest.mark.parametrize("count", [1, 3])
def test_frames_of_one_grey_have_no_mark(grey, count):
    frames = [np.full((64, 64, 3), grey, np.uint8)] * count
    assert not found_in(residual(frames, 2), NEAR).is_mark


def test_frames_of_sixteen_pixels_have_none():
    frames = list(np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3), np.uint8))
    assert not found_in(residual(frames, 2), NEAR).is_mark


def test_where_nobody_marked_anything_the_fit_of_a_message_is_that_of_chance(room):
    """Zero on average, with a deviation of 1."""
    random = np.random.default_rng(0)
    moving = [np.roll(room, 5 * step, 1) for step in range(8)]
    for left in (residual([room], FPS), residual(moving, FPS)):
        fits = [fit_at_random(left, random) for _ in range(200)]
        assert np.mean(fits) == pytest.approx(0, abs=0.25)
        assert np.std(fits) == pytest.approx(1, abs=0.2)


def test_the_limits_leave_chance_one_in_a_million():
    """3.18 times a Gaussian's tail times all that is tried is half of 1e-6, each way."""
    tries = (103 + 27) * (2 * 96) ** 2 * 16
    for bits in (0, 48):
        tail = math.erfc(limit(bits) / math.sqrt(2)) / 2
        assert 3.18 * tail * tries * 2**bits == pytest.approx(0.5e-6)
