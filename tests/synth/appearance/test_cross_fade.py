import numpy as np
import pytest

from stickdance.synth.appearance.cross_fade import faded


def after(choices, keep):
    shown = None
    for choice in choices:
        shown = faded(np.array([choice]), shown, keep)
    return shown[0]


def test_the_first_pose_shows_what_was_chosen_for_it():
    assert faded(np.array([7, 3]), None, 0.5) == ({7: 1.0}, {3: 1.0})


def test_nothing_fades_where_nothing_is_kept():
    assert after([1, 2, 3], 0.0) == {3: 1.0}


def test_an_old_frame_fades_out_by_the_same_factor_from_pose_to_pose():
    assert after([1, 2], 0.5) == pytest.approx({2: 0.5, 1: 0.5})
    assert after([1, 2, 2], 0.5) == pytest.approx({2: 0.75, 1: 0.25})
    assert after([1, 2, 2, 2], 0.5) == pytest.approx({2: 0.875, 1: 0.125})


def test_what_is_too_faint_to_be_seen_is_not_painted():
    assert after([1, 2, 2, 2, 2, 2], 0.5) == {2: 1.0}


def test_a_frame_that_is_chosen_again_gains_on_what_is_left_of_it():
    assert after([1, 2, 1], 0.5) == pytest.approx({1: 0.75, 2: 0.25})


def test_at_most_three_frames_show_at_once_the_chosen_one_among_them():
    shown = after([1, 2, 3, 4, 5, 6], 0.8)
    assert len(shown) == 3
    assert 6 in shown
    assert sum(shown.values()) == pytest.approx(1)


def test_every_part_fades_on_its_own():
    before = faded(np.array([1, 5]), None, 0.5)
    assert faded(np.array([1, 6]), before, 0.5) == ({1: 1.0}, pytest.approx({6: 0.5, 5: 0.5}))


def test_parts_may_fade_differently():
    before = faded(np.array([1, 5]), None, 0.5)
    shown = faded(np.array([2, 6]), before, np.array([0.5, 0.25]))
    assert shown == (pytest.approx({2: 0.5, 1: 0.5}), pytest.approx({6: 0.75, 5: 0.25}))


def test_where_the_film_goes_on_nothing_is_mixed():
    shown = faded(np.array([4]), None, 0.5)
    for source in (5, 6, 7):
        shown = faded(np.array([source]), shown, 0.5, np.array([source - 1]))
        assert shown == ({source: 1.0},)


def test_a_fade_under_way_runs_out_while_the_film_goes_on():
    shown = faded(np.array([20]), ({4: 1.0},), 0.5, np.array([-1]))
    assert shown == (pytest.approx({20: 0.5, 4: 0.5}),)
    shown = faded(np.array([21]), shown, 0.5, np.array([20]))
    assert shown == (pytest.approx({21: 0.75, 4: 0.25}),)
