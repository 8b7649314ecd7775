"""Movements to learn from and to be judged by: tables of `movement prepare`, folders and files.

Where a folder has both `train/` and `test/`, they are the split. Of all others the end of every
movement is held out: what comes last is never learnt from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.progress import tracked
from stickdance.choreography.movement.discovery import MovementEntry, entries_in
from stickdance.choreography.movement.missing import parts_with_person, without_missing
from stickdance.choreography.movement.movement import Movement
from stickdance.choreography.movement.options import SourceOptions
from stickdance.choreography.movement.prepare import TABLE
from stickdance.choreography.movement.sources import read_movement
from stickdance.choreography.movement.table import read_movements

_LONGEST_GAP = 1.0  # seconds without a person that are filled


@dataclass(frozen=True)
class SplitMovement:
    """A movement of which a part is learnt and a part is held out."""

    movement: Movement
    split: int
    """The first frame that is held out; all before it are learnt from."""
    source: str
    """Which of the given data it came from."""


@dataclass(frozen=True)
class Gathered:
    """All movements at hand."""

    parts: tuple[SplitMovement, ...]
    refused: tuple[str, ...]
    """A line for each that could not be used."""


def gather(data: Sequence[Path], fps: float, axes: int, held_out: float) -> Gathered:
    """Read movements, fill what is missing, and bring them to one frame rate.

    Args:
        data: tables, their folders, folders of movements, or single movements.
        fps: frames a second.
        axes: 2 in the picture, 3 in space.
        held_out: share of every movement's end, where a folder has no train/ and test/.

    Raises:
        BadInput: one of them does not exist, or they differ in their joints.
    """
    parts: list[SplitMovement] = []
    refused: list[str] = []
    for path in map(Path, data):
        for folder, share in _splits(path, held_out):
            for movement in _movements(folder, fps, axes, refused):
                split = len(movement) - round(share * len(movement))
                parts.append(SplitMovement(movement, split, str(path)))
    skeletons = {part.movement.skeleton.joints for part in parts}
    if len(skeletons) > 1:
        raise BadInput(
            f"{', '.join(map(str, data))}: their joints differ; prepare them alike "
            "(--without-face for all or none)"
        )
    return Gathered(tuple(parts), tuple(refused))


def read_one(path: Path, fps: float, axes: int, name: str = "") -> Movement:
    """Return the movement at a path, whole, at another frame rate.

    Raises:
        BadInput: it cannot be read, or shows nobody.
    """
    refused: list[str] = []
    found = list(_usable(MovementEntry(name or path.stem, path, None), fps, axes, refused))
    if not found:
        raise BadInput(refused[0])
    return found[-1]


def _splits(path: Path, held_out: float) -> list[tuple[Path, float]]:
    """Return what to read, each with the share of every movement that is held out."""
    if (path / "train").is_dir() and (path / "test").is_dir():
        return [(path / "train", 0.0), (path / "test", 1.0)]
    return [(path, held_out)]


def _movements(path: Path, fps: float, axes: int, refused: list[str]) -> Iterator[Movement]:
    if not path.exists():
        raise BadInput(f"{path}: no such file or folder of movements")
    table = path / TABLE if path.is_dir() else path
    if table.suffix == ".parquet" and table.is_file():
        yield from _of_table(table, fps, axes)
        return
    entries = entries_in(path) if path.is_dir() else [MovementEntry(path.stem, path, None)]
    for entry in tracked(entries, "movements", unit="file"):
        yield from _usable(entry, fps, axes, refused)


def _of_table(table: Path, fps: float, axes: int) -> Iterator[Movement]:
    for movement in read_movements(table):
        if movement.axes != axes:
            raise BadInput(
                f"{table}: has {movement.axes} dimensions, expected {axes}; add "
                f"--axes {movement.axes}, or prepare it with --axes {axes}"
            )
        yield movement.resampled(fps)


def _usable(entry: MovementEntry, fps: float, axes: int, refused: list[str]) -> Iterator[Movement]:
    try:
        movement = read_movement(entry.path, entry.name, SourceOptions(axes=axes))
        parts = parts_with_person(movement, _LONGEST_GAP)
        if not parts:
            raise BadInput(f"{entry.path}: shows nobody")
        for part in parts:
            filled = without_missing(part, "kalman").movement
            yield filled.resampled(fps)
    except BadInput as error:
        refused.append(" ".join(str(error).split()))
