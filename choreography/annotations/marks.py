"""Beats and sections that were marked outside: by a person, or by another program."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from stickdance.checkpoints.errors import BadInput

FEWEST_BEATS = 4
_MOST_MARKS = 100_000
_LONGEST_LABEL = 80
_SLACK = 0.5  # seconds that the last mark may lie behind the song's end: files round


@dataclass(frozen=True)
class BeatMarks:
    """Marked beats."""

    times: np.ndarray
    """(beats,) float64, rising seconds, none negative; at least four."""
    positions: np.ndarray | None
    """(beats,) int64, the count of each beat in its bar from 1; None where that was not marked."""

    @property
    def downbeats(self) -> np.ndarray:
        """Return (bars,) int64: which beats begin bars; none where that was not marked."""
        return np.flatnonzero([] if self.positions is None else self.positions == 1)

    @property
    def downbeat_times(self) -> np.ndarray:
        """Return (bars,) the seconds at which bars begin."""
        return self.times[self.downbeats]

    @property
    def metre(self) -> int:
        """Return how many beats a bar has most often; 4 where that cannot be told."""
        lengths = np.diff(self.downbeats)
        return int(np.bincount(lengths).argmax()) if len(lengths) else 4


@dataclass(frozen=True)
class SectionMark:
    """One marked section."""

    start: float
    end: float
    label: str
    """Without the word that marks a chorus, where something else is left."""
    chorus: bool

    @property
    def text(self) -> str:
        """Return what is written into files: the label, and whether it is the chorus."""
        marked = not self.chorus or self.label.lower() == "chorus"
        return self.label if marked else f"{self.label} chorus"


def section_mark(start: float, end: float, text: str) -> SectionMark:
    """Return a section from the text of a label: "A", "chorus" or "A chorus"."""
    words = text.split()
    chorus = bool(words) and words[-1].lower() == "chorus"
    label = " ".join(words[:-1] if chorus and len(words) > 1 else words)
    return SectionMark(start, end, label[:_LONGEST_LABEL], chorus)


def beat_marks(path: Path, times: Sequence[float], positions: Sequence[int | None]) -> BeatMarks:
    """Check beats that were read from a file.

    Raises:
        BadInput: too few, not rising, negative or not finite, or a position that is no count.
    """
    if not FEWEST_BEATS <= len(times) <= _MOST_MARKS:
        raise BadInput(
            f"{path}: holds {len(times)} beats, expected {FEWEST_BEATS} to {_MOST_MARKS}"
        )
    for number, (before, after) in enumerate(pairwise([-1e-9, *times]), 1):
        if not (np.isfinite(after) and after > before):
            raise BadInput(
                f"{path}: beat {number} is at {after:g} s, expected a time after "
                f"{max(before, 0):g} s; put the beats in order"
            )
    counts = [position for position in positions if position is not None]
    if any(not 1 <= count <= 32 for count in counts):
        raise BadInput(f"{path}: a beat's position in its bar must be 1 to 32")
    marked = np.array(_counted_on(positions), dtype=np.int64) if 1 in counts else None
    return BeatMarks(np.array(times, dtype=np.float64), marked)


def section_marks(path: Path, sections: Sequence[SectionMark]) -> tuple[SectionMark, ...]:
    """Check sections that were read from a file.

    Raises:
        BadInput: none, one without length or label, or one that begins before the last one ended.
    """
    if not 1 <= len(sections) <= _MOST_MARKS:
        raise BadInput(f"{path}: holds {len(sections)} sections, expected at least one")
    end = 0.0
    for number, one in enumerate(sections, 1):
        where = f"{path}: section {number} ({one.label or 'without a label'})"
        if not one.label:
            raise BadInput(f"{where}: expected a label, e.g. A, verse or chorus")
        if not (np.isfinite(one.start) and np.isfinite(one.end) and one.end > one.start >= 0):
            raise BadInput(
                f"{where}: lasts from {one.start:g} to {one.end:g} s, expected a start of 0 or "
                "more and a later end"
            )
        if one.start < end - 1e-3:
            raise BadInput(
                f"{where}: begins at {one.start:g} s, before the section before it ends "
                f"({end:g} s); put them in order, without overlaps"
            )
        end = one.end
    return tuple(sections)


def refuse_beyond(path: Path, last: float, seconds: float) -> None:
    """Refuse marks that lie behind the end of the song they are said to belong to.

    Raises:
        BadInput: the last mark is later than the song's end.
    """
    if last > seconds + _SLACK:
        raise BadInput(
            f"{path}: reaches {last:.2f} s, but the song ends at {seconds:.2f} s; "
            "is it the file of another song?"
        )


def number_in(path: Path, line: int, text: str) -> float:
    """Return a number of seconds.

    Raises:
        BadInput: it is none; the message names the line.
    """
    try:
        return float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        raise BadInput(f"{path}: line {line}: expected seconds, found {text!r:.40}") from None


def _counted_on(positions: Sequence[int | None]) -> list[int]:
    """Return a count for every beat, where only some (the downbeats, say) were marked."""
    marked = [place for place, count in enumerate(positions) if count is not None]
    lengths = np.diff([place for place in marked if positions[place] == 1])
    metre = int(np.bincount(lengths).argmax()) if len(lengths) else 4
    counts = [count or 0 for count in positions]
    for place in range(marked[0] - 1, -1, -1):
        counts[place] = counts[place + 1] - 1 or metre
    for place in range(marked[0] + 1, len(counts)):
        # Between marks a bar may be longer than usual; behind the last one it is as usual.
        before = counts[place - 1] % metre if place > marked[-1] else counts[place - 1]
        counts[place] = counts[place] or before + 1
    return counts
