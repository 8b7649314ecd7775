"""The choreography: steps on a song's beats, as JSON that people read and edit.

    {"kind": "choreography", "version": 1,
     "song": {"name": "song.ogg", "sha256": "...", "seconds": 61.4},
     "tempo": 129.2, "metre": 4, "seed": 0,
     "beats": [0.51, 0.98, ...], "downbeats": [0, 4, ...],
     "sections": [{"label": "A", "start": 0.0, "end": 14.9, "chorus": false}, ...],
     "steps": [{"action": "step_touch", "start_beat": 0, "beats": 4, "mirrored": false,
                "pace": 1, "energy": 0.5, "section": "A", "first_count": 0}, ...]}

Beats are counted from 0. A step's first count lands on `start_beat`; the way there lies in the beat
before it. `pace` is beats per count; `first_count` is the count that lands first. `energy` (0..1)
is how strongly it is danced, 0.5 as designed. Beats without a step are idle.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from capture.atomic import replacing
from choreography.actions.catalog import find_action
from choreography.errors import BadInput
from choreography.moves import PREFIX, Moves, moves_from_json, moves_to_json
from choreography.structure import Section

VERSION = 1
_LARGEST_FILE = 64 << 20


@dataclass(frozen=True)
class Step:
    """An action placed on beats."""

    action: str
    start_beat: int
    """The beat that its first count lands on."""
    beats: int
    """How many beats it takes; a shorter action repeats, a longer one is cut."""
    mirrored: bool = False
    pace: int = 1
    """Beats per count: 2 for music too fast to count every beat."""
    energy: float = 0.5
    """0..1: how strongly it is danced; 0.5 as designed."""
    section: str = ""
    """Label of the section it belongs to; for readers."""
    first_count: int = 0
    """The count (from 0) of the action that lands on `start_beat`."""

    @property
    def end_beat(self) -> int:
        """Return the first beat that no longer belongs to it."""
        return self.start_beat + self.beats


@dataclass(frozen=True)
class Choreography:
    """A plan of steps for one song."""

    song: str
    """File name of the song."""
    sha256: str
    """Of the song's file."""
    seconds: float
    """Length of the song."""
    tempo: float
    """Beats per minute."""
    metre: int
    """Beats in a bar."""
    beats: tuple[float, ...]
    """Times of the beats in seconds of the song."""
    downbeats: tuple[int, ...]
    """Which of the beats begin a bar."""
    sections: tuple[Section, ...]
    steps: tuple[Step, ...]
    """In order of their beats, none overlapping another."""
    seed: int = 0
    moves: Moves | None = None
    """The take whose moves steps may name beside actions."""

    def save(self, path: Path) -> Path:
        """Write the plan as JSON, one step or section a line, and return the path."""
        with replacing(Path(path)) as temporary:
            temporary.write_text(self.to_json(), encoding="utf-8")
        return Path(path)

    def to_json(self) -> str:
        """Return the plan as readable JSON."""
        head = {
            "kind": "choreography",
            "version": VERSION,
            "song": {"name": self.song, "sha256": self.sha256, "seconds": round(self.seconds, 4)},
            "tempo": round(self.tempo, 3),
            "metre": self.metre,
            "seed": self.seed,
        }
        lines = [f'  "{name}": {_compact(value)}' for name, value in head.items()]
        lines.append(f'  "beats": {_compact([round(time, 4) for time in self.beats])}')
        lines.append(f'  "downbeats": {_compact(list(self.downbeats))}')
        for name, things in (("sections", self.sections), ("steps", self.steps)):
            rows = ",\n".join(f"    {_compact(_rounded(asdict(thing)))}" for thing in things)
            lines.append(f'  "{name}": [\n{rows}\n  ]' if rows else f'  "{name}": []')
        if self.moves is not None:
            lines.append(f'  "moves": {_compact(moves_to_json(self.moves))}')
        return "{\n" + ",\n".join(lines) + "\n}\n"

    @staticmethod
    def load(path: Path) -> "Choreography":
        """Read a plan.

        Raises:
            BadInput: the file is absent or not JSON, or a step, section or field is wrong; the
                message names step and field.
        """
        path = Path(path)
        try:
            if path.stat().st_size > _LARGEST_FILE:
                raise BadInput(f"{path}: is larger than 64 MB, so it is no choreography")
            values = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BadInput(f"{path}: no such file; expected a choreography.json") from None
        except (OSError, ValueError, RecursionError) as error:
            raise BadInput(f"{path}: cannot be read as JSON ({error!s:.120})") from None
        try:
            return from_json(values)
        except BadInput as error:
            raise BadInput(f"{path}: {error}") from None


