import pytest

from stickdance.checkpoints.budget import Budget
from stickdance.synth.training.times_shown import shown_too_rarely


def budget(minutes=5.0, wanted=None, steps=38, seconds=300.0):
    return Budget(minutes, wanted, steps, seconds)


def test_few_steps_are_told_with_the_minutes_that_would_do():
    # 38 steps of 4 over 120 frames: 1.27 times each. 20 times are 600 steps, of 300 / 38 s each:
    # 78.9 minutes.
    (line,) = shown_too_rarely(budget(), 4, 120)
    assert "trained 38 steps in 5.0 minutes" in line
    assert "each of 120 frames 1.3 times" in line
    assert "--minutes 79 would do" in line


def test_the_minutes_named_are_enough_and_hardly_more():
    for seconds in (7.0, 61.0, 299.0, 1234.5, 40_000.0):
        (line,) = shown_too_rarely(budget(seconds=seconds), 4, 120)
        named = float(line.split("--minutes ")[1].split()[0])
        assert 1 <= named / (seconds / 38 * 600 / 60) < 1.1


def test_a_budget_of_steps_is_answered_in_steps():
    (line,) = shown_too_rarely(budget(wanted=38), 3, 100)
    assert "--steps 667;" in line


@pytest.mark.parametrize("steps", [600, 2000, 0])
def test_enough_steps_and_none_at_all_are_no_reason_for_a_word(steps):
    assert shown_too_rarely(budget(steps=steps), 4, 120) == []
