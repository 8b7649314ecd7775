import numpy as np
import pytest

from stickdance.synth.playback.retiming import filmed_times

JOINTS = 18


def moving(frames, speed=0.05):
    """Poses (frames, joints, 2) of a body whose wrist goes to the right at an even pace."""
    poses = np.random.default_rng(0).random((1, JOINTS, 2)).repeat(frames, 0)
    poses[:, 4, 0] += speed * np.arange(frames)
    return poses.astype(np.float32)


def between(film, times):
    low = np.floor(times).astype(int)
    share = (times - low)[:, None, None]
    return film[low] * (1 - share) + film[np.minimum(low + 1, len(film) - 1)] * share


@pytest.mark.parametrize("pace", [0.64, 1.0, 1.3])
def test_an_even_movement_stays_even(pace):
    film, runs = moving(40), np.zeros(40, int)
    wanted = 3.3 + pace * np.arange(25)
    times = filmed_times(between(film, wanted), film, np.rint(wanted).astype(int), runs)
    assert times == pytest.approx(wanted, abs=1e-3)


def test_no_frame_is_shown_twice_though_the_film_has_fewer():
    film, runs = moving(40), np.zeros(40, int)
    wanted = 0.64 * np.arange(40)
    noisy = between(film, wanted) + np.random.default_rng(1).normal(0, 0.004, (40, JOINTS, 2))
    times = filmed_times(noisy, film, np.rint(wanted).astype(int), runs)
    assert np.diff(times).min() > 0.4
    assert np.diff(times).max() < 0.9


def test_where_nothing_moves_time_goes_on():
    film, runs = moving(40, speed=0), np.zeros(40, int)
    film[30:, 4, 0] += 0.5
    times = filmed_times(film[5:25], film, np.arange(5, 25), runs)
    assert (np.diff(times) > 0.9).all()


def test_times_stay_within_what_was_filmed_in_a_row():
    film, runs = moving(40), np.repeat([0, 1], 20)
    beyond = between(film, np.linspace(25, 35, 10))
    times = filmed_times(beyond, film, np.full(10, 19), runs)
    assert times.max() <= 19


def test_joints_that_were_not_seen_do_not_count():
    film, runs = moving(20), np.zeros(20, int)
    film[:, 0] = np.nan
    wanted = 2 + 0.5 * np.arange(10)
    times = filmed_times(between(film, wanted), film, np.rint(wanted).astype(int), runs)
    assert times == pytest.approx(wanted, abs=1e-3)
