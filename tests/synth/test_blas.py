import numpy as np
from threadpoolctl import threadpool_info

from synth.blas import one_blas_thread


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_linear_algebra_takes_one_thread_within_and_as_many_as_before_after():
    np.linalg.svd(np.eye(3))
    before = blas_threads()
    with one_blas_thread():
        assert set(blas_threads()) == {1}
    assert blas_threads() == before
