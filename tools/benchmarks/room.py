"""How well a take's room predicts the held-out frames, as they were filmed.

    python -m stickdance.tools.benchmarks.room TAKE... [--near 30] [--to FOLDER]

Room and shadow know the training part alone; of a held-out frame only its matte, whose shadow
falls, and its light (one gain and offset a colour) are used.

Figures: decibels (PSNR of the mean squared error over all held-out frames) of the room
    near        within so many pixels of the person, outside the matte
    elsewhere   beyond
    ceiling     of whole frames: the real person by the matte over the room
each for the plate alone and for plate, cast shadow and light. With `--to`, pictures to look at:
TAKE_plate.png (the plate, and with its contrast times three) and TAKE_frames.png (real frames, the
person over the plate alone, over the room with its shadow).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tyro

from stickdance.capture.media.framing import Framing
from stickdance.capture.media.images import write_png
from stickdance.capture.take.take import Take
from stickdance.synth.quality.held_out import composed
from stickdance.tools.benchmarks.harness import run_benchmark

_PERSON = 20  # matte value from which a pixel is not the room's
_EDGE = 5  # pixels a side by which the matte's edge is passed over
_SHOWN = 4  # frames in the picture
_KINDS = ("plate", "room")


def measured(take: Take, near: int = 30) -> dict[str, dict[str, float]]:
    """Return decibels by kind of room and by place.

    Args:
        take: with held-out frames, its footage still in place.
        near: pixels around the person.
    """
    sums = {kind: np.zeros((3, 2)) for kind in _KINDS}
    for real, matte, rooms in _frames(take):
        beside, away = _places(matte, near)
        everywhere = np.ones_like(beside)
        for kind, room in zip(_KINDS, rooms, strict=True):
            whole = composed(real, matte, room)
            for row, (picture, place) in enumerate(
                ((room, beside), (room, away), (whole, everywhere))
            ):
                squares = (real[place].astype(np.float32) - picture[place]) ** 2
                sums[kind][row] += squares.sum(), squares.size
    names = ("near", "elsewhere", "ceiling")
    return {
        kind: {name: _decibels(*row) for name, row in zip(names, rows, strict=True)}
        for kind, rows in sums.items()
    }


def write_pictures(take: Take, to: Path) -> None:
    """Write the plate and some held-out frames, real and composed, to look at."""
    to.mkdir(parents=True, exist_ok=True)
    strong = (3 * (take.plate.astype(np.float32) - 128) + 128).clip(0, 255).astype(np.uint8)
    write_png(to / f"{take.path.name}_plate.png", np.hstack([take.plate, strong]))
    wanted = np.linspace(take.training_frames, take.frame_count - 1, _SHOWN).round().astype(int)
    columns = [
        np.vstack([real, *(composed(real, matte, room) for room in rooms)])
        for number, (real, matte, rooms) in enumerate(_frames(take), take.training_frames)
        if number in wanted
    ]
    write_png(to / f"{take.path.name}_frames.png", np.hstack(columns))


def measure(
    takes: tyro.conf.Positional[tuple[Path, ...]],
    /,
    *,
    near: int = 30,
    to: Path | None = None,
) -> dict[str, Any]:
    """Compare the rooms of takes with their held-out frames as filmed.

    Args:
        takes: folders that `stickdance capture` made.
        near: pixels around the person.
        to: folder for pictures to look at.
    """
    result = {}
    for path in takes:
        take = Take.load(path)
        told = {name: take.report.get(name) for name in ("cast_shadow", "moving_background")}
        result[path.name] = {**measured(take, near), **told}
        if to is not None:
            write_pictures(take, to)
    return result


def _frames(take: Take) -> Iterator[tuple[np.ndarray, np.ndarray, tuple[np.ndarray, ...]]]:
    """Yield each held-out frame as filmed, its matte, the plate and the room in that light."""
    framing, start = Framing(take.size), take.training_frames
    both = zip(take.truth(framing, start), take.mattes(start), strict=True)
    for number, (real, matte) in enumerate(both, start):
        room = take.behind(number, matte, take.plate, framing)
        yield real, matte, (take.plate, take.as_filmed(room, number, lit=True))


def _places(matte: np.ndarray, near: int) -> tuple[np.ndarray, np.ndarray]:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * near + 1, 2 * near + 1))
    reached = cv2.dilate(matte, disc) > _PERSON
    person = cv2.dilate(matte, np.ones((_EDGE, _EDGE), np.uint8)) > _PERSON
    return reached & ~person, ~reached


def _decibels(squares: float, count: float) -> float:
    return round(float(10 * np.log10(255**2 * count / max(squares, 1e-9))), 2)


if __name__ == "__main__":
    run_benchmark(measure)
