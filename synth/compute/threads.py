"""How many threads libraries take, where frames are worked at side by side.

OpenBLAS wakes all of its threads for a matrix of a few numbers, and they spin for a while after it:
on two cores, one of them is lost to the network that runs beside. Torch's threads wait for each
other at every layer, the longer the busier the computer is.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import cv2

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_lock = Lock()


def one_blas_thread() -> AbstractContextManager[Any]:
    """Return a context in which numpy's linear algebra takes one thread, in all threads."""
    limited: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limited


@contextmanager
def one_thread_each(networks: bool = True) -> Iterator[None]:
    """Let OpenCV and torch use one thread for each frame while the block runs.

    That holds in this thread and in those that begin within. Frames run side by side instead, and
    no answer depends on the number of processors. Blocks may overlap, as those of generators do:
    the last one to end gives the threads back.

    Args:
        networks: whether torch is used within; if not, it is not loaded, which takes seconds.
    """
    with ExitStack() as limited:
        limited.enter_context(_one_thread(_OPENCV))
        if networks:
            limited.enter_context(_one_thread(_TORCH))
        yield


@dataclass(frozen=True)
class _Library:
    """How many threads a library takes."""

    get: Callable[[], int]
    set: Callable[[int], None]
    before: list[int] = field(default_factory=list)
    """As each open block found them."""


def _torch_threads() -> int:
    import torch

    return torch.get_num_threads()


def _set_torch_threads(count: int) -> None:
    import torch

    torch.set_num_threads(count)


_OPENCV = _Library(cv2.getNumThreads, cv2.setNumThreads)
_TORCH = _Library(_torch_threads, _set_torch_threads)


@contextmanager
def _one_thread(library: _Library) -> Iterator[None]:
    with _lock:
        library.before.append(library.get())
        library.set(1)
    try:
        yield
    finally:
        with _lock:
            first = library.before[0]
            library.before.pop()
            if not library.before:
                library.set(first)


@cache
def _controller() -> "ThreadpoolController":
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
