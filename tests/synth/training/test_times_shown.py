import pytest

from stickdance.checkpoints.budget import Budget
from stickdance.synth.training.times_shown import Forecast, shown_too_rarely


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


def forecast(minutes=None, wanted=None, done=0, seconds=0.0):
    """Return the line that steps of half a second give, 4 samples each, of 120 frames."""
    counted = Budget(minutes or 0.0, wanted, done, seconds)
    tells, lines = Forecast(counted, 4, 120), []
    for _ in range(40):
        counted.steps, counted.seconds = counted.steps + 1, counted.seconds + 0.5
        lines.append(tells.after_step())
    (line,) = filter(None, lines)
    return line


def test_how_often_frames_will_be_shown_is_told_once_with_what_would_do():
    # 5 minutes are 600 steps of 4 over 120 frames: 20 times; 2 minutes 8 times.
    assert "5 minutes show each of 120 frames 20 times: enough" in forecast(5.0)
    line = forecast(2.0)
    assert "2 minutes show each of 120 frames 8 times: soft" in line
    assert "--minutes 5 would do" in line


def test_many_times_are_told_to_sharpen_only():
    assert "only sharpened" in forecast(60.0)


def test_what_an_earlier_run_has_shown_counts():
    assert "frames 28 times" in forecast(7.0, done=600, seconds=300.0)


def test_a_forecast_of_steps_names_steps():
    line = forecast(wanted=60)
    assert "--steps 60 show each of 120 frames 2 times" in line
    assert "--steps 600 would do" in line
