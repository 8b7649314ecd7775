import pytest

from stickdance.checkpoints.budget import Budget
from stickdance.synth.generators.recipe import Recipe


def test_steps_are_counted_over_all_runs():
    budget = Budget(minutes=1.0, steps_wanted=4, steps=2)
    budget.count_step()
    assert budget.share == 0.75
    budget.count_step()
    assert budget.is_used


def test_time_is_counted_over_all_runs():
    budget = Budget(minutes=1.0, steps_wanted=None, steps=2, seconds=30.0)
    assert budget.share == 0.5
    assert budget.expected(steps_a_second=2.0) == (60, 30.0)


def test_learning_rates_are_constant_then_fall_to_nothing():
    recipe = Recipe(decay_from=0.5)
    factors = [recipe.rate_factor(share) for share in (0.0, 0.5, 0.75, 1.0)]
    assert factors == pytest.approx([1.0, 1.0, 0.5, 0.0])
