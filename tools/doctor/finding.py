"""What was found of one part of the machine, and the command that mends it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["fine", "absent", "wrong"]


@dataclass(frozen=True)
class Finding:
    """One line about the machine."""

    part: str
    """What was looked at, in a word or two."""
    state: State
    """fine; absent: something can do without it; wrong: the main job cannot be done."""
    told: str
    """What was found, in one line."""
    remedy: str = ""
    """The command that mends it, or what to do; "" where nothing needs mending."""


Look = Callable[[], Iterator[Finding]]


def looked_at(part: str, look: Look, essential: bool, remedy: str) -> list[Finding]:
    """Return what a look finds; what it raises becomes a finding too.

    Args:
        part: what is looked at.
        look: yields findings.
        essential: whether the main job needs that part.
        remedy: what mends it where the look itself fails.
    """
    found = []
    try:
        for each in look():
            found.append(each)
    except Exception as error:  # whatever a broken package raises
        told = " ".join(f"{type(error).__name__}: {error}".split())[:160]
        found.append(Finding(part, "wrong" if essential else "absent", told, remedy))
    return found
