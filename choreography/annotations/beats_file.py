"""`.beats` files: a line for each beat, seconds TAB position in the bar.

The format of the beat tracking literature (Ballroom, Hainsworth, beat_this and others annotate
and answer in it); positions may be left out.
"""

from pathlib import Path

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import write_text
from stickdance.checkpoints.reading import read_text
from stickdance.choreography.annotations.marks import BeatMarks, beat_marks, number_in


def read_beats_file(path: Path) -> BeatMarks:
    """Read beats.

    Raises:
        BadInput: absent, no such file, or a line that is not as expected; the message names it.
    """
    path = Path(path)
    times: list[float] = []
    positions: list[int | None] = []
    for number, line in enumerate(read_text(path, "beats or sections").splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        times.append(number_in(path, number, words[0]))
        positions.append(_position(path, number, words[1]) if len(words) > 1 else None)
    return beat_marks(path, times, positions)


def write_beats_file(path: Path, marks: BeatMarks) -> Path:
    """Write beats to the millisecond, and return the path."""
    lines = [f"{time:.3f}" for time in marks.times]
    if marks.positions is not None:
        lines = [f"{line}\t{count}" for line, count in zip(lines, marks.positions, strict=True)]
    return write_text(path, "\n".join(lines) + "\n")


def _position(path: Path, line: int, text: str) -> int:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        raise BadInput(
            f"{path}: line {line}: expected the beat's count in its bar, found {text!r:.40}"
        ) from None
