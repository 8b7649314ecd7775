import cv2
import numpy as np
import pytest

from stickdance.synth.marking.detection import found_in, limit
from stickdance.synth.marking.embedding import marked
from stickdance.synth.marking.pattern import pilot_waves
from stickdance.synth.marking.spectrum import residual, spectrum, strength

MESSAGE = b"\x5d\x00\xff\x80\x7f\x01"
NEAR = np.array([0.9, 1.0, 1.0 / 0.9])


@pytest.fixture(scope="module")
def shown(room):
    return next(marked(iter([room]), MESSAGE))


def test_a_marked_frame_is_found_and_all_of_its_bits_are_read(shown):
    found = found_in(residual([shown]), NEAR)
    assert found.is_read
    assert found.message == MESSAGE
    assert found.scale == pytest.approx((1, 1), abs=0.004)


def test_the_same_frame_without_the_mark_has_none(room):
    found = found_in(residual([room]), NEAR)
    assert not found.is_mark
    assert not found.is_read


@pytest.mark.parametrize("factor", [0.5, 0.73, 2])
def test_it_outlives_scaling(shown, factor):
    size = round(256 * factor), round(256 * factor)
    scaled = cv2.resize(shown, size, interpolation=cv2.INTER_AREA if factor < 1 else 1)
    found = found_in(residual([scaled]), NEAR)
    assert (found.is_read, found.message) == (True, MESSAGE)


def test_it_outlives_cutting_a_tenth_of_each_side_off(shown):
    cut = shown[17:247, 5:235]
    found = found_in(residual([cut]), NEAR)
    assert (found.is_read, found.message) == (True, MESSAGE)
    assert found.scale == pytest.approx((256 / 230, 256 / 230), abs=0.004)


def test_it_outlives_noise_that_changes_from_frame_to_frame(shown):
    random = np.random.default_rng(0)
    noisy = [
        (shown + random.normal(0, 8, shown.shape)).clip(0, 255).astype(np.uint8) for _ in range(12)
    ]
    found = found_in(residual(noisy), NEAR)
    assert (found.is_read, found.message) == (True, MESSAGE)


@pytest.mark.parametrize("grey", [0, 255])
def test_frames_of_one_grey_have_no_mark(grey):
    assert not found_in(residual([np.full((64, 64, 3), grey, np.uint8)]), NEAR).is_mark


def test_frames_of_sixteen_pixels_have_none():
    frame = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
    assert not found_in(residual([frame]), NEAR).is_mark


def test_in_pictures_without_a_mark_its_fit_is_that_of_chance(room):
    """Zero on average, with a deviation of 1, at 200 shifts of the pattern."""
    left = residual([room])
    heard = spectrum(left, (1.0, 1.0))[: len(pilot_waves())]
    random = np.random.default_rng(0)
    turned = np.exp(2j * np.pi * random.random((200, len(heard))))
    fits = [strength(heard, pilot_waves() * each) for each in turned]
    assert np.mean(fits) == pytest.approx(0, abs=0.25)
    assert np.std(fits) == pytest.approx(1, abs=0.2)


def test_the_limits_leave_chance_one_in_a_million():
    """exp(-t^2 / 2) times all that is tried is half of 1e-6, for the pilot and for a message."""
    tries = (206 + 18) * 128**2
    assert limit(0) == pytest.approx(np.sqrt(-2 * np.log(0.5e-6 / tries)))
    assert limit(48) == pytest.approx(np.sqrt(-2 * np.log(0.5e-6 / tries / 2**48)))
