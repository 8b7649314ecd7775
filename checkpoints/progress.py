"""How far long work is, told to a callback that is given, or to nobody.

    with reported_to(callback):
        poses_to_video(dance, performer, to)

No package below `stickdance.tools` writes to standard output or error by itself. Threads and
processes that a library call starts are silent, for the callback belongs to the caller's thread.
"""

from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """The callback: what it is told while long work goes on."""

    def update(self, work: "Work") -> None:
        """See how far some work is: when it begins, after each unit, and when it is over."""

    def note(self, line: str) -> None:
        """Take a line for people: what was decided, is absent, or was saved."""


@dataclass(eq=False)
class Work:
    """Some work that takes a while, within its `with` block."""

    name: str
    """What is done, in a word or two: "painting"."""
    total: float | None = None
    """How many units there will be; None where that is not known."""
    unit: str = "frame"
    done: float = 0
    """How many units are done."""
    details: str = ""
    """What else is known just now, e.g. losses."""
    left: float | None = None
    """Seconds until the whole job is done that this is a part of; None where it is no part."""
    is_over: bool = False
    listener: Progress | None = field(default_factory=lambda: _LISTENER.get())

    def __enter__(self) -> Self:
        """Tell that it begins."""
        self.reach(self.done)
        return self

    def __exit__(self, *_: object) -> None:
        """Tell that it is over, done or not."""
        self.is_over = True
        self.reach(self.done)

    def advance(self, units: float = 1) -> None:
        """Note that so many units more are done."""
        self.reach(self.done + units)

    def reach(self, done: float) -> None:
        """Note how many units are done by now."""
        self.done = done
        if self.listener is not None:
            self.listener.update(self)


_LISTENER: ContextVar[Progress | None] = ContextVar("progress", default=None)


@contextmanager
def reported_to(progress: Progress | None) -> Iterator[None]:
    """Report all long work within the block to `progress`, or to nobody."""
    token = _LISTENER.set(progress)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def listener() -> Progress | None:
    """Return whom the work that begins now is reported to."""
    return _LISTENER.get()


def tracked(
    items: Iterable[T], name: str, total: float | None = None, unit: str = "frame"
) -> Iterator[T]:
    """Return an iterator over `items` that reports each one when the next is asked for.

    Args:
        items: what is worked on, one by one.
        name: of the work.
        total: how many there are, where `items` has no length.
        unit: what one of them is.
    """
    if total is None and isinstance(items, Sized):
        total = len(items)
    return _tracked(items, Work(name, total, unit))


def _tracked(items: Iterable[T], work: Work) -> Iterator[T]:
    with work:
        for item in items:
            yield item
            work.advance()


def note(line: str) -> None:
    """Report a line for people."""
    if (progress := _LISTENER.get()) is not None:
        progress.note(line)
