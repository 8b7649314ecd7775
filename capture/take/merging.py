"""Several takes of one target made one: more movement to learn from.

Each take's own split stays: what trained before trains, what was held out stays held out, of every
take. A renderer has one plate, so the backgrounds have to agree; where they do not, the person can
be put into the first take's room by the matte.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from stickdance.capture.options import MergeOptions
from stickdance.capture.take.lineage import Segment
from stickdance.capture.take.segments import assemble
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import BadInput

_CLEARLY = 24  # grey values by which a pixel of the room clearly differs
_MOST_PIXELS = 0.05  # share of the room that may clearly differ
_HEIGHTS_ALIKE = 0.1  # relative difference of two bodies' heights that is worth a word


@dataclass(frozen=True)
class Merged:
    """One take of several."""

    take: Take
    differing: tuple[float, ...]
    """Share 0..1 of each take's background that clearly differs from the first one's."""
    warnings: tuple[str, ...]


def merge_takes(
    takes: Sequence[Take],
    to: Path,
    options: MergeOptions = MergeOptions(),  # noqa: B008
) -> Merged:
    """Merge takes of one person, of one frame size and rate.

    Args:
        takes: two or more; the first one's background is that of the result.
        to: the folder to be.
        options: what to do about backgrounds.

    Raises:
        BadInput: fewer than two takes, one named twice, other sizes or rates, other backgrounds.
        OutputFailed: no space or no permission.
    """
    if len(takes) < 2:
        raise BadInput(f"merging needs two takes or more, {len(takes)} given")
    paths = [take.path.resolve() for take in takes]
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        raise BadInput(f"{twice}: given twice; its frames would count double")
    differing = tuple(background_difference(takes[0], take) for take in takes)
    rooms = [
        _room(takes[0], take, share, options.backgrounds)
        for take, share in zip(takes, differing, strict=True)
    ]
    pairs = list(zip(takes, rooms, strict=True))
    merged = assemble(
        [Segment(take, 0, take.training_frames, room) for take, room in pairs],
        [Segment(take, take.training_frames, take.frame_count, room) for take, room in pairs],
        to,
        {"merged": [take.path.name for take in takes], "backgrounds": options.backgrounds},
    )
    return Merged(merged, differing, tuple(_warnings(takes, rooms)))


def background_difference(first: Take, other: Take) -> float:
    """Return the share 0..1 of the plate in which two takes' rooms clearly differ.

    Raises:
        BadInput: the takes' frames have different sizes.
    """
    if first.size != other.size:
        raise BadInput(
            f"{other.path}: frames of {other.size[0]}x{other.size[1]}, {first.path} has "
            f"{first.size[0]}x{first.size[1]}; capture both at one --height, from one camera"
        )
    one, two = (cv2.blur(take.plate, (3, 3)).astype(int) for take in (first, other))
    return float((np.abs(one - two).max(axis=-1) > _CLEARLY).mean())


def _room(first: Take, take: Take, differing: float, backgrounds: str) -> np.ndarray | None:
    if differing <= _MOST_PIXELS:
        return None
    if backgrounds == "same":
        raise BadInput(
            f"{take.path}: {differing:.0%} of its background differs from that of {first.path}, "
            f"at most {_MOST_PIXELS:.0%} may; film both in one place, or put its person before "
            "the first one's with --backgrounds replace"
        )
    return first.plate


def _warnings(takes: Sequence[Take], rooms: Sequence[np.ndarray | None]) -> list[str]:
    lines = []
    for take, room in zip(takes, rooms, strict=True):
        if room is not None:
            lines.append(
                f"{take.path.name}: its person was put before the background of "
                f"{takes[0].path.name}; light and shadows are those of its own place"
            )
        ratio = take.body.height / takes[0].body.height
        if abs(ratio - 1) > _HEIGHTS_ALIKE:
            lines.append(
                f"{take.path.name}: the person is {ratio:.2f} times as tall in the picture as in "
                f"{takes[0].path.name}; was it the same person, at the same distance?"
            )
    return lines
