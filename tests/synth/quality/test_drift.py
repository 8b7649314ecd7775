import cv2
import numpy as np
import pyarrow as pa
import pytest
from skimage.color import rgb2lab

from stickdance.synth.quality.appearance_drift import AppearanceDrift, drift_told
from stickdance.synth.quality.summary import drift


def table(values, fps=10.0):
    seconds = np.arange(len(values)) / fps
    return pa.table({"seconds": seconds, "psnr": np.asarray(values, float)})


def test_a_score_that_falls_is_told_with_its_slope():
    falling = 40 - np.arange(600) / 100 + np.random.default_rng(0).normal(0, 0.5, 600)
    found = drift(table(falling), ["psnr"])["psnr"]
    assert found["worse"]
    assert found["first_10_s"] == pytest.approx(39.5, abs=0.2)
    assert found["later"] == pytest.approx(36.5, abs=0.2)
    assert found["per_minute"] == pytest.approx(-6, abs=0.2)


def test_chance_and_what_gets_better_are_no_drift():
    even = np.random.default_rng(1).normal(30, 1, 600)
    assert not drift(table(even), ["psnr"])["psnr"]["worse"]
    assert not drift(table(even + np.arange(600) / 50), ["psnr"])["psnr"]["worse"]


def test_short_films_and_pictures_have_none():
    assert drift(table(np.ones(150)), ["psnr"]) == {}
    assert (
        drift(pa.table({"seconds": pa.nulls(3, pa.float64()), "psnr": [1.0] * 3}), ["psnr"]) == {}
    )


def looked_at(render, seconds=100, fps=2) -> dict:
    """What is told of a film of one picture, rendered otherwise as time goes on."""
    real = np.random.default_rng(0).integers(60, 190, (48, 64, 3), np.uint8)
    looks = AppearanceDrift()
    for number in range(seconds * fps):
        looks.add(number / fps, real, render(real, number / fps))
    return looks.changes()


def redder(picture, second):
    return np.clip(picture + np.array([0.2 * second, 0, 0]), 0, 255).astype(np.uint8)


def softer(picture, second):
    return cv2.GaussianBlur(picture, (0, 0), 0.3 + 0.008 * second)


def test_colours_that_wander_are_told():
    found = looked_at(redder)["colour_drift"]
    assert found["worse"]
    assert found["first_10_s"] < found["later"] < found["from_90_s"]
    (told,) = drift_told(looked_at(redder))
    assert told.startswith("its colours drift: ")


def test_the_distance_of_colours_is_that_of_their_cielab_values():
    constant = [
        np.full((20, 30, 3), level, np.uint8) for level in ((119, 119, 119), (130, 119, 119))
    ]
    looks = AppearanceDrift()
    for number in range(30):
        looks.add(float(number), *constant)
    lab = [rgb2lab(one[:1, :1] / 255.0)[0, 0] for one in constant]
    expected = np.linalg.norm(lab[0] - lab[1])
    assert looks.changes()["colour_drift"]["later"] == pytest.approx(
        expected, rel=0.06
    )  # OpenCV's tables


def test_a_picture_that_softens_is_told_and_an_even_one_is_not():
    (told,) = drift_told(looked_at(softer))
    assert told.startswith("it gets softer with time: ")
    assert not drift_told(looked_at(lambda picture, _: softer(redder(picture, 30), 60)))


def test_short_films_have_no_drift_of_looks():
    assert looked_at(redder, seconds=15) == {}
