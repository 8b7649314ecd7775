from concurrent.futures import ThreadPoolExecutor

import cv2
import pytest
import torch

from synth.quality.side_by_side import ahead, one_thread_each


@pytest.mark.parametrize("workers", [0, 2])
def test_work_comes_back_in_order_and_only_a_little_is_begun_ahead(workers):
    begun = []

    def items():
        for number in range(100):
            begun.append(number)
            yield number

    pool = ThreadPoolExecutor(workers) if workers else None
    results = ahead(lambda number: number * number, items(), pool)
    assert [next(results) for _ in range(10)] == [n * n for n in range(10)]
    assert len(begun) < 20
    results.close()
    if pool:
        pool.shutdown()


def test_libraries_keep_to_one_thread_meanwhile_and_get_theirs_back():
    before = cv2.getNumThreads(), torch.get_num_threads()
    with one_thread_each():
        assert (cv2.getNumThreads(), torch.get_num_threads()) == (1, 1)
    assert (cv2.getNumThreads(), torch.get_num_threads()) == before
