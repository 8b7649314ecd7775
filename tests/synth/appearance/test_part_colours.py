import numpy as np
import pytest

from stickdance.synth.appearance.body_parts import MIRRORED, PARTS, PLACE
from stickdance.synth.appearance.part_colours import PartColours

RED, BLUE = (200, 30, 30), (30, 30, 200)


def samples(colour, part, count=100):
    return np.full((count, 3), colour, np.uint8), np.full(count, PLACE[part])


def surprise(colours, colour, part):
    return float(colours.surprises(np.full((1, 1, 3), colour, np.uint8))[PLACE[part], 0, 0])


def test_a_parts_own_colour_surprises_least():
    colours = PartColours.of([samples(RED, "torso"), samples(BLUE, "left_thigh")])
    assert surprise(colours, RED, "torso") < surprise(colours, RED, "left_thigh") - 5
    assert surprise(colours, BLUE, "left_thigh") < surprise(colours, BLUE, "torso") - 5


def test_surprise_is_minus_the_logarithm_of_the_share():
    colours = PartColours.of([samples(RED, "torso", 300), samples(BLUE, "torso", 100)])
    apart = surprise(colours, BLUE, "torso") - surprise(colours, RED, "torso")
    assert apart == pytest.approx(np.log(3), abs=0.01)


def test_both_sides_of_the_body_learn_together():
    colours = PartColours.of([samples(RED, "left_thigh")])
    for place in range(len(PARTS)):
        np.testing.assert_array_equal(
            colours.surprise[place], colours.surprise[MIRRORED[place]], str(place)
        )


def test_of_parts_that_were_hardly_seen_nothing_is_known():
    colours = PartColours.of([samples(RED, "torso"), samples(BLUE, "head", 20)])
    assert np.isnan(surprise(colours, RED, "head"))
    assert np.isfinite(surprise(colours, RED, "torso"))
