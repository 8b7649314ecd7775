"""The choreography: steps on a song's beats, as JSON that people read and edit.

    {"kind": "choreography", "version": 1,
     "song": {"name": "song.ogg", "sha256": "...", "seconds": 61.4},
     "tempo": 129.2, "metre": 4, "seed": 0,
     "beats": [0.51, 0.98, ...], "downbeats": [0, 4, ...],
     "sections": [{"label": "A", "start": 0.0, "end": 14.9, "chorus": false}, ...],
     "steps": [{"action": "step_touch", "start_beat": 0, "beats": 4, "mirrored": false,
                "pace": 1, "energy": 0.5, "section": "A", "first_count": 0}, ...],
     "actions": [{"name": "my_wave", "file": "my_moves.py", "sha256": "..."}]}

Beats are counted from 0. A step's first count lands on `start_beat`; the way there lies in the beat
before it. `pace` is beats per count; `first_count` is the count that lands first. `energy` (0..1)
is how strongly it is danced, 0.5 as designed. Beats without a step are idle. A `start_beat` of 4.5
lies half a beat after beat 4. A plan without steps may have no beats, and then has a tempo of 0.
May be left out: a step's `facing`, `hit` and `locked` (`steps`),
`transitions` ("smooth" or "linear"), `groove` (`grooves`), and `actions`: where actions were found
that do not come with this package.

`choreography.schema.json`, beside this file, says the same as a JSON schema; what a schema cannot
say (rising beats, overlapping steps, known names) is checked here too.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.json_reader import read_json
from stickdance.choreography.actions.catalog import STANDARD, Origin, Repertoire
from stickdance.choreography.json_fields import between, field, object_with, rising
from stickdance.choreography.music.structure import Section
from stickdance.choreography.plan.grooves import GROOVES, GrooveName
from stickdance.choreography.plan.moves import PREFIX, Moves, moves_from_json, moves_to_json
from stickdance.choreography.plan.steps import STEP_RARE, Step, read_step
from stickdance.choreography.plan.styles import TRANSITIONS, Transitions

VERSION = 1
Read = TypeVar("Read")
Name = TypeVar("Name", bound=str)
_LARGEST_FILE = 64 << 20


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
    """Beats per minute; 0 where there are no beats."""
    metre: int
    """Beats in a bar."""
    beats: tuple[float, ...]
    """Times of the beats in seconds of the song; none where a dance without steps has no beat."""
    downbeats: tuple[int, ...]
    """Which of the beats begin a bar."""
    sections: tuple[Section, ...]
    steps: tuple[Step, ...]
    """In order of their beats, none overlapping another."""
    seed: int = 0
    moves: Moves | None = None
    """The take whose moves steps may name beside actions."""
    transitions: Transitions = "smooth"
    """How one step goes over into the next."""
    groove: GrooveName = "none"
    """What the body does under every step."""
    actions: tuple[Origin, ...] = ()
    """Where actions were found that steps name and that do not come with this package."""
    doubts: tuple[str, ...] = ()
    """What was doubtful when the song was heard; not in the file."""

    def save(self, path: Path) -> Path:
        """Write the plan as JSON, one step or section a line, and return the path."""
        with whole_file(Path(path)) as temporary:
            temporary.write_text(self.to_json(), encoding="utf-8")
        return Path(path)

    def to_json(self) -> str:
        """Return the plan as readable JSON."""
        head: dict[str, Any] = {
            "kind": "choreography",
            "version": VERSION,
            "song": {"name": self.song, "sha256": self.sha256, "seconds": round(self.seconds, 4)},
            "tempo": round(self.tempo, 3),
            "metre": self.metre,
            "seed": self.seed,
        }
        if self.transitions != "smooth":
            head["transitions"] = self.transitions
        if self.groove != "none":
            head["groove"] = self.groove
        lines = [f'  "{name}": {_compact(value)}' for name, value in head.items()]
        lines.append(f'  "beats": {_compact([round(time, 4) for time in self.beats])}')
        lines.append(f'  "downbeats": {_compact(list(self.downbeats))}')
        for name, things in (("sections", self.sections), ("steps", self.steps)):
            rows = ",\n".join(f"    {_compact(_fields(thing))}" for thing in things)
            lines.append(f'  "{name}": [\n{rows}\n  ]' if rows else f'  "{name}": []')
        if self.actions:
            lines.append(f'  "actions": {_compact([asdict(origin) for origin in self.actions])}')
        if self.moves is not None:
            lines.append(f'  "moves": {_compact(moves_to_json(self.moves))}')
        return "{\n" + ",\n".join(lines) + "\n}\n"

    @staticmethod
    def load(path: Path, repertoire: Repertoire = STANDARD) -> "Choreography":
        """Read a plan.

        Args:
            path: the JSON file.
            repertoire: the actions that steps may name, beside those whose origin the plan tells.

        Raises:
            BadInput: the file is absent or not JSON, or a step, section or field is wrong; the
                message names step and field.
        """
        path = Path(path)
        values = read_json(path, "a choreography", largest=_LARGEST_FILE)
        try:
            return from_json(values, repertoire)
        except BadInput as error:
            raise BadInput(f"{path}: {error}") from None


def from_json(values: Any, repertoire: Repertoire = STANDARD) -> Choreography:
    """Return the plan that JSON values describe.

    Raises:
        BadInput: something is missing, of the wrong kind, out of range, unknown or overlapping.
    """
    if not isinstance(values, dict) or values.get("kind") != "choreography":
        raise BadInput('expected an object with "kind": "choreography"')
    if values.get("version") != VERSION or isinstance(values["version"], bool):
        raise BadInput(f"version: expected {VERSION}, found {values.get('version')!r:.20}")
    object_with(values, (*PLAN_FIELDS, *PLAN_OPTIONAL), "plan")
    song = object_with(field(values, "song", dict, "plan"), SONG_FIELDS, "song")
    seconds = float(field(song, "seconds", float, "song"))
    beats = field(values, "beats", list, "plan")
    if len(beats) < 2 and (beats or values.get("steps")):
        raise BadInput(f"beats: expected at least two rising times in seconds, found {len(beats)}")
    moves = moves_from_json(values["moves"]) if "moves" in values else None
    origins = _objects(values, "actions", _origin) if "actions" in values else ()
    known = {*repertoire.actions, *(origin.name for origin in origins)}
    plan = Choreography(
        song=field(song, "name", str, "song"),
        sha256=field(song, "sha256", str, "song"),
        seconds=seconds,
        tempo=float(field(values, "tempo", float, "plan")),
        metre=field(values, "metre", int, "plan"),
        beats=rising(beats, float, 0, seconds + _ROUNDING, "beats"),
        downbeats=rising(
            field(values, "downbeats", list, "plan"), int, 0, len(beats) - 1, "downbeats"
        ),
        sections=_objects(values, "sections", _section),
        steps=_objects(values, "steps", read_step),
        seed=field(values, "seed", int, "plan"),
        moves=moves,
        transitions=_one_of(values, "transitions", TRANSITIONS, "smooth"),
        groove=_one_of(values, "groove", tuple(GROOVES), "none"),
        actions=origins,
    )
    for name, number in (("tempo", plan.tempo), ("metre", plan.metre), ("seed", plan.seed)):
        between(number, *PLAN_RANGES[name], f"plan: {name}")
    between(seconds, *PLAN_RANGES["seconds"], "song: seconds")
    if plan.beats:
        between(plan.tempo, *TEMPO, "plan: tempo")
    _check_names(plan, known, repertoire)
    _check_order(plan)
    return plan


TEMPO = (1.0, 1000.0)
"""Of a plan with beats."""
_ROUNDING = 0.001  # seconds; times in the file are rounded
PLAN_FIELDS = (
    "kind", "version", "song", "tempo", "metre", "seed", "beats", "downbeats", "sections", "steps",
)  # fmt: skip
PLAN_OPTIONAL = ("transitions", "groove", "actions", "moves", "$schema")
SONG_FIELDS = ("name", "sha256", "seconds")
PLAN_RANGES: dict[str, tuple[float, float]] = {
    "tempo": (0, 1000), "metre": (1, 32), "seed": (0, 2**63 - 1), "seconds": (0, 10**6),
}  # fmt: skip


def _objects(values: Any, name: str, read: Callable[[Any, str], Read]) -> tuple[Read, ...]:
    """Return the things in a list of objects, each named in errors by its number, from 1."""
    what = name.removesuffix("s")
    parts = field(values, name, list, "plan")
    return tuple(read(part, f"{what} {number}") for number, part in enumerate(parts, 1))


def _one_of(values: Any, field_name: str, names: Sequence[Name], usual: Name) -> Name:
    """Return the name that a field has, or the usual one."""
    found = values.get(field_name, usual)
    for known in names:
        if known == found:
            return known
    raise BadInput(f"plan: {field_name}: expected one of {', '.join(names)}, found {found!r:.40}")


def _section(values: Any, where: str) -> Section:
    object_with(values, tuple(Section.__dataclass_fields__), where)
    section = Section(
        label=field(values, "label", str, where),
        start=float(field(values, "start", float, where)),
        end=float(field(values, "end", float, where)),
        chorus=field(values, "chorus", bool, where),
    )
    if not 0 <= section.start < section.end:
        raise BadInput(
            f"{where}: start: expected 0 or more and before its end {section.end}, "
            f"found {section.start}"
        )
    return section


def _origin(values: Any, where: str) -> Origin:
    object_with(values, tuple(Origin.__dataclass_fields__), where)
    return Origin(*(field(values, name, str, where) for name in Origin.__dataclass_fields__))


def _check_names(plan: Choreography, known: set[str], repertoire: Repertoire) -> None:
    for number, step in enumerate(plan.steps, 1):
        try:
            if plan.moves and step.action.startswith(PREFIX):
                plan.moves.find(step.action)
            elif step.action not in known:
                repertoire.find(step.action)
        except BadInput as error:
            raise BadInput(f"step {number}: action: {error}") from None


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


def _fields(thing: Section | Step) -> dict[str, Any]:
    """Return what is written of a section or step: rarely used fields only where they are used."""
    values = {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(thing).items()}
    return {k: v for k, v in values.items() if v or k not in STEP_RARE}


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
