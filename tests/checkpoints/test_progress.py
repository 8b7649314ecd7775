import threading

import pytest

from stickdance.checkpoints.progress import Work, note, reported_to, tracked


def test_whoever_listens_hears_how_far_work_is_and_when_it_is_over(told):
    assert list(tracked("ab", "painting")) == ["a", "b"]
    assert told.seen == [
        ("painting", 0, False),
        ("painting", 1, False),
        ("painting", 2, False),
        ("painting", 2, True),
    ]
    assert told.works[0].total == 2


def test_without_a_listener_there_is_silence(capsys):
    with Work("painting", 3) as work:
        work.advance()
        note("half of it")
    assert capsys.readouterr() == ("", "")


def test_an_iterator_without_a_length_has_no_total_unless_it_is_told(told):
    list(tracked(iter("ab"), "painting"))
    list(tracked(iter("ab"), "drawing", 2))
    assert [work.total for work in told.works] == [None, 2]


def test_work_that_fails_is_over_too(told):
    with pytest.raises(ZeroDivisionError), Work("painting"):
        _ = 1 // 0
    assert told.seen[-1] == ("painting", 0, True)


def test_a_training_that_goes_on_begins_where_it_was(told):
    with Work("train", 300, "s", 120):
        pass
    assert told.seen[0] == ("train", 120, False)


def test_the_inner_of_two_listeners_hears_and_the_outer_one_again_afterwards(told):
    with reported_to(None):
        note("for nobody")
    note("for the test")
    assert told.lines == ["for the test"]


def test_threads_of_a_library_are_silent(told):
    thread = threading.Thread(target=note, args=("from a thread",))
    thread.start()
    thread.join()
    assert told.lines == []
