import re
from xml.etree import ElementTree

import numpy as np
import pytest

from stickdance.tools.pages.charts import curve, histogram


def tags(svg, name):
    return ElementTree.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{name}")


def test_a_curve_is_a_picture_with_its_worst_place_marked():
    values = np.sin(np.linspace(0, 9, 200))
    svg = curve(np.arange(200) / 25, values, [int(values.argmin())])
    assert len(list(tags(svg, "polyline"))) == 1
    (mark,) = tags(svg, "circle")
    lowest = max(float(pair.split(",")[1]) for pair in re.search('points="(.*?)"', svg)[1].split())
    assert float(mark.get("cy")) == pytest.approx(lowest, abs=0.1)


def test_a_gap_breaks_the_curve_and_a_lone_value_is_a_dot():
    values = np.array([1.0, 2.0, np.nan, 3.0, np.nan, 2.0, 1.0])
    svg = curve(np.arange(7.0), values)
    assert len(list(tags(svg, "polyline"))) == 2
    assert len(list(tags(svg, "circle"))) == 1


def test_a_long_curve_stays_small_and_shows_its_range():
    svg = curve(np.arange(100_000.0), np.random.default_rng(0).random(100_000))
    assert len(svg) < 40_000
    assert len(list(tags(svg, "polygon"))) == 1


@pytest.mark.parametrize(
    "values", [np.zeros(5), np.full(5, 100.0), np.array([1e-9]), np.array([-3.0, 5])]
)
def test_any_values_make_a_chart(values):
    for svg in (curve(np.arange(float(len(values))), values), histogram(values, values.mean())):
        assert "nan" not in svg
        assert list(tags(svg, "text"))


def test_a_histogram_counts_every_frame():
    values = np.append(np.random.default_rng(0).normal(size=500), np.nan)
    titles = [title.text for title in tags(histogram(values, 0.0), "title")]
    assert sum(int(text.split()[0]) for text in titles) == 500


def test_nothing_makes_no_chart():
    nothing = np.array([np.nan, np.nan])
    assert curve(np.arange(2.0), nothing) == histogram(nothing, 0.0) == ""
