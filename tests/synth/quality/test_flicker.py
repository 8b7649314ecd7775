import cv2
import numpy as np
import pytest

from stickdance.synth.quality.flicker import mean_where, motion_between, warping_error_map


def scene(shift=0.0):
    random = np.random.default_rng(5)
    coarse = random.integers(0, 256, (12, 16, 3), np.uint8)
    large = cv2.resize(coarse, (160, 120), interpolation=cv2.INTER_CUBIC)
    move = np.array([[1, 0, shift], [0, 1, 0]], np.float32)
    return cv2.warpAffine(large, move, (160, 120), borderMode=cv2.BORDER_REFLECT)


def error(before, now, rendered_before, rendered_now):
    motion = motion_between(before, now)
    return mean_where(warping_error_map(motion, rendered_before, rendered_now), motion.known)


def test_a_scene_that_stands_still_does_not_flicker():
    assert error(scene(), scene(), scene(), scene()) == 0


def test_what_moves_with_the_reference_does_not_flicker():
    still = np.square(scene(4).astype(float) - scene()).mean()
    assert error(scene(), scene(4), scene(), scene(4)) < 0.02 * still
    motion = motion_between(scene(), scene(4))
    assert motion.known.mean() > 0.85
    moved = np.arange(160) - motion.places[..., 0]
    assert np.median(moved[motion.known]) == pytest.approx(4, abs=0.2)


def test_a_change_of_brightness_is_counted_in_squared_levels():
    flat = np.full((64, 64, 3), 100, np.uint8)
    assert error(flat, flat, flat, flat + 6) == pytest.approx(36)


def test_what_comes_into_view_does_not_count():
    before, now = scene(), scene()
    now[30:90, 50:110] = 255 - now[30:90, 50:110]  # something appears
    motion = motion_between(before, now)
    assert motion.known[30:90, 50:110].mean() < motion.known[:, 120:].mean()


def test_a_tiny_picture_has_no_motion_to_find():
    tiny = np.zeros((16, 64, 3), np.uint8)
    assert motion_between(tiny, tiny) is None


def test_an_empty_mask_has_no_mean():
    assert mean_where(np.ones((3, 3)), np.zeros((3, 3), bool)) is None
