"""Paths over the stage: there and back, by steps that can carry them."""

from stickdance.choreography.actions.catalog import ACTIONS
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.rules.stage_paths import along_path


def phrases(*actions):
    return [[Step(name, 8 * n, 4), Step(name, 8 * n + 4, 4)] for n, name in enumerate(actions)]


def test_a_verse_goes_to_both_sides_and_comes_home():
    steps = along_path(phrases(*["step_touch"] * 4), ACTIONS, 1.0, chorus=False, side=1.0)
    assert steps[1].across == 1 and steps[3].across == -1 and steps[5].ahead == -1
    assert (steps[-1].across, steps[-1].ahead) == (0, 0)
    other = along_path(phrases(*["step_touch"] * 4), ACTIONS, 1.0, chorus=False, side=-1.0)
    assert [s.across for s in other] == [-s.across for s in steps]


def test_a_chorus_comes_to_the_front():
    steps = along_path(phrases(*["step_touch"] * 4), ACTIONS, 1.0, chorus=True, side=1.0)
    assert steps[1].ahead == 1 and max(abs(s.across) for s in steps) == 1


def test_what_cannot_carry_stays_and_small_rooms_are_small():
    still = along_path(phrases("rock_and_sweep", "step_touch"), ACTIONS, 1.0, False, 1.0)
    assert [s.across for s in still[:2]] == [0, 0]
    none = along_path(phrases(*["step_touch"] * 4), ACTIONS, 0.0, False, 1.0)
    assert not any(s.across or s.ahead for s in none)
    half = along_path(phrases(*["step_touch"] * 4), ACTIONS, 0.5, False, 1.0)
    assert max(s.across for s in half) == 0.5
