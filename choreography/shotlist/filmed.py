"""The shots that a take holds: `shots.json` in its folder, read by whoever dances with the take.

    {"kind": "filmed_shots", "version": 1, "list": {...},
     "filmed": [{"shot": 3, "start": 12.48, "likeness": 0.91}, ...], "left_out": ["..."]}

`list` is the shot list; `start` is the second of the take at which a shot's first pose is held.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import read_json
from stickdance.choreography.json_fields import between, field, object_with, texts
from stickdance.choreography.plan.moves import PREFIX, FilmedMove
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.shotlist.placing import PlacedShot
from stickdance.choreography.shotlist.shot_list import Shot, ShotList, shot_list_from

SHOTS = "shots.json"
"""Name of the file in a take's folder."""
_KIND, _VERSION, _WHAT = "filmed_shots", 1, "the shots of a take"
_LONGEST = 1e6  # seconds


@dataclass(frozen=True)
class FilmedShot:
    """Once that a shot was filmed."""

    shot: int
    """Its number in the list, from 1."""
    start: float
    """Seconds of the take."""
    likeness: float
    """Correlation with the figure's movement."""


@dataclass(frozen=True)
class FilmedShots:
    """A shot list, and where a take shows its shots."""

    listed: ShotList
    filmed: tuple[FilmedShot, ...]
    left_out: tuple[str, ...] = ()
    """What was filmed and is not danced, in words."""

    def within(self, seconds: float) -> "FilmedShots":
        """Return those that end before a second of the take."""
        kept = tuple(one for one in self.filmed if one.start + self._length(one) <= seconds)
        return FilmedShots(self.listed, kept, self.left_out)

    @property
    def shots(self) -> tuple[Shot, ...]:
        """Return the shots that were filmed, in the list's order."""
        there = {one.shot for one in self.filmed}
        return tuple(shot for n, shot in enumerate(self.listed.shots, 1) if n in there)

    @property
    def moves(self) -> tuple[FilmedMove, ...]:
        """Return the filmed shots as moves of the take."""
        return tuple(self._move(one) for one in self.filmed)

    def steps(self, placed: Sequence[PlacedShot]) -> tuple[Step, ...]:
        """Return placed shots as steps of moves; each of a shot's repetitions comes in turn."""
        names = {shot: self._names(shot) for shot in {one.shot for one in placed}}
        used = dict.fromkeys(names, 0)
        steps = []
        for one in placed:
            name = names[one.shot][used[one.shot] % len(names[one.shot])]
            used[one.shot] += 1
            seen_in_mirror = one.mirrored != one.shot.mirrored
            steps.append(
                Step(name, one.start_beat, one.beats, seen_in_mirror, 1, one.energy, one.section)
            )
        return tuple(steps)

    def to_json(self) -> str:
        """Return them as readable JSON."""
        rows = ",\n".join(f"  {json.dumps(_told(one))}" for one in self.filmed)
        listed = self.listed.to_json().strip()
        left = json.dumps(list(self.left_out), ensure_ascii=False)
        return (
            f'{{"kind": "{_KIND}", "version": {_VERSION},\n"list": {listed},\n'
            f'"filmed": [\n{rows}\n],\n"left_out": {left}}}\n'
        )

    def _length(self, one: FilmedShot) -> float:
        return self.listed.shots[one.shot - 1].beats * 60 / self.listed.tempo

    def _names(self, shot: Shot) -> list[str]:
        number = self.listed.shots.index(shot) + 1
        return [self._name(one) for one in self.filmed if one.shot == number]

    def _name(self, one: FilmedShot) -> str:
        before = [other for other in self.filmed if other.shot == one.shot]
        action = self.listed.shots[one.shot - 1].action
        return f"{PREFIX}{one.shot:02d}_{action}_{before.index(one) + 1}"

    def _move(self, one: FilmedShot) -> FilmedMove:
        beats = self.listed.shots[one.shot - 1].beats
        arrivals = (np.arange(1, beats + 1) * 60 / self.listed.tempo).round(4).tolist()
        stops = (*(0.0,) * (beats - 1), 1.0)
        return FilmedMove(
            self._name(one), round(one.start, 4), tuple(arrivals), stops, counted=True
        )


def shots_of(take: Path) -> FilmedShots | None:
    """Return the shots that a take holds; None where it was not filmed by a shot list.

    Raises:
        BadInput: its `shots.json` is damaged.
    """
    path = Path(take) / SHOTS
    if not path.is_file():
        return None
    try:
        return _read(read_json(path, _WHAT))
    except BadInput as error:
        told = str(error)
        raise BadInput(told if told.startswith(str(path)) else f"{path}: {told}") from None


def _read(values: Any) -> FilmedShots:
    object_with(values, ("kind", "version", "list", "filmed", "left_out"), _WHAT)
    if values.get("kind") != _KIND or values.get("version") != _VERSION:
        raise BadInput(f'expected "kind": "{_KIND}" and "version": {_VERSION}; capture again')
    listed = shot_list_from(values.get("list"))
    filmed = []
    for number, one in enumerate(field(values, "filmed", list, _WHAT), 1):
        where = f"filmed {number}"
        object_with(one, ("shot", "start", "likeness"), where)
        shot = field(one, "shot", int, where)
        between(shot, 1, len(listed.shots), f"{where}: shot")
        start, likeness = (float(field(one, name, float, where)) for name in ("start", "likeness"))
        between(start, 0, _LONGEST, f"{where}: start")
        filmed.append(FilmedShot(shot, start, likeness))
    return FilmedShots(listed, tuple(filmed), texts(values, "left_out", _WHAT))


def _told(one: FilmedShot) -> dict[str, float]:
    return {
        "shot": one.shot, "start": round(one.start, 4), "likeness": round(one.likeness, 3),
    }  # fmt: skip
