"""Ctrl-C and SIGTERM while training: finish the step, save, then stop as was asked."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SAME_COMMAND = "the same command carries on"


class StopRequests:
    """Notes signals within its `with` block, so that the work can be saved first.

    When the block ends, the signal is raised again for whoever handled it before. A second signal
    does not wait, nor does one that comes before there is anything to save.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self.waits = False
        """Whether the end of a step is waited for, as there is something to save."""
        self._before: dict[int, object] = {}

    def __bool__(self) -> bool:
        return self.signal is not None

    def __enter__(self) -> "StopRequests":
        """Watch SIGINT and SIGTERM; in other threads than the main one, nothing."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *trouble: object) -> None:
        """Give the signals back and raise the one that came."""
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        if self.signal is not None and trouble[0] is None:
            signal.raise_signal(self.signal)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.signal is not None:
            raise KeyboardInterrupt
        if self.waits:
            self.signal = number
        else:
            signal.signal(number, self._before[number])  # type: ignore[arg-type]
            signal.raise_signal(number)


@contextmanager
def resumable(is_begun: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Let the line about a stop say that the same command goes on with what the block has made.

    The hint is a note of the exception, which `stickdance.tools.stop_signals` reads.
    """
    try:
        yield
    except (KeyboardInterrupt, SystemExit) as stop:
        if SAME_COMMAND not in getattr(stop, "__notes__", ()) and is_begun():
            stop.add_note(SAME_COMMAND)
        raise
