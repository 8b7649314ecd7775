"""How many threads libraries take, where frames are worked at side by side.

OpenBLAS wakes all of its threads for a matrix of a few numbers, and they spin for a while after it:
on two cores, one of them is lost to the network that runs beside. Torch's threads wait for each
other at every layer, the longer the busier the computer is.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from threading import Lock
from typing import Any

import cv2
from threadpoolctl import ThreadpoolController

_lock = Lock()
_before: list[tuple[int, int]] = []  # threads of OpenCV and torch as each open block found them


def one_blas_thread() -> AbstractContextManager[Any]:
    """Return a context in which numpy's linear algebra takes one thread, in all threads."""
    limited: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limited


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let OpenCV and torch use one thread for each frame while the block runs.

    That holds in this thread and in those that begin within. Frames run side by side instead, and
    no answer depends on the number of processors. Blocks may overlap, as those of generators do:
    the last one to end gives the threads back.
    """
    import torch

    with _lock:
        _before.append((cv2.getNumThreads(), torch.get_num_threads()))
        cv2.setNumThreads(1)
        torch.set_num_threads(1)
    try:
        yield
    finally:
        with _lock:
            of_opencv, of_torch = _before[0]
            _before.pop()
            if not _before:
                cv2.setNumThreads(of_opencv)
                torch.set_num_threads(of_torch)


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
