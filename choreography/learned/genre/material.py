"""What a model of genres learns from: labelled dances, their features and their split by song."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.genre.features import Looked, SeenItem, look_at
from stickdance.choreography.learned.genre.items import Item, digest_of, split_items
from stickdance.choreography.learned.genre.options import Features, GenreOptions


@dataclass(frozen=True)
class GenreMaterial:
    """What a genre is learnt from, chosen by and judged by."""

    fit: tuple[SeenItem, ...]
    validation: tuple[SeenItem, ...]
    test: tuple[SeenItem, ...]
    genres: tuple[str, ...]
    features: Features
    notes: tuple[str, ...]
    digest: str
    """Of all items."""
    from_presets: bool
    """Whether genres are style presets of dances, not what people called them."""


def material_of(data: Path, options: GenreOptions, seed: int, cache: Path) -> GenreMaterial:
    """Find, split and look at what lies in a folder.

    Raises:
        BadInput: too little of it can be used.
    """
    split = split_items(data, options.labels, options.share, seed)
    looked: list[Looked] = []
    features = options.features
    for part in (split.fit, split.validation, split.test):
        looked.append(look_at(part, features, options.fps, options.frames, cache))
        features = looked[0].features
    genres = tuple(sorted({item.genre for item in split.fit}))
    lost = set(genres) - {one.item.genre for one in looked[0].seen}
    notes = tuple(dict.fromkeys(note for one in looked for note in one.notes))
    if lost:
        paths = [str(item.path) for item in split.fit if item.genre in lost]
        why = [note for note in notes if any(path in note for path in paths)] or notes
        raise BadInput(
            f"{data}: nothing of {', '.join(sorted(lost))} can be used: {'; '.join(why[:2])}; give "
            "longer dances, or shorten windows with --fps or --frames"
        )
    items: Sequence[Item] = [*split.fit, *split.validation, *split.test]
    return GenreMaterial(
        looked[0].seen,
        looked[1].seen,
        looked[2].seen,
        genres,
        looked[0].features,
        notes,
        digest_of(items),
        all(item.from_preset for item in items),
    )
