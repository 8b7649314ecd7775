"""Moves: what a take was cut into, as a choreography records it.

A move begins at one arrival of the dancer and goes on as long as a step asks: its next arrivals
come with it, to be laid on beats. Moves therefore overlap: a take of nine seconds gives some
twenty. They are named in the take's order: move_001, move_002 ...

In a choreography they stand beside the steps that name them:

    "moves": {"take": "anna", "sha256": "...", "seconds": 7.5, "mirrored": false,
              "cuts": [{"name": "move_001", "start": 0.21, "arrivals": [[0.72, 0.4], ...]}, ...]}

`start` is in seconds of the take; `arrivals` are [seconds after the start, strength 0..1].
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from choreography.errors import BadInput

PREFIX = "move_"


@dataclass(frozen=True)
class Move:
    """A movement that was filmed: where it begins, and the arrivals that it comes to."""

    name: str
    start: float
    """Seconds of the take."""
    arrivals: tuple[tuple[float, float], ...]
    """(seconds after the start, strength 0..1), rising; at least one."""

    @property
    def seconds(self) -> float:
        """Return the length up to the last arrival."""
        return self.arrivals[-1][0]


@dataclass(frozen=True)
class Moves:
    """The moves of one take, as a choreography records them."""

    take: str
    """Name of the take's folder."""
    sha256: str
    """Of the take's poses."""
    seconds: float
    """How much footage they were cut from."""
    mirrored: bool
    """Whether they may be danced mirrored: the take shows such poses too."""
    cuts: tuple[Move, ...]

    def find(self, name: str) -> Move:
        """Return a move by its name.

        Raises:
            BadInput: there is none of that name.
        """
        for cut in self.cuts:
            if cut.name == name:
                return cut
        known = f": {self.cuts[0].name} to {self.cuts[-1].name}" if self.cuts else ""
        raise BadInput(f"unknown move {name!r:.60}; the plan has {len(self.cuts)}{known}")

    @property
    def names(self) -> frozenset[str]:
        """Return the names that steps may use."""
        return frozenset(cut.name for cut in self.cuts)


def moves_to_json(moves: Moves) -> dict[str, Any]:
    """Return the moves as JSON values."""
    return {
        "take": moves.take,
        "sha256": moves.sha256,
        "seconds": moves.seconds,
        "mirrored": moves.mirrored,
        "cuts": [
            {"name": cut.name, "start": cut.start, "arrivals": [list(at) for at in cut.arrivals]}
            for cut in moves.cuts
        ],
    }


def moves_from_json(values: Any) -> Moves:
    """Return the moves that JSON values describe.

    Raises:
        BadInput: a field is missing, of the wrong kind or out of range; the message names it.
    """
    kinds = {"take": str, "sha256": str, "seconds": (int, float), "mirrored": bool, "cuts": list}
    _check_fields(values, kinds, "moves")
    cuts = tuple(_cut(cut, number) for number, cut in enumerate(values["cuts"], 1))
    if len({cut.name for cut in cuts}) < len(cuts):
        raise BadInput("moves: two cuts have the same name")
    late = [cut.name for cut in cuts if cut.start + cut.seconds > values["seconds"] + 0.1]
    if late:
        raise BadInput(f"moves: {late[0]} runs past the {values['seconds']} s of the take")
    return Moves(
        values["take"], values["sha256"], float(values["seconds"]), values["mirrored"], cuts
    )


def _cut(values: Any, number: int) -> Move:
    where = f"moves: cut {number}"
    _check_fields(values, {"name": str, "start": (int, float), "arrivals": list}, where)
    name, start = values["name"], float(values["start"])
    if not name.startswith(PREFIX) or not 0 <= start < 86_400:
        raise BadInput(f"{where}: expected a name {PREFIX}... and a start in seconds")
    arrivals = []
    for at in values["arrivals"]:
        good = isinstance(at, list) and len(at) == 2 and all(_is_number(value) for value in at)
        if not good or not 0 < at[0] < 86_400 or not 0 <= at[1] <= 1:
            raise BadInput(
                f"{where}: arrivals: expected [seconds, strength 0 to 1], found {at!r:.40}"
            )
        arrivals.append((float(at[0]), float(at[1])))
    if not arrivals or any(b[0] <= a[0] for a, b in pairwise(arrivals)):
        raise BadInput(f"{where}: arrivals: expected at least one, rising in time")
    return Move(name, start, tuple(arrivals))


def _check_fields(values: Any, kinds: Mapping[str, Any], where: str) -> None:
    if not isinstance(values, dict):
        raise BadInput(f"{where}: expected an object, found {values!r:.40}")
    for name, kind in kinds.items():
        wrong_truth = isinstance(values.get(name), bool) and kind is not bool
        if not isinstance(values.get(name), kind) or wrong_truth:
            raise BadInput(
                f"{where}: {name}: missing or of the wrong kind ({values.get(name)!r:.40})"
            )
    unknown = values.keys() - kinds.keys()
    if unknown:
        raise BadInput(f"{where}: unknown field {min(unknown)!r:.40}; known: {', '.join(kinds)}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
