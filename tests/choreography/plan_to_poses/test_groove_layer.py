from dataclasses import replace

import numpy as np
import pytest

from stickdance.choreography.body.pose_channels import INDEX
from stickdance.choreography.plan.grooves import GROOVES, Groove
from stickdance.choreography.plan_to_poses.groove_layer import moved

BEATS = np.arange(0, 8, 0.01)
EVEN = Groove("knees alone", bounce=0.03)


def depths(groove):
    """Return (8,) how far the body is down when the knees give most after each beat."""
    return moved(groove, np.arange(8) + 0.18, 1.0)[:, INDEX["lower"]]


def test_an_even_bounce_is_as_deep_after_every_beat():
    assert depths(EVEN) == pytest.approx(np.full(8, 0.03), rel=1e-3)


@pytest.mark.parametrize("share", [0.3, 0.7, 1.0])
def test_a_backbeat_is_deeper_after_every_second_beat_and_less_deep_after_the_others(share):
    found = depths(replace(EVEN, backbeat=share))
    assert found[1::2] == pytest.approx(np.full(4, 0.03), rel=1e-3)
    assert found[::2] == pytest.approx(np.full(4, 0.03 * (1 - share)), abs=1e-5)


def test_a_whole_backbeat_comes_up_once_in_two_beats():
    lower = moved(replace(EVEN, backbeat=1.0), BEATS, 1.0)[:, INDEX["lower"]]
    lowest = np.flatnonzero((lower[1:-1] > lower[:-2]) & (lower[1:-1] > lower[2:])) + 1
    assert BEATS[lowest] == pytest.approx([1.18, 3.18, 5.18, 7.18], abs=0.02)
    assert lower.min() == pytest.approx(0, abs=1e-4)


def test_a_backbeat_moves_knees_and_nothing_else():
    pop = GROOVES["bounce"]
    assert pop.backbeat > 0
    with_it, without = moved(pop, BEATS, 1.0), moved(replace(pop, backbeat=0.0), BEATS, 1.0)
    changed = np.flatnonzero(np.abs(with_it - without).max(axis=0) > 1e-9)
    assert changed.tolist() == [INDEX["lower"]]


def test_a_backbeat_makes_the_body_slower():
    def path(groove):
        return np.abs(np.diff(moved(groove, BEATS, 1.0)[:, INDEX["lower"]])).sum()

    assert path(replace(EVEN, backbeat=0.7)) < 0.8 * path(EVEN)