def from_json(values: Any) -> Choreography:
    """Return the plan that JSON values describe.

    Raises:
        BadInput: something is missing, of the wrong kind, out of range, unknown or overlapping.
    """
    if not isinstance(values, dict) or values.get("kind") != "choreography":
        raise BadInput('expected an object with "kind": "choreography"')
    if values.get("version") != VERSION:
        raise BadInput(f"version: expected {VERSION}, found {values.get('version')!r:.20}")
    _refuse_unknown(values, (*_PLAN_FIELDS, "moves"), "plan")
    moves = moves_from_json(values["moves"]) if "moves" in values else None
    song = _field(values, "song", dict, "plan")
    beats = tuple(_numbers(_field(values, "beats", list, "plan"), "beats"))
    if len(beats) < 2 or any(b <= a for a, b in pairwise(beats)):
        raise BadInput("beats: expected at least two rising times in seconds")
    plan = Choreography(
        song=str(_field(song, "name", str, "song")),
        sha256=str(_field(song, "sha256", str, "song")),
        seconds=float(_field(song, "seconds", float, "song")),
        tempo=float(_field(values, "tempo", float, "plan")),
        metre=int(_field(values, "metre", int, "plan")),
        beats=beats,
        downbeats=tuple(int(n) for n in _numbers(_field(values, "downbeats", list, "plan"), "")),
        sections=tuple(
            _section(section, number)
            for number, section in enumerate(_field(values, "sections", list, "plan"), 1)
        ),
        steps=tuple(
            _step(step, number, moves)
            for number, step in enumerate(_field(values, "steps", list, "plan"), 1)
        ),
        seed=int(_field(values, "seed", int, "plan")),
        moves=moves,
    )
    _check_order(plan)
    return plan


_PLAN_FIELDS = (
    "kind", "version", "song", "tempo", "metre", "seed", "beats", "downbeats", "sections", "steps",
)  # fmt: skip
_OPTIONAL = (
    ("mirrored", bool), ("pace", int), ("energy", float), ("section", str), ("first_count", int),
)  # fmt: skip
_KINDS = {str: "text", float: "a number", int: "a whole number", bool: "true or false",
          list: "a list", dict: "an object"}  # fmt: skip


def _step(values: Any, number: int, moves: Moves | None) -> Step:
    where = f"step {number}"
    if not isinstance(values, dict):
        raise BadInput(f"{where}: expected an object, found {values!r:.40}")
    _refuse_unknown(values, tuple(Step.__dataclass_fields__), where)
    name = _field(values, "action", str, where)
    try:
        moves.find(name) if moves and name.startswith(PREFIX) else find_action(name)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None
    given = {
        field: _field(values, field, kind, where) for field, kind in _OPTIONAL if field in values
    }
    step = Step(
        name,
        _field(values, "start_beat", int, where),
        _field(values, "beats", int, where),
        **given,
    )
    for field, value, low, high in (
        ("start_beat", step.start_beat, 0, 10**7),
        ("beats", step.beats, 1, 10**7),
        ("pace", step.pace, 1, 16),
        ("energy", step.energy, 0, 1),
        ("first_count", step.first_count, 0, 63),
    ):
        if not low <= value <= high:
            raise BadInput(f"{where}: {field}: expected {low} to {high}, found {value}")
    return step


def _section(values: Any, number: int) -> Section:
    where = f"section {number}"
    if not isinstance(values, dict):
        raise BadInput(f"{where}: expected an object, found {values!r:.40}")
    _refuse_unknown(values, tuple(Section.__dataclass_fields__), where)
    return Section(
        label=_field(values, "label", str, where),
        start=float(_field(values, "start", float, where)),
        end=float(_field(values, "end", float, where)),
        chorus=_field(values, "chorus", bool, where),
    )


def _check_order(plan: Choreography) -> None:
    for number, step in enumerate(plan.steps, 1):
        if step.end_beat > len(plan.beats):
            raise BadInput(
                f"step {number}: start_beat {step.start_beat} with beats {step.beats} ends after "
                f"the song's {len(plan.beats)} beats"
            )
        if number > 1 and step.start_beat < plan.steps[number - 2].end_beat:
            before = plan.steps[number - 2]
            raise BadInput(
                f"step {number}: start_beat {step.start_beat} overlaps step {number - 1}, which "
                f"lasts up to beat {before.end_beat}"
            )


def _field(values: Mapping[str, Any], name: str, kind: type, where: str) -> Any:
    if name not in values:
        raise BadInput(f"{where}: {name} is missing, expected {_KINDS[kind]}")
    value = values[name]
    wanted = (int, float) if kind is float else kind
    wrong_truth = isinstance(value, bool) and kind is not bool
    endless = isinstance(value, float) and not abs(value) < float("inf")
    if not isinstance(value, wanted) or wrong_truth or endless:
        raise BadInput(f"{where}: {name}: expected {_KINDS[kind]}, found {value!r:.40}")
    return value


def _numbers(values: list[Any], name: str) -> list[float]:
    for place, value in enumerate(values):
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not abs(value) < float("inf"):
            raise BadInput(f"{name or 'downbeats'}: entry {place + 1}: not a number: {value!r:.40}")
    return values


def _refuse_unknown(values: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for name in values:
        if name not in known:
            raise BadInput(f"{where}: unknown field {name!r:.40}; known: {', '.join(known)}")


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
