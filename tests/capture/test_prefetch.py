import threading
import time

import pytest

from capture.prefetch import prefetched


def test_items_come_in_order_and_whole():
    assert list(prefetched(range(100), depth=3)) == list(range(100))
    assert list(prefetched([])) == []


def test_no_more_than_the_depth_is_made_ahead():
    made = []

    def count():
        for number in range(50):
            made.append(number)
            yield number

    stream = prefetched(count(), depth=2)
    assert next(stream) == 0
    time.sleep(0.2)
    assert len(made) <= 5
    stream.close()


def test_an_error_arrives_after_the_items_before_it():
    def failing():
        yield 1
        raise ValueError("broken")

    stream = prefetched(failing())
    assert next(stream) == 1
    with pytest.raises(ValueError, match="broken"):
        next(stream)


def test_closing_ends_the_thread_and_closes_the_source():
    closed = threading.Event()

    def endless():
        try:
            while True:
                yield 0
        finally:
            closed.set()

    before = threading.active_count()
    stream = prefetched(endless(), depth=2)
    next(stream)
    stream.close()
    assert closed.is_set()
    assert threading.active_count() == before
