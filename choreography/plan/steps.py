"""A step: an action placed on beats of a song."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from stickdance.choreography.json_fields import between, field, object_with


@dataclass(frozen=True)
class Step:
    """An action placed on beats."""

    action: str
    start_beat: float
    """The beat that its first count lands on; 4.5 lies half a beat after beat 4."""
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
    facing: float = 0.0
    """Degrees by which the body is turned to the dancer's left all along; as in a mirror where
    mirrored."""
    across: float = 0.0
    """Where it ends: the share of the room to the picture's right (1) or left (-1)."""
    ahead: float = 0.0
    """Where it ends: as near the camera (1) or as far from it (-1) as the dancer goes."""
    hit: bool = False
    """Whether the action's accent is struck and held instead of danced through."""
    locked: bool = False
    """Whether edits of the dance leave it as it is."""

    @property
    def end_beat(self) -> float:
        """Return the first beat that no longer belongs to it."""
        return self.start_beat + self.beats


STEP_KINDS: dict[str, type] = {
    "action": str, "start_beat": float, "beats": int, "mirrored": bool, "pace": int,
    "energy": float, "section": str, "first_count": int, "facing": float, "across": float,
    "ahead": float, "hit": bool, "locked": bool,
}  # fmt: skip
STEP_RARE = ("facing", "across", "ahead", "hit", "locked")
STEP_REQUIRED = ("action", "start_beat", "beats")
STEP_RANGES: dict[str, tuple[float, float]] = {
    "start_beat": (0, 10**7), "beats": (1, 10**7), "pace": (1, 16), "energy": (0, 1),
    "first_count": (0, 63), "facing": (-90, 90),
    "across": (-1, 1), "ahead": (-1, 1),
}  # fmt: skip


def placed(sequence: Sequence[Step], start: int, stop: int, flip: bool = False) -> list[Step]:
    """Return a label's steps moved to one of its occurrences, cut where that ends.

    Args:
        sequence: the steps, counted from the label's first beat.
        start: the first beat of the occurrence.
        stop: the first beat after it.
        flip: dance them in the mirror.
    """
    out = []
    for step in sequence:
        at = start + step.start_beat
        if at < stop:
            beats = min(step.beats, int(stop - at))
            across = -step.across if flip else step.across
            own = replace(step, start_beat=at, beats=beats, across=across)
            out.append(replace(own, mirrored=step.mirrored != flip))
    return out


def read_step(values: Any, where: str) -> Step:
    """Return the step that JSON values describe.

    Raises:
        BadInput: a field is missing, unknown, of the wrong kind or out of range; `where` and the
            field are named.
    """
    object_with(values, tuple(STEP_KINDS), where)
    given = {
        name: field(values, name, kind, where)
        for name, kind in STEP_KINDS.items()
        if name in values or name in STEP_REQUIRED
    }
    for name, (low, high) in STEP_RANGES.items():
        if name in given:
            between(given[name], low, high, f"{where}: {name}")
    return Step(**given)
