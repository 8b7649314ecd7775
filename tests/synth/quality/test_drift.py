import numpy as np
import pyarrow as pa
import pytest

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
