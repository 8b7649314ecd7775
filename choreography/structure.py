"""Sections of a song, what repeats in it, and which of it is the chorus."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from choreography.beats import Beats

if TYPE_CHECKING:
    from capture.audio import Sound


@dataclass(frozen=True)
class Section:
    """A part of a song with a label."""

    label: str
    """"A", "B", ...: sections with the same label are the same music."""
    start: float
    """Seconds; a beat, or 0 for the first section."""
    end: float
    """Seconds; the start of the next section, or the song's length for the last."""
    chorus: bool
    """Whether this is (a return of) the chorus."""


@dataclass(frozen=True)
class Repetition:
    """A stretch of a song that was heard before: a horizontal line in the time-lag matrix."""

    start: float
    """Seconds at which the return starts."""
    end: float
    """Seconds at which the return ends."""
    of_start: float
    """Seconds at which the stretch that it repeats starts: `start` minus the lag."""
    similarity: float
    """0..1: mean similarity of the two stretches' notes."""


@dataclass(frozen=True)
class Structure:
    """How a song is built."""

    sections: tuple[Section, ...]
    """In order; they cover the whole song from 0 to its end without a gap."""
    repetitions: tuple[Repetition, ...]
    """By start, then lag; empty where nothing repeats."""
    chorus: str | None
    """Label of the chorus; None where no section returns."""

    def at(self, seconds: float) -> Section:
        """Return the section that sounds at a time; times outside the song give the nearest."""
        for section in self.sections:
            if seconds < section.end:
                return section
        return self.sections[-1]


def find_structure(sound: "Sound", beats: Beats) -> Structure:
    """Find what repeats in a song, and cut it into labelled sections on its bars."""
    raise NotImplementedError
