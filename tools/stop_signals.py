"""Ctrl-C and SIGTERM end a program, at whatever moment they come.

Python raises an exception wherever the program happens to be, and there are places that lose it: an
import goes on without the module that was interrupted, or finds it half made; a finaliser's
exceptions are dropped; foreign code takes any exception for its own. So a signal waits a little for
the end of an import, one that was lost is raised again, and whatever it became, the program ends
with its status and line.
"""

import _thread
import os
import signal
import sys
import threading
import time
import weakref
from types import FrameType, TracebackType
from typing import Any, NoReturn

_LOOK_SECONDS = 0.05
_LONGEST_IMPORT = 2.0  # seconds that people wait; then what the import makes of it is mended after
_IMPORTING = "<frozen importlib._bootstrap>"
_NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}


class _Stopped(BaseException):
    """A signal asks the program to end."""


class _CtrlC(_Stopped, KeyboardInterrupt):
    pass


class _Terminated(_Stopped, SystemExit):
    pass


class StopSignals:
    """Ends its `with` block, however it ends, with the status of the signal that came within.

    A second signal does not wait. After the block, while Python shuts down, one ends the process.
    """

    def __init__(self, name: str) -> None:
        """Watch nothing yet; `name` is what the line about a signal begins with."""
        self.came: int | None = None
        self._name = name
        self._raised: weakref.ref[_Stopped] | None = None
        self._is_ours = self._left = False

    def __enter__(self) -> "StopSignals":
        """Watch both signals; Ctrl-C only where it is not ignored, as in a shell's background."""
        for number in _NAMES:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._handle)
        self._before, sys.unraisablehook = sys.unraisablehook, self._unraisable
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave by the signal that came, if any, whatever it became on its way."""
        self._left = True
        sys.unraisablehook = self._before
        if self.came is None and isinstance(error, KeyboardInterrupt):
            self.came = signal.SIGINT
        if self.came is not None:
            self._say(self.came, *getattr(error, "__notes__", ()))
            raise SystemExit(128 + self.came) from None

    def _handle(self, number: int, frame: FrameType | None) -> None:
        ours, self._is_ours = self._is_ours, False
        if self._left:
            if not ours:
                self._end_at_once(number)
            return
        first, self.came = self.came is None, number
        if first:
            threading.Thread(target=self._see_to_it, daemon=True).start()
        if not first or not _imports(frame):
            self._raise(number)

    def _raise(self, number: int) -> NoReturn:
        raise self._noted(_CtrlC() if number == signal.SIGINT else _Terminated(128 + number))

    def _noted(self, error: _Stopped) -> _Stopped:
        # No frame of the traceback may name the exception, or it would outlive being lost.
        self._raised = weakref.ref(error)
        return error

    def _see_to_it(self) -> None:
        """Signal again when the import is over, and whenever the exception was lost."""
        latest = time.monotonic() + _LONGEST_IMPORT
        while not self._left:
            time.sleep(_LOOK_SECONDS)
            if self._is_ours or self._left:
                continue
            if self._raised is None:
                frame = sys._current_frames().get(threading.main_thread().ident or 0)
                if not _imports(frame) or time.monotonic() > latest:
                    self._again()
            elif self._raised() is None:
                self._again()

    def _again(self) -> None:
        self._is_ours = True
        number = self.came or signal.SIGINT
        if hasattr(signal, "pthread_kill"):  # also wakes a call that waits
            signal.pthread_kill(threading.main_thread().ident or 0, number)
        else:
            _thread.interrupt_main(signal.Signals(number))

    def _unraisable(self, what: Any) -> None:
        if not isinstance(what.exc_value, _Stopped):
            self._before(what)

    def _end_at_once(self, number: int) -> NoReturn:
        self._say(number)
        sys.stderr.flush()
        os._exit(128 + number)

    def _say(self, number: int, *hints: str) -> None:
        told = "; ".join((f"stopped by {_NAMES[signal.Signals(number)]}", *hints))
        print(f"{self._name}: {told}", file=sys.stderr)


def _imports(frame: FrameType | None) -> bool:
    """Return whether an import is under way where the program is."""
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING:
            return True
        frame = frame.f_back
    return False
