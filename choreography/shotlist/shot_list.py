"""The shot list: moves to be filmed at one tempo, as JSON that people read and edit.

    {"kind": "shot_list", "version": 1,
     "song": {"name": "song.ogg", "sha256": "..."}, "style": "pop", "tempo": 118.2, "metre": 4,
     "shots": [{"action": "grapevine", "mirrored": false, "beats": 8, "pace": 1,
                "begin": "rest", "end": "rest", "repeats": 3}, ...],
     "uncovered": ["..."]}

A shot takes `beats` of the click, `pace` of them for each count of the action; the pose `end` falls
on its last beat, the pose `begin` on the beat before its first one. `song` is null where the list
is for any song of the style. Shots are numbered from 1 in their order.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.json_reader import read_json
from stickdance.choreography.actions.action import Action
from stickdance.choreography.actions.catalog import STANDARD
from stickdance.choreography.json_fields import between, field, object_with, texts
from stickdance.choreography.shotlist.shared_poses import REST, SHARED

KIND, VERSION = "shot_list", 1
TEMPI = (30.0, 300.0)
"""Beats a minute that a click may have."""
MOST_SHOTS = 200
_WHAT = "a shot list"
_RANGES: dict[str, tuple[float, float]] = {"beats": (2, 64), "pace": (1, 16), "repeats": (1, 20)}
_KINDS: dict[str, type] = {
    "action": str, "mirrored": bool, "beats": int, "pace": int, "begin": str, "end": str,
    "repeats": int,
}  # fmt: skip
_FIELDS = ("kind", "version", "song", "style", "tempo", "metre", "shots", "uncovered")


@dataclass(frozen=True)
class Shot:
    """A move to be filmed."""

    action: str
    """Name of the action that it is."""
    mirrored: bool
    beats: int
    """How many it takes; the shared pose `end` is on the last one."""
    pace: int = 1
    """Beats per count of the action."""
    begin: str = REST
    """The shared pose that it is danced from."""
    end: str = REST
    """The shared pose that it arrives in."""
    repeats: int = 3
    """How often it is filmed."""

    @property
    def danced(self) -> Action:
        """Return the action."""
        return STANDARD.find(self.action)

    @property
    def name(self) -> str:
        """Return its name for people, with side and poses where they matter."""
        words = self.action.replace("_", " ") + (", other side" if self.mirrored else "")
        return words if self.begin == self.end else f"{words}, from {self.begin} to {self.end}"


@dataclass(frozen=True)
class ShotList:
    """What is to be filmed for a song, or for a style."""

    shots: tuple[Shot, ...]
    tempo: float
    """Beats a minute of the click."""
    metre: int = 4
    """Beats in a bar of the click."""
    style: str = "pop"
    song: Mapping[str, str] | None = None
    """Name and sha256 of the song; None: any song of the style."""
    uncovered: tuple[str, ...] = ()
    """What these shots cannot dance of it, in words."""

    def to_json(self) -> str:
        """Return the list as readable JSON, a shot a line."""
        head = {
            "kind": KIND, "version": VERSION, "song": self.song, "style": self.style,
            "tempo": round(self.tempo, 3), "metre": self.metre,
        }  # fmt: skip
        lines = [f'  "{name}": {_compact(value)}' for name, value in head.items()]
        rows = ",\n".join(f"    {_compact(asdict(shot))}" for shot in self.shots)
        lines.append(f'  "shots": [\n{rows}\n  ]')
        lines.append(f'  "uncovered": {_compact(list(self.uncovered))}')
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def save(self, path: Path) -> Path:
        """Write the list and return the path."""
        with whole_file(Path(path)) as temporary:
            temporary.write_text(self.to_json(), encoding="utf-8")
        return Path(path)

    @staticmethod
    def load(path: Path) -> "ShotList":
        """Read a shot list.

        Raises:
            BadInput: absent, no shot list, or a field of it is wrong; the message names it.
        """
        try:
            return shot_list_from(read_json(Path(path), _WHAT))
        except BadInput as error:
            told = str(error)
            raise BadInput(told if told.startswith(str(path)) else f"{path}: {told}") from None


def shot_list_from(values: Any) -> ShotList:
    """Return the shot list that JSON values describe.

    Raises:
        BadInput: something is missing, of the wrong kind, out of range or unknown.
    """
    if not isinstance(values, dict) or values.get("kind") != KIND:
        raise BadInput(
            f'expected a shot list, an object with "kind": "{KIND}"; `stickdance shotlist` '
            "writes one"
        )
    if values.get("version") != VERSION or isinstance(values["version"], bool):
        raise BadInput(f"version: expected {VERSION}, found {values.get('version')!r:.20}")
    object_with(values, _FIELDS, _WHAT)
    shots = field(values, "shots", list, _WHAT)
    between(len(shots), 1, MOST_SHOTS, "shots: their number")
    tempo, metre = field(values, "tempo", float, _WHAT), field(values, "metre", int, _WHAT)
    between(tempo, *TEMPI, "tempo")
    between(metre, 2, 12, "metre")
    told = texts(values, "uncovered", _WHAT)
    return ShotList(
        tuple(_shot(shot, f"shot {number}") for number, shot in enumerate(shots, 1)),
        float(tempo), metre, field(values, "style", str, _WHAT), _song(values), told,
    )  # fmt: skip


def _song(values: Mapping[str, Any]) -> Mapping[str, str] | None:
    if values.get("song") is None:
        return None
    song = object_with(values["song"], ("name", "sha256"), "song")
    return {name: field(song, name, str, "song") for name in ("name", "sha256")}


def _shot(values: Any, where: str) -> Shot:
    object_with(values, tuple(_KINDS), where)
    given = {name: field(values, name, kind, where) for name, kind in _KINDS.items()}
    for name, (low, high) in _RANGES.items():
        between(given[name], low, high, f"{where}: {name}")
    for name in ("begin", "end"):
        if given[name] not in SHARED:
            raise BadInput(
                f"{where}: {name}: expected {' or '.join(SHARED)}, found {given[name]!r:.40}"
            )
    if given["action"] not in STANDARD.danced:
        try:
            STANDARD.find(given["action"])
        except BadInput as error:
            raise BadInput(f"{where}: action: {error}") from None
        raise BadInput(f"{where}: action: {given['action']} is no move to be filmed")
    return Shot(**given)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
