"""What was heard, as JSON of our own: the one file that holds everything.

`{"kind": "listening", "song": ..., "seconds": ..., "tempo": ..., "metre": ..., "beats": [seconds],
"downbeats": [seconds], "sections": [{"label", "start", "end", "chorus"}], "repetitions": [...]}`.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import write_text
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.choreography.annotations.marks import (
    BeatMarks,
    SectionMark,
    beat_marks,
    section_marks,
)
from stickdance.choreography.music.structure import Repetition

_NEAR = 1e-3  # seconds from a downbeat to its beat


def read_summary_beats(path: Path) -> BeatMarks:
    """Read beats and downbeats.

    Raises:
        BadInput: absent, no such JSON, or a downbeat that is no beat.
    """
    path = Path(path)
    times = [_number(path, time) for time in _listed(path, "beats")]
    positions: list[int | None] = [None] * len(times)
    for downbeat in _listed(path, "downbeats"):
        apart = np.abs(np.array(times) - _number(path, downbeat))
        if not len(apart) or apart.min() > _NEAR:
            raise BadInput(f"{path}: the downbeat at {downbeat} s is none of the beats")
        positions[int(apart.argmin())] = 1
    return beat_marks(path, times, positions)


def read_summary_sections(path: Path) -> tuple[SectionMark, ...]:
    """Read sections.

    Raises:
        BadInput: absent, no such JSON, or the sections overlap.
    """
    path = Path(path)
    marks = []
    for number, one in enumerate(_listed(path, "sections"), 1):
        try:
            label, chorus = str(one["label"]), bool(one.get("chorus", one["label"] == "chorus"))
            marks.append(SectionMark(float(one["start"]), float(one["end"]), label, chorus))
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            raise BadInput(f"{path}: section {number}: expected label, start and end") from None
    return section_marks(path, marks)


def write_summary(
    path: Path,
    about: dict[str, Any],
    beats: BeatMarks,
    sections: Sequence[SectionMark],
    repetitions: Sequence[Repetition],
) -> Path:
    """Write what was heard; `about` comes first: song, seconds, tempo and so on."""
    values = {
        "kind": "listening",
        **about,
        "beats": _rounded(beats.times),
        "downbeats": _rounded(beats.downbeat_times),
        "sections": [
            {"label": one.label, "start": round(one.start, 4), "end": round(one.end, 4),
             "chorus": one.chorus}
            for one in sections
        ],
        "repetitions": [
            {"start": round(one.start, 4), "end": round(one.end, 4),
             "repeats": round(one.of_start, 4), "similarity": round(one.similarity, 3)}
            for one in repetitions
        ],
    }  # fmt: skip
    rows = (f"  {json.dumps(name)}: {_rows(value)}" for name, value in values.items())
    return write_text(path, "{\n" + ",\n".join(rows) + "\n}\n")


def _rows(value: Any) -> str:
    """Return a value as JSON, a list of objects with a line for each."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"    {json.dumps(one)}" for one in value) + "\n  ]"
    return json.dumps(value, ensure_ascii=False)


def _rounded(times: np.ndarray) -> list[float]:
    return [round(float(time), 4) for time in times]


def _listed(path: Path, name: str) -> list[Any]:
    found = read_json_object(path, "beats and sections").get(name)
    if not isinstance(found, list):
        raise BadInput(f"{path}: expected a list {name!r}, found none")
    return found


def _number(path: Path, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(f"{path}: expected seconds, found {value!r:.40}")
    return float(value)
