import cv2
import numpy as np
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from stickdance.synth.compute.threads import one_blas_thread, one_thread_each


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_linear_algebra_takes_one_thread_within_and_as_many_as_before_after():
    np.linalg.svd(np.eye(3))
    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        assert max(before) == 2  # a pool that was built for one thread keeps to it
        with one_blas_thread():
            assert set(blas_threads()) == {1}
        assert blas_threads() == before


def test_libraries_keep_to_one_thread_meanwhile_and_get_theirs_back():
    before = cv2.getNumThreads(), torch.get_num_threads()
    torch.set_num_threads(2)
    with one_thread_each():
        assert (cv2.getNumThreads(), torch.get_num_threads()) == (1, 1)
    assert (cv2.getNumThreads(), torch.get_num_threads()) == (before[0], 2)
    torch.set_num_threads(before[1])


def test_blocks_that_overlap_give_the_threads_back_at_the_last_end():
    before = cv2.getNumThreads(), torch.get_num_threads()
    torch.set_num_threads(3)
    first, second = one_thread_each(), one_thread_each()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert (cv2.getNumThreads(), torch.get_num_threads()) == (1, 1)
    second.__exit__(None, None, None)
    assert (cv2.getNumThreads(), torch.get_num_threads()) == (before[0], 3)
    torch.set_num_threads(before[1])
