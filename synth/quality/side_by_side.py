"""Frames side by side: one a thread, a few ahead, their results in order."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from stickdance.capture.media.prefetch import abreast

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
