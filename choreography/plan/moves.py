"""Moves: what a take was cut into, as a choreography records it.

A move begins at one accent of the dancer, a footfall or a strike, and goes on as long as a step
asks: its next accents, "arrivals" in the file, come with it, to be laid on beats. Moves therefore
overlap: a take of nine seconds gives some twenty. They are named in the take's order: move_001,
move_002 ...

In a choreography they stand beside the steps that name them:

    "moves": {"take": "anna", "sha256": "...", "seconds": 7.5,
              "cuts": [{"name": "move_001", "start": 0.21, "arrivals": [[0.72, 0.4], ...]}, ...]}

`start` is in seconds of the take; `arrivals` are [seconds after the start, strength 0..1]. A cut
with `"counted": true` was filmed to a click: its arrivals fall evenly on the beats of a step.
"""

from dataclasses import dataclass
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.json_fields import between, field, object_with, rising

PREFIX = "move_"


@dataclass(frozen=True)
class FilmedMove:
    """A movement that was filmed: where it begins, and the accents that it comes to."""

    name: str
    start: float
    """Seconds of the take."""
    arrivals: tuple[float, ...]
    """Seconds after the start, rising; at least one."""
    strengths: tuple[float, ...]
    """0..1 of each accent: 1 is a footfall."""
    counted: bool = False
    """Whether it was filmed to a click, so that all its arrivals fall evenly on a step's beats."""


@dataclass(frozen=True)
class Moves:
    """The moves of one take, as a choreography records them."""

    take: str
    """Name of the take's folder."""
    sha256: str
    """Of the take's poses."""
    seconds: float
    """How much footage they were cut from."""
    cuts: tuple[FilmedMove, ...]

    def find(self, name: str) -> FilmedMove:
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
        "cuts": [
            {
                "name": cut.name,
                "start": cut.start,
                "arrivals": [list(at) for at in zip(cut.arrivals, cut.strengths, strict=True)],
                **({"counted": True} if cut.counted else {}),
            }
            for cut in moves.cuts
        ],
    }


def moves_from_json(values: Any) -> Moves:
    """Return the moves that JSON values describe.

    Raises:
        BadInput: a field is missing, of the wrong kind or out of range; the message names it.
    """
    object_with(values, ("take", "sha256", "seconds", "cuts"), "moves")
    seconds = float(field(values, "seconds", float, "moves"))
    listed = enumerate(field(values, "cuts", list, "moves"), 1)
    cuts = tuple(_cut(cut, seconds, f"moves: cut {number}") for number, cut in listed)
    if len({cut.name for cut in cuts}) < len(cuts):
        raise BadInput("moves: two cuts have the same name")
    take, sha256 = (field(values, name, str, "moves") for name in ("take", "sha256"))
    return Moves(take, sha256, seconds, cuts)


def _cut(values: Any, seconds: float, where: str) -> FilmedMove:
    object_with(values, ("name", "start", "arrivals", "counted"), where)
    name = field(values, "name", str, where)
    if not name.startswith(PREFIX):
        raise BadInput(f"{where}: name: expected {PREFIX}..., found {name!r:.40}")
    start = float(field(values, "start", float, where))
    between(start, 0, seconds, f"{where}: start")
    pairs = field(values, "arrivals", list, where)
    if not pairs or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise BadInput(
            f"{where}: arrivals: expected pairs [seconds, strength], found {pairs!r:.40}"
        )
    last = seconds - start + 0.1
    arrivals = rising([pair[0] for pair in pairs], float, 1e-3, last, f"{where}: arrivals")
    strengths = [
        field({"strength": pair[1]}, "strength", float, f"{where}: arrivals") for pair in pairs
    ]
    for strength in strengths:
        between(strength, 0, 1, f"{where}: arrivals: strength")
    counted = "counted" in values and field(values, "counted", bool, where)
    times, stops = tuple(map(float, arrivals)), tuple(map(float, strengths))
    return FilmedMove(name, start, times, stops, counted)
