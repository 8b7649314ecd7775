import pytest

from stickdance.tools.benchmarks.together import difference


def test_runs_alike_do_not_differ():
    run = [{"l1": 1.0 / (1 + step)} for step in range(20)]
    found = difference(run, run)
    assert (found["first_steps"], found["worst_part"], found["curve"]) == (0, 0, {"l1": 0})


def test_a_late_difference_shows_in_its_part_and_less_in_the_curve():
    ours = [{"l1": 1.0} for _ in range(100)]
    theirs = [{"l1": 1.0 if step < 90 else 1.2} for step in range(100)]
    found = difference(ours, theirs)
    assert found["first_steps"] == 0
    assert found["worst_part"] == pytest.approx(0.2)
    assert found["curve"] == {"l1": pytest.approx(0.02)}


def test_losses_that_come_in_later_are_compared_from_then_on():
    ours = [{"l1": 1.0} | ({"adversarial": 2.0} if step >= 15 else {}) for step in range(20)]
    theirs = [{"l1": 1.1} | ({"adversarial": 1.0} if step >= 15 else {}) for step in range(20)]
    found = difference(ours, theirs)
    assert found["first_steps"] == pytest.approx(0.1)
    assert found["curve"] == {"adversarial": pytest.approx(0.5), "l1": pytest.approx(0.1)}
