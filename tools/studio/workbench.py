"""What pages wait for a moment: listening to a song, dancing it, changing a step.

It is done in a process beside the server, which therefore answers at once whatever is computed,
needs little memory, and outlives what a strange file does to a decoder.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, ParamSpec, TypeVar

from stickdance.checkpoints.errors import StickdanceError

P = ParamSpec("P")
T = TypeVar("T")


class Workbench:
    """One process that is given one piece of work after another."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._pool: ProcessPoolExecutor | None = None

    async def do(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Return what a function of a module makes of its arguments, over there.

        Raises:
            StickdanceError: as the function does; or its process was killed.
        """
        pool = self._pool = self._pool or _pool()
        try:
            return await asyncio.wrap_future(pool.submit(work, *arguments, **named))
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = None
            raise StickdanceError(
                "the work was broken off: its process was killed, perhaps for want of memory; "
                "try again"
            ) from None

    def close(self) -> None:
        """End the process, whatever it is at."""
        if self._pool is not None:
            processes: dict[int, Any] = getattr(self._pool, "_processes", None) or {}
            for process in list(processes.values()):
                process.terminate()
            self._pool.shutdown(wait=False, cancel_futures=True)


def _pool() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, context, initializer=_ignore_ctrl_c)


def _ignore_ctrl_c() -> None:
    # The server was meant, and ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_server, daemon=True).start()


def _end_with_server() -> None:
    # A server that is killed tells nobody.
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)
