"""The JSON schema of a choreography, from the same tables that its reader checks against.

`choreography.schema.json` beside this file is what `plan_schema()` returns, for editors and other
programs; `python -m stickdance.choreography.plan.schema` writes it anew. A schema says kinds,
ranges and which fields there are; that beats rise, steps follow each other and names are known, the
reader checks (`choreography.from_json`).
"""

import json
from pathlib import Path
from typing import Any

from stickdance.checkpoints.files import whole_file
from stickdance.choreography.plan.choreography import (
    PLAN_FIELDS,
    PLAN_RANGES,
    SONG_FIELDS,
    TEMPO,
    VERSION,
)
from stickdance.choreography.plan.grooves import GROOVES
from stickdance.choreography.plan.steps import STEP_KINDS, STEP_RANGES, STEP_REQUIRED, Step
from stickdance.choreography.plan.styles import TRANSITIONS

FILE = Path(__file__).with_name("choreography.schema.json")
_NAMES = {str: "string", float: "number", int: "integer", bool: "boolean"}
_TEXT = {"type": "string"}
_SECONDS = {"type": "number", "minimum": 0}
_ABOUT = {
    "action": "name of an action, or of a move in moves",
    "start_beat": "the beat, from 0, that its first count lands on; 4.5 is half a beat after 4",
    "beats": "how many beats it takes; a shorter action repeats, a longer one is cut",
    "mirrored": "danced as in a mirror",
    "pace": "beats per count",
    "energy": "how strongly it is danced, 0.5 as designed",
    "section": "label of the section it belongs to; for readers",
    "facing": "degrees by which the body is turned to the dancer's left",
    "across": "share of the room to the picture's right (1) or left (-1) that it ends in",
    "ahead": "as near the camera (1) or as far from it (-1) as the dancer goes, where it ends",
    "hit": "its accent is struck and held instead of danced through",
    "locked": "edits of the dance leave it as it is",
    "first_count": "the count, from 0, of the action that lands on start_beat",
}


def plan_schema() -> dict[str, Any]:
    """Return the schema (JSON Schema, draft 2020-12) as JSON values."""
    fields = {
        "$schema": _TEXT,
        "kind": {"const": "choreography"},
        "version": {"const": VERSION},
        "song": _object(
            {"name": _TEXT, "sha256": _TEXT, "seconds": _number("seconds", float)}, SONG_FIELDS
        ),
        "tempo": _number("tempo", float),
        "metre": _number("metre", int),
        "seed": _number("seed", int),
        "beats": _list(_SECONDS, "rising times in seconds of the song; none only without steps"),
        "downbeats": _list({"type": "integer", "minimum": 0}, "which beats begin a bar, from 0"),
        "sections": _list(_section(), "parts of the song; equal labels are the same music"),
        "steps": _list(_step(), "in the order of their beats, none overlapping another"),
        "transitions": {"enum": list(TRANSITIONS), "default": "smooth"},
        "groove": {"enum": list(GROOVES), "default": "none"},
        "actions": _list(_origin(), "where actions were found that do not come with stickdance"),
        "moves": _moves(),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:stickdance:choreography:{VERSION}",
        "title": "stickdance choreography",
        "description": "Steps on the beats of a song.",
        "if": {"properties": {"beats": {"maxItems": 0}, "steps": {"maxItems": 0}}},
        "else": {"properties": {"beats": {"minItems": 2}, "tempo": {"minimum": TEMPO[0]}}},
    } | _object(fields, PLAN_FIELDS)


def _object(fields: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(part: dict[str, Any], about: str) -> dict[str, Any]:
    return {"type": "array", "items": part, "description": about}


def _number(name: str, kind: type) -> dict[str, Any]:
    low, high = PLAN_RANGES[name]
    return {"type": _NAMES[kind], "minimum": low, "maximum": high}


def _step() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, kind in STEP_KINDS.items():
        fields[name] = {"type": _NAMES[kind], "description": _ABOUT[name]}
        if name in STEP_RANGES:
            fields[name]["minimum"], fields[name]["maximum"] = STEP_RANGES[name]
        if name not in STEP_REQUIRED:
            fields[name]["default"] = Step.__dataclass_fields__[name].default
    return _object(fields, STEP_REQUIRED)


def _section() -> dict[str, Any]:
    fields = {
        "label": _TEXT,
        "start": _SECONDS,
        "end": {"type": "number", "exclusiveMinimum": 0},
        "chorus": {"type": "boolean"},
    }
    return _object(fields, tuple(fields))


def _origin() -> dict[str, Any]:
    fields = {"name": _TEXT, "file": _TEXT, "sha256": _TEXT}
    return _object(fields, tuple(fields))


def _moves() -> dict[str, Any]:
    """Return the schema of moves cut from a take (`stickdance.choreography.plan.moves`)."""
    day = {"exclusiveMaximum": 86_400}
    arrival = {
        "type": "array",
        "prefixItems": [
            {"type": "number", "exclusiveMinimum": 0} | day,
            {"type": "number", "minimum": 0, "maximum": 1},
        ],
        "minItems": 2,
        "maxItems": 2,
    }
    cut = {
        "name": {"type": "string", "pattern": "^move_"},
        "start": _SECONDS | day,
        "arrivals": _list(arrival, "seconds after the start, strength") | {"minItems": 1},
        "counted": {"type": "boolean"},
    }
    fields = {
        "take": _TEXT,
        "sha256": _TEXT,
        "seconds": {"type": "number"},
        "cuts": _list(_object(cut, ("name", "start", "arrivals")), "moves, named move_..."),
    }
    return _object(fields, tuple(fields))


def write_schema(to: Path = FILE) -> Path:
    """Write the schema as readable JSON and return the path."""
    with whole_file(Path(to)) as temporary:
        text = json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"
        temporary.write_text(text, encoding="utf-8")
    return Path(to)


if __name__ == "__main__":
    write_schema()
