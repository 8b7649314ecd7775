"""JAMS, the "JSON Annotated Music Specification" (Humphrey et al., 2014): beats, tempo, sections.

Written in the namespaces `beat` (value: the count in the bar), `tempo` and `segment_open`; read
from these and from `beat_position` and every other `segment_...`. The format is JSON with a
published schema, so no library is needed for it; the tests check what is written with the `jams`
package.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import write_json
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.reading import refusing
from stickdance.choreography.annotations.marks import (
    BeatMarks,
    SectionMark,
    beat_marks,
    section_mark,
    section_marks,
)

_VERSION = "0.3.5"  # of the specification


def read_jams_beats(path: Path) -> BeatMarks:
    """Read the first annotation of beats.

    Raises:
        BadInput: absent, no JAMS, without beats, or an observation that is not as expected.
    """
    path = Path(path)
    found = sorted(_observations(path, ("beat",)), key=lambda one: one[0])
    return beat_marks(path, [one[0] for one in found], [_position(path, one[2]) for one in found])


def read_jams_sections(path: Path) -> tuple[SectionMark, ...]:
    """Read the first annotation of segments.

    Raises:
        BadInput: absent, no JAMS, without segments, or they overlap.
    """
    path = Path(path)
    found = sorted(_observations(path, ("segment",)), key=lambda one: one[0])
    return section_marks(
        path, [section_mark(start, start + length, str(value)) for start, length, value in found]
    )


def write_jams(
    path: Path,
    title: str,
    seconds: float,
    beats: BeatMarks,
    tempo: float,
    sections: Sequence[SectionMark],
) -> Path:
    """Write beats, tempo and sections of a song, and return the path."""
    counts = [None] * len(beats.times) if beats.positions is None else beats.positions.tolist()
    rows = {
        "beat": [(time, 0.0, count) for time, count in zip(beats.times, counts, strict=True)],
        "tempo": [(0.0, seconds, round(tempo, 3))],
        "segment_open": [(one.start, one.end - one.start, one.text) for one in sections],
    }
    values = {
        "annotations": [_annotation(name, data, seconds) for name, data in rows.items()],
        "file_metadata": {
            "title": title, "artist": "", "release": "", "duration": seconds,
            "identifiers": {}, "jams_version": _VERSION,
        },
        "sandbox": {},
    }  # fmt: skip
    return write_json(path, values, indent=1)


def _annotation(
    namespace: str, rows: Sequence[tuple[float, float, Any]], seconds: float
) -> dict[str, Any]:
    # The namespace of tempi wants a number as confidence; nobody has measured one.
    confidence = 1.0 if namespace == "tempo" else None
    return {
        "namespace": namespace,
        "annotation_metadata": {"annotation_tools": "stickdance", "data_source": "program"},
        "data": [
            {
                "time": round(float(time), 6),
                "duration": round(float(length), 6),
                "value": value,
                "confidence": confidence,
            }
            for time, length, value in rows
        ],
        "sandbox": {},
        "time": 0.0,
        "duration": seconds,
    }


def _observations(path: Path, kinds: tuple[str, ...]) -> list[tuple[float, float, Any]]:
    """Return (time, duration, value) of the first annotation of a kind."""
    what = "a JAMS file (JSON with annotations)"
    values = read_json_object(path, what, nan=True)
    with refusing(path, what):
        annotations = [(str(one["namespace"]), list(one["data"])) for one in values["annotations"]]
    for namespace, data in annotations:
        if namespace.split("_")[0] in kinds and data:
            return [_observation(path, number, one) for number, one in enumerate(data, 1)]
    raise BadInput(f"{path}: holds no annotation {' or '.join(kinds)}")


def _observation(path: Path, number: int, one: Any) -> tuple[float, float, Any]:
    try:
        time, duration = float(one["time"]), float(one["duration"])
        if not (math.isfinite(time) and math.isfinite(duration)):
            raise ValueError
        return time, duration, one["value"]
    except (LookupError, TypeError, ValueError, ArithmeticError):
        raise BadInput(f"{path}: observation {number}: expected time, duration and value") from None


def _position(path: Path, value: Any) -> int | None:
    if isinstance(value, dict):
        value = value.get("position")
    if value is None:
        return None
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole:
        raise BadInput(f"{path}: expected a beat's count in its bar, found {value!r:.40}")
    return int(value)
