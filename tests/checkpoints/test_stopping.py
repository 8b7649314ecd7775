import signal

import pytest

from stickdance.checkpoints.stopping import SAME_COMMAND, StopRequests, resumable


@pytest.fixture(autouse=True)
def ctrl_c():
    """Ctrl-C raises KeyboardInterrupt, as in a program."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_before_there_is_anything_to_save_a_stop_does_not_wait():
    reached = []
    with pytest.raises(KeyboardInterrupt), StopRequests():
        signal.raise_signal(signal.SIGINT)
        reached.append("the end of the step")
    assert reached == []


def test_after_a_step_a_stop_waits_until_what_was_done_is_saved():
    reached = []
    with pytest.raises(KeyboardInterrupt), StopRequests() as stop:
        stop.waits = True
        signal.raise_signal(signal.SIGINT)
        assert stop
        reached.append("saved")
    assert reached == ["saved"]


def test_a_second_stop_does_not_wait():
    with pytest.raises(KeyboardInterrupt), StopRequests() as stop:
        stop.waits = True
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        pytest.fail("waited")


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(143)])
def test_a_stop_of_work_that_is_kept_says_how_it_goes_on_and_says_so_once(stop):
    with pytest.raises(type(stop)) as stopped, resumable(), resumable():
        raise stop
    assert stopped.value.__notes__ == [SAME_COMMAND]


def test_a_stop_before_anything_is_kept_says_nothing():
    with pytest.raises(KeyboardInterrupt) as stopped, resumable(lambda: False):
        raise KeyboardInterrupt
    assert not hasattr(stopped.value, "__notes__")
