import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from stickdance.capture.media.prefetch import abreast, prefetched


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


def test_what_is_worked_on_abreast_comes_in_order_and_at_the_same_time():
    meeting = threading.Barrier(3, timeout=10)

    def meet(number):
        meeting.wait()  # passes only when three are at work
        return 10 * number

    with ThreadPoolExecutor(3) as pool:
        assert list(abreast(meet, range(12), pool, 3)) == [10 * number for number in range(12)]
        assert list(abreast(meet, [], pool, 3)) == []


def test_items_are_taken_hardly_before_they_are_needed():
    taken = []

    def items():
        for number in range(50):
            taken.append(number)
            yield number

    with ThreadPoolExecutor(2) as pool:
        results = abreast(str, items(), pool, 2)
        assert next(results) == "0"
        assert len(taken) == 3
        results.close()
        assert len(taken) == 3


def test_an_error_in_the_work_comes_in_place_of_its_result():
    with ThreadPoolExecutor(2) as pool:
        results = abreast(lambda number: 6 // number, [3, 2, 0, 1], pool, 2)
        assert [next(results), next(results)] == [2, 3]
        with pytest.raises(ZeroDivisionError):
            next(results)
