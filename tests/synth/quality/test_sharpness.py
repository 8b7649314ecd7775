import cv2
import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.sharpness import gradient_energy, sharpness


def stripes():
    real = np.zeros((40, 30, 3), np.uint8)
    real[::4] = 200
    real[1::4] = 200
    return real


def test_the_same_picture_is_as_sharp_as_itself():
    assert sharpness(stripes(), stripes(), np.full((40, 30), 255, np.uint8)) == 1.0


def test_blur_lowers_and_noise_raises_it():
    matte = np.full((40, 30), 255, np.uint8)
    blurred = cv2.GaussianBlur(stripes(), (0, 0), 1.5)
    assert sharpness(stripes(), blurred, matte) < 0.5
    noise = np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8)
    assert sharpness(blurred, noise, matte) > 1.5


def test_only_the_inside_of_the_matte_counts():
    matte = np.zeros((40, 30), np.uint8)
    matte[10:20, 5:15] = 255
    rendered = stripes()
    rendered[25:] = 0
    assert sharpness(stripes(), rendered, matte) == 1.0


def test_a_ramp_has_its_slope_as_energy():
    ramp = np.repeat(np.arange(0, 200, 5, dtype=np.uint8)[:, None, None], 30, 1).repeat(3, 2)
    inside = np.zeros((40, 30), bool)
    inside[3:30, 4:20] = True
    assert gradient_energy(ramp, inside) == pytest.approx(5, abs=1e-5)
    assert gradient_energy(ramp, inside) == pytest.approx(
        np.abs(np.gradient(ramp.astype(float).mean(2))[0][inside]).mean(), abs=1e-5
    )


def test_an_empty_matte_or_a_flat_person_has_no_ratio():
    flat = np.full((40, 30, 3), 9, np.uint8)
    assert sharpness(stripes(), stripes(), np.zeros((40, 30), np.uint8)) is None
    assert sharpness(flat, stripes(), np.full((40, 30), 255, np.uint8)) is None


def test_a_matte_of_another_size_is_refused():
    with pytest.raises(BadInput, match="differ"):
        sharpness(stripes(), stripes(), np.zeros((40, 31), np.uint8))
