"""Files of beats and sections, whose format is told by the ending of their name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.annotations.audacity import read_beat_labels, read_section_labels
from stickdance.choreography.annotations.beats_file import read_beats_file
from stickdance.choreography.annotations.jams_file import read_jams_beats, read_jams_sections
from stickdance.choreography.annotations.marks import BeatMarks, SectionMark
from stickdance.choreography.annotations.summary_file import (
    read_summary_beats,
    read_summary_sections,
)

Read = TypeVar("Read")

BEAT_READERS: Mapping[str, Callable[[Path], BeatMarks]] = {
    ".beats": read_beats_file,
    ".txt": read_beat_labels,
    ".jams": read_jams_beats,
    ".json": read_summary_beats,
}
SECTION_READERS: Mapping[str, Callable[[Path], tuple[SectionMark, ...]]] = {
    ".txt": read_section_labels,
    ".jams": read_jams_sections,
    ".json": read_summary_sections,
}


def read_beats(path: Path) -> BeatMarks:
    """Read beats from any file that holds some.

    Raises:
        BadInput: an unknown ending, or the file is not as expected.
    """
    return _reader(path, BEAT_READERS, "beats")(path)


def read_sections(path: Path) -> tuple[SectionMark, ...]:
    """Read sections from any file that holds some.

    Raises:
        BadInput: an unknown ending, or the file is not as expected.
    """
    return _reader(path, SECTION_READERS, "sections")(path)


def _reader(path: Path, readers: Mapping[str, Read], what: str) -> Read:
    reader = readers.get(Path(path).suffix.lower())
    if reader is None:
        raise BadInput(
            f"{path}: {what} are read from {', '.join(readers)} "
            "(Audacity labels, JAMS or a listening's own files)"
        )
    return reader
