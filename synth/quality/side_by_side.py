"""Frames side by side: one a thread, a few ahead, their results in order."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import cv2

from capture.prefetch import abreast

WORKERS = 2
"""Threads that score frames, where the caller does not say."""
Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(
    function: Callable[[Item], Result], items: Iterable[Item], pool: ThreadPoolExecutor | None
) -> Iterator[Result]:
    """Yield `function` of the items in their order, one item a thread, a few items ahead.

    Args:
        function: is called in the pool's threads.
        items: is used by the caller's thread alone.
        pool: None: in the caller's thread, nothing ahead.
    """
    if pool is None:
        yield from map(function, items)
        return
    yield from abreast(function, items, pool, 2 * WORKERS)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let libraries use one thread for each frame while the block runs.

    Frames run side by side instead, and no score depends on the number of processors.
    """
    import torch

    before = cv2.getNumThreads(), torch.get_num_threads()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before[0])
        torch.set_num_threads(before[1])
