"""Audacity's label files: start TAB end TAB text, in seconds.

A beat is a label without length, its text the count in the bar ("1" on the downbeat); a section is
a label as long as itself. In Audacity: File > Import > Labels, and File > Export Other > Export
Labels. Lines that begin with a backslash (Audacity's frequency ranges) are passed over.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import write_text
from stickdance.checkpoints.reading import read_text
from stickdance.choreography.annotations.marks import (
    BeatMarks,
    SectionMark,
    beat_marks,
    number_in,
    section_mark,
    section_marks,
)


def read_beat_labels(path: Path) -> BeatMarks:
    """Read beats: each label's start; a text that is a number is its count in the bar.

    Raises:
        BadInput: the file is absent or a line is not as expected; the message names it.
    """
    labels = sorted(_labels(Path(path)))
    positions = [int(text) if text.isdecimal() and len(text) < 4 else None for *_, text in labels]
    return beat_marks(Path(path), [start for start, *_ in labels], positions)


def read_section_labels(path: Path) -> tuple[SectionMark, ...]:
    """Read sections; a label without length lasts until the next one.

    Raises:
        BadInput: the file is absent, a line is not as expected, or sections overlap.
    """
    path = Path(path)
    labels = sorted(_labels(path))
    ends = [end for _, end, _ in labels]
    for place, (start, end, _) in enumerate(labels[:-1]):
        if end == start:
            ends[place] = labels[place + 1][0]
    marks = [
        section_mark(start, end, text) for (start, _, text), end in zip(labels, ends, strict=True)
    ]
    return section_marks(path, marks)


def write_beat_labels(path: Path, marks: BeatMarks) -> Path:
    """Write beats as labels without length, and return the path."""
    counts = [""] * len(marks.times) if marks.positions is None else map(str, marks.positions)
    rows = [(time, time, text) for time, text in zip(marks.times, counts, strict=True)]
    return _write(path, rows)


def write_section_labels(path: Path, marks: Sequence[SectionMark]) -> Path:
    """Write sections as labels of their length, and return the path."""
    return _write(path, [(one.start, one.end, one.text) for one in marks])


def _write(path: Path, rows: Sequence[tuple[float, float, str]]) -> Path:
    lines = [f"{start:.6f}\t{end:.6f}\t{' '.join(text.split())}" for start, end, text in rows]
    return write_text(path, "\n".join(lines) + "\n")


def _labels(path: Path) -> Iterator[tuple[float, float, str]]:
    for number, line in enumerate(read_text(path, "beats or sections").splitlines(), 1):
        if not line.strip() or line.startswith(("\\", "#")):
            continue
        parts = line.split("\t")
        if len(parts) < 2:
            raise BadInput(
                f"{path}: line {number}: expected start TAB end TAB text, found {line!r:.60}"
            )
        start, end = (number_in(path, number, part.strip()) for part in parts[:2])
        yield start, end, " ".join(" ".join(parts[2:]).split())
