import numpy as np

from synth.far_poses import stretches


def test_stretches_that_are_near_are_one():
    which = np.zeros(20, bool)
    which[[2, 3, 5, 12]] = True
    assert stretches(which, 3) == [(2, 5), (12, 12)]


def test_without_any_there_are_none():
    assert stretches(np.zeros(4, bool), 3) == []
