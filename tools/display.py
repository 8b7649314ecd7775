"""What people see of a program while it works, on standard error.

On a terminal a bar moves and goes again; elsewhere, in a file or a build's log, long work is one
line. No colours are used, so `NO_COLOR` has nothing to switch off; `TQDM_DISABLE` hides the bars.
"""

import os
import shutil
import sys
import time
from contextlib import AbstractContextManager
from typing import Any, TextIO

from stickdance.checkpoints.progress import Progress, Work, reported_to
from stickdance.tools.duration import in_words

_SOON = 4.0  # seconds after which work is worth a line, and its speed is known
_OFTEN = 60.0  # seconds between two such lines
_SMOOTH = 0.1  # of the newest speed in a bar's estimate


def displayed(quiet: bool = False) -> AbstractContextManager[None]:
    """Show within the block what is reported, the way that suits standard error.

    Args:
        quiet: show nothing.
    """
    return reported_to(None if quiet else display_for(sys.stderr))


def display_for(stream: TextIO) -> Progress:
    """Return bars for a terminal that can move its cursor, else lines."""
    moves = stream.isatty() and os.environ.get("TERM") != "dumb"
    return Bars(stream) if moves else Lines(stream)


def unbroken(line: str) -> str:
    """Return a line in which names of files break nothing: what is not printable is escaped."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in line
    )


class Bars:
    """Shows the outermost work as a bar that vanishes with it, and notes above the bar."""

    def __init__(self, stream: TextIO) -> None:
        """Show nothing yet."""
        self._stream = stream
        self._shown: Work | None = None
        self._bar: Any = None

    def update(self, work: Work) -> None:
        """Move the bar of the work that is shown; begin one where none is."""
        if self._shown is None and not work.is_over:
            self._shown, self._bar = work, self._bar_of(work)
        if work is not self._shown:
            return
        if work.is_over:
            self._bar.close()
            self._shown = None
            return
        self._bar.set_postfix_str(_beside(work), refresh=False)
        self._bar.update(work.done - self._bar.n)

    def note(self, line: str) -> None:
        """Write a line above the bar."""
        from tqdm import tqdm

        tqdm.write(unbroken(line), file=self._stream)

    def _bar_of(self, work: Work) -> Any:
        from tqdm import tqdm

        columns, lines = shutil.get_terminal_size()  # where it has no size, 80 by 24
        bar = tqdm(
            desc=work.name,
            total=work.total,
            initial=work.done,
            unit=work.unit,
            unit_scale=work.unit == "B",
            leave=False,
            smoothing=_SMOOTH,
            ncols=columns,
            nrows=lines,
            file=self._stream,
        )
        bar.set_postfix_str(_beside(work))
        return bar


class Lines:
    """Writes each note, and a line a minute about outermost work that takes long.

    The first one comes as soon as the work's speed is known, unless it is a part of a job that has
    said how long it takes. The speed is that after the first unit, which may load and compile much.
    """

    def __init__(self, stream: TextIO) -> None:
        """Write nothing yet."""
        self._stream = stream
        self._watched: Work | None = None
        self._began = self._first = self._next = 0.0
        self._is_at_speed = False

    def update(self, work: Work) -> None:
        """Write a line where one is due."""
        if self._watched is None and not work.is_over:
            self._watched, self._is_at_speed = work, False
            self._began, self._first = time.perf_counter(), work.done
            self._next = _SOON
        if work is not self._watched:
            return
        if work.is_over:
            self._watched = None
        else:
            self._tell(work, time.perf_counter() - self._began)

    def note(self, line: str) -> None:
        """Write the line."""
        print(unbroken(line), file=self._stream, flush=True)

    def _tell(self, work: Work, passed: float) -> None:
        done = work.done - self._first
        if done > 0 and not self._is_at_speed:
            self._is_at_speed = True
            self._began, self._first = self._began + passed, work.done
            return
        due = self._next if work.left is None else max(self._next, _OFTEN)
        if passed < due or done <= 0 or work.total is None or work.done >= work.total:
            return
        self._next = passed + _OFTEN
        if work.left is not None:
            share = work.done / work.total
            self.note(f"{work.name}: {share:.0%}; the whole job: {in_words(work.left)} left")
            return
        left = (work.total - work.done) * passed / done
        end = time.strftime("%H:%M:%S", time.localtime(time.time() + left))
        more = f"; {work.details}" if work.details else ""
        self.note(f"{work.name}: about {in_words(left)} left, until {end}{more}")


def _beside(work: Work) -> str:
    whole = "" if work.left is None else f"whole job: {in_words(work.left)} left"
    return "; ".join(each for each in (work.details, whole) if each)
