"""Takes' mattes -> silhouettes of 96x54 pixels at an even frame rate.

The frame is laid about all places where the person ever is, so that a take filmed upright or from
afar fills the small picture too; beyond the footage it is black.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.progress import tracked

WIDTH, HEIGHT = 96, 54
_PERSON = 127  # grey value from which a matte's pixel is the person
_MARGIN = 0.04  # of the person's reach, on every side
_LEAST_FRAMES = 10


@dataclass(frozen=True)
class SilhouetteClip:
    """The silhouettes of one take."""

    name: str
    pictures: np.ndarray
    """uint8 (frames, 54, 96)."""
    split: int
    """The first picture that is held out: where the take's own training frames end."""


def clips_of(
    takes: Sequence[Path], fps: float
) -> tuple[tuple[SilhouetteClip, ...], tuple[str, ...]]:
    """Return the silhouettes of takes, and a line for each take that could not be used.

    Args:
        takes: folders of takes.
        fps: pictures a second.

    Raises:
        BadInput: not one could be used.
    """
    if not takes:
        raise BadInput("name takes to learn from: folders that stickdance capture wrote")
    clips, refused = [], []
    for path in takes:
        try:
            clips.append(clip_of(Take.load(path), fps))
        except BadInput as error:
            refused.append(" ".join(str(error).split()))
    if not clips:
        raise BadInput(f"not one take can be used: {'; '.join(refused[:3])}")
    return tuple(clips), tuple(refused)


def clip_of(take: Take, fps: float) -> SilhouetteClip:
    """Return the silhouettes of a take.

    Raises:
        BadInput: it has fewer frames a second, shows nobody, or is too short.
    """
    if take.fps < fps - 1e-6:
        raise BadInput(
            f"{take.path}: has {take.fps:g} frames a second, expected {fps:g} or more; "
            f"add --fps {take.fps:g}"
        )
    count = int((take.frame_count - 1) * fps / take.fps + 1e-6) + 1
    if count < _LEAST_FRAMES:
        raise BadInput(f"{take.path}: has {count} pictures at {fps:g} a second, too few to learn")
    wanted = set(np.floor(np.arange(count) * take.fps / fps + 1e-6).astype(int).tolist())
    window = _window(take)
    mattes = tracked(take.mattes(), "silhouettes", take.frame_count)
    pictures = [framed(matte, window) for place, matte in enumerate(mattes) if place in wanted]
    split = sum(place < take.training_frames for place in wanted)
    return SilhouetteClip(take.path.name, np.stack(pictures), split)


def framed(matte: np.ndarray, window: tuple[int, int, int, int]) -> np.ndarray:
    """Return the part (left, top, right, bottom) of a matte as uint8 (54, 96)."""
    left, top, right, bottom = window
    height, width = matte.shape
    up, down, aside, other = (
        max(0, -top),
        max(0, bottom - height),
        max(0, -left),
        max(0, right - width),
    )
    wide = np.pad(matte, ((up, down), (aside, other)))
    part = wide[top + up : bottom + up, left + aside : right + aside]
    return cv2.resize(part, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


def _window(take: Take) -> tuple[int, int, int, int]:
    """Return the box of 16:9 about all places where the person is: left, top, right, bottom."""
    reached = np.zeros(take.size[::-1], bool)
    for matte in take.mattes():
        reached |= matte > _PERSON
    rows, columns = np.flatnonzero(reached.any(1)), np.flatnonzero(reached.any(0))
    if len(rows) == 0:
        raise BadInput(f"{take.path}: its mattes show nobody")
    height, width = rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]
    tall = (1 + 2 * _MARGIN) * max(height, width * HEIGHT / WIDTH)
    half = max(1, round(tall / 2)), max(1, round(tall * WIDTH / HEIGHT / 2))
    middle = (rows[0] + rows[-1] + 1) // 2, (columns[0] + columns[-1] + 1) // 2
    return middle[1] - half[1], middle[0] - half[0], middle[1] + half[1], middle[0] + half[0]
