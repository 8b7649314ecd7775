"""Small matrices on one thread.

OpenBLAS wakes all of its threads for a matrix of a few numbers, and they spin for a while after it:
on two cores, one of them is lost to the network that runs beside.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


def one_blas_thread() -> AbstractContextManager[Any]:
    """Return a context in which numpy's linear algebra takes one thread, in all threads."""
    limited: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limited


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
