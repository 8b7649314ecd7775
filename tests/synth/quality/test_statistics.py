import numpy as np
import pytest

from stickdance.synth.quality.statistics import describe, worst_places

VALUES = np.array([3.0, np.nan, 1.0, 2.0, 10.0])


def test_statistics_are_numpys_over_what_is_there():
    found = describe(VALUES)
    known = VALUES[np.isfinite(VALUES)]
    assert found["count"] == 4
    assert found["mean"] == 4
    assert found["standard_deviation"] == pytest.approx(known.std())
    assert found["median"] == 2.5
    assert found["percentile_5"] == pytest.approx(np.percentile(known, 5))
    assert (found["minimum"], found["maximum"]) == (1, 10)


def test_nothing_has_no_statistics():
    assert describe(np.array([np.nan]))["mean"] is None
    assert describe(np.array([]))["count"] == 0


def test_the_worst_are_at_the_bad_end_and_the_earlier_first():
    assert worst_places(VALUES, True, 2) == [2, 3]
    assert worst_places(VALUES, False, 2) == [4, 0]
    assert worst_places(np.ones(5), True, 3) == [0, 1, 2]
    assert worst_places(VALUES, True, 9) == [2, 3, 0, 4]
