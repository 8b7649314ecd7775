"""Iterators that work ahead in threads of their own, so that stages of a stream overlap."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error


_END = object()


def prefetched(items: Iterable[Item], depth: int = 8) -> Generator[Item, None, None]:
    """Yield the items of `items`, up to `depth` of which are made ahead in a thread.

    An error in `items` is raised here, after the items before it. Closing the result stops the
    thread and closes `items`.

    Args:
        items: is used by the new thread alone.
        depth: items that wait at most.
    """
    waiting: queue.Queue[object] = queue.Queue(depth)
    stopped = threading.Event()
    worker = threading.Thread(target=_work, args=(items, waiting, stopped), daemon=True)
    worker.start()
    try:
        while (item := waiting.get()) is not _END:
            if isinstance(item, _Failure):
                raise item.error
            yield item  # type: ignore[misc]
    finally:
        stopped.set()
        worker.join()


def abreast(
    work: Callable[[Item], Done], items: Iterable[Item], pool: Executor, ahead: int
) -> Generator[Done, None, None]:
    """Yield what `work` makes of each item, in their order; several are worked on at a time.

    An error is raised in place of its item's result. Closing the result gives up what waits.

    Args:
        work: is called in the pool's threads.
        items: is used by the caller's thread alone, hardly before they are needed.
        pool: does the work.
        ahead: items handed to the pool before the first one is waited for.
    """
    waiting: deque[Future[Done]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for each in waiting:
            each.cancel()


def _work(items: Iterable[object], waiting: queue.Queue, stopped: threading.Event) -> None:
    source = iter(items)
    try:
        for item in source:
            if not _put(waiting, item, stopped):
                break
        else:
            _put(waiting, _END, stopped)
    except BaseException as error:
        _put(waiting, _Failure(error), stopped)
    finally:
        close = getattr(source, "close", None)
        if close is not None:
            close()


def _put(waiting: queue.Queue, item: object, stopped: threading.Event) -> bool:
    while not stopped.is_set():
        try:
            waiting.put(item, timeout=0.1)
        except queue.Full:
            continue
        return True
    return False
