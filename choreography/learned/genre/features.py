"""Items -> the features of their frames: poses always, pictures where Inception-v3 is at hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stickdance.checkpoints import progress
from stickdance.checkpoints.errors import BadInput, WeightsAbsent
from stickdance.choreography.learned.genre.items import Item
from stickdance.choreography.learned.genre.options import Features
from stickdance.choreography.learned.genre.pose_columns import COLUMNS, pose_columns, read_poses


@dataclass(frozen=True)
class SeenItem:
    """An item and what its frames look like."""

    item: Item
    columns: np.ndarray
    """(frames, columns) float32."""


@dataclass(frozen=True)
class Looked:
    """All items with their features."""

    seen: tuple[SeenItem, ...]
    features: Features
    """What the columns are: less than was asked for where weights are absent."""
    notes: tuple[str, ...]
    """What was left out, and why."""


def usable(features: Features) -> tuple[Features, tuple[str, ...]]:
    """Return the features that can be had, and a note where that is less than was asked for.

    Raises:
        WeightsAbsent: pictures alone are asked for, and Inception-v3 is not at hand.
    """
    if features != "both":
        return features, ()
    from stickdance.checkpoints.public.pretrained import inception

    try:
        inception()
    except WeightsAbsent as error:
        note = f"poses alone are looked at: {error}"
        progress.note(note)
        return "poses", (note,)
    return "both", ()


def look_at(
    items: Sequence[Item], features: Features, fps: float, frames: int, cache: Path | None
) -> Looked:
    """Return what all items look like; what cannot be used is left out and noted.

    Args:
        items: dances, takes, keypoint files; videos have pictures alone.
        features: of what.
        fps: frames a second.
        frames: of a window: shorter items are left out.
        cache: a folder that keeps the features of pictures, which take long.

    Raises:
        WeightsAbsent: pictures alone are asked for, and Inception-v3 is not at hand.
    """
    features, notes = usable(features)
    seen, refused = [], []
    for item in progress.tracked(items, "looking", unit="dance"):
        try:
            columns = columns_of(item.path, features, fps, cache)
        except BadInput as error:
            refused.append(" ".join(str(error).split()))
            continue
        if len(columns) < frames:
            refused.append(
                f"{item.path}: has {len(columns)} frames at {fps:g} a second, a window {frames}"
            )
            continue
        seen.append(SeenItem(item, columns))
    return Looked(tuple(seen), features, (*notes, *refused))


def columns_of(path: Path, features: Features, fps: float, cache: Path | None) -> np.ndarray:
    """Return the features (frames, columns) of one dance, take, keypoint file or video.

    Raises:
        BadInput: unreadable, too short, or without what the features are of.
        WeightsAbsent: pictures are asked for, and Inception-v3 is not at hand.
    """
    parts = []
    if features != "pictures":
        parts.append(pose_columns(read_poses(path), fps))
    if features != "poses":
        from stickdance.choreography.learned.genre.picture_columns import picture_columns

        parts.append(picture_columns(path, fps, cache))
    length = min(map(len, parts))
    return np.concatenate([part[:length] for part in parts], axis=1)


def width(features: Features) -> int:
    """Return the number of columns."""
    from stickdance.choreography.learned.genre.picture_columns import COLUMNS as OF_PICTURES

    return COLUMNS * (features != "pictures") + OF_PICTURES * (features != "poses")
