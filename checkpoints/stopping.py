"""Ctrl-C and SIGTERM while training: finish the step, save, then stop as was asked."""

import signal
import threading
from types import FrameType, TracebackType


class StopRequests:
    """Notes signals within its `with` block, so that the work can be saved first.

    When the block ends, the signal is raised again for whoever handled it before. A second Ctrl-C
    does not wait.
    """

    def __init__(self) -> None:
        """Watch nothing yet."""
        self.signal: int | None = None
        self._before: dict[int, object] = {}

    def __bool__(self) -> bool:
        """Return whether a stop was asked for."""
        return self.signal is not None

    def __enter__(self) -> "StopRequests":
        """Watch SIGINT and SIGTERM; in other threads than the main one, nothing."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the signals back and raise the one that came."""
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        if self.signal is not None and error is None:
            signal.raise_signal(self.signal)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = number
