"""Labelled material: dances, takes, keypoint files and videos, each with its genre and its song.

A genre is the name of the folder that something lies in, or the style preset that a dance was made
with. Folders named train and test split the material; where there are none, songs are held out.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import MANIFEST, read_manifest
from stickdance.choreography.dance.folder import KIND as DANCE_KIND
from stickdance.choreography.dance.folder import SONG
from stickdance.choreography.learned.genre.options import Labels
from stickdance.choreography.movement.discovery import entries_in
from stickdance.choreography.movement.sources import is_dance

TRAIN, TEST = "train", "test"

_VIDEOS = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi")
_DEEPEST = 3


@dataclass(frozen=True)
class Item:
    """One dance whose genre is known."""

    path: Path
    name: str
    """Its path within the data."""
    genre: str
    song: str
    """What no two parts of the material may share: the song's digest, or the item's own name."""
    generated: bool
    """Whether a program made the dance; else somebody danced it."""
    from_preset: bool
    """Whether the genre is the style preset that the dance was made with."""


@dataclass(frozen=True)
class Split:
    """Material to learn from, to choose by, and to be judged by; no song in two of them."""

    fit: tuple[Item, ...]
    validation: tuple[Item, ...]
    test: tuple[Item, ...]


def split_items(data: Path, labels: Labels, share: float, seed: int) -> Split:
    """Find labelled items in a folder and split them by song.

    Args:
        data: the folder; with train and test in it, these are the split.
        labels: where genres come from.
        share: of the songs of every genre for validation, and as many for the test where the
            folder does not say.
        seed: of the choice.

    Raises:
        BadInput: no such folder, too little in it, or fewer than two genres.
    """
    data = Path(data)
    given = (data / TRAIN).is_dir() and (data / TEST).is_dir()
    items = labelled_items(data / TRAIN if given else data, labels)
    if given:
        test = labelled_items(data / TEST, labels)
    else:
        items, test = _held_out(items, share, seed)
    fit, validation = _held_out(items, share, seed + 1)
    genres = sorted({item.genre for item in fit})
    if len(genres) < 2:
        raise BadInput(
            f"{data}: holds {'one genre' if genres else 'no genre'} to learn "
            f"({', '.join(genres)}), expected at least two: a folder for each, or dances of "
            "several styles"
        )
    unknown = sorted({item.genre for item in test} - set(genres))
    if unknown:
        raise BadInput(f"{data / TEST}: holds {unknown[0]!r}, a genre that is not in {TRAIN}")
    heard = {item.song for item in (*fit, *validation)}
    if shared := [item.name for item in test if item.song in heard]:
        raise BadInput(f"{data}: {shared[0]} is danced to a song of {TRAIN}; split it by song")
    return Split(tuple(fit), tuple(validation), tuple(test))


def labelled_items(folder: Path, labels: Labels) -> list[Item]:
    """Return what lies in a folder and below, with its genre.

    Raises:
        BadInput: no such folder, nothing in it, or something whose genre is not told.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise BadInput(f"{folder}: expected a folder of dances, found none")
    paths = [*_movements_in(folder), *_videos_in(folder, _DEEPEST)]
    if not paths:
        raise BadInput(f"{folder}: holds no dances, takes, keypoint files or videos")
    return [_item(path, folder, labels) for path in sorted(paths)]


def _item(path: Path, folder: Path, labels: Labels) -> Item:
    around = path.relative_to(folder).parent.name
    style = None if labels == "folder" or (labels == "auto" and around) else style_of_dance(path)
    genre = style or ("" if labels == "style" else around)
    if not genre:
        raise BadInput(
            f"{path}: does not tell its genre; put it into a folder named after its genre"
        )
    made = path.is_dir() and is_dance(path)
    name = path.relative_to(folder).as_posix()
    return Item(path, name, genre, song_of(path), made, style is not None)


def style_of_dance(path: Path) -> str | None:
    """Return the style preset that a dance was made with; None where it is none or has none."""
    if not (path.is_dir() and is_dance(path)):
        return None
    options = read_manifest(path, DANCE_KIND).get("options")
    style = options.get("style") if isinstance(options, dict) else None
    return style if isinstance(style, str) else None


def song_of(path: Path) -> str:
    """Return what songs are told apart by: the digest of a dance's sound, else the path itself."""
    if path.is_dir() and is_dance(path):
        facts = read_manifest(path, DANCE_KIND).get("files", {}).get(SONG)
        if isinstance(facts, dict) and isinstance(facts.get("sha256"), str):
            return str(facts["sha256"])
    return str(path)


def is_video(path: Path) -> bool:
    """Tell by its name whether a file is a video."""
    return path.suffix.lower() in _VIDEOS


def digest_of(items: Sequence[Item]) -> str:
    """Return a digest of what items are and in which order; of folders, contents too."""
    digest = hashlib.sha256()
    for item in items:
        manifest = item.path / MANIFEST
        content = manifest.read_bytes() if manifest.is_file() else item.path.name.encode()
        digest.update(f"{item.name}\0{item.genre}\0".encode() + content)
    return digest.hexdigest()[:16]


def _movements_in(folder: Path) -> list[Path]:
    try:
        return [entry.path for entry in entries_in(folder)]
    except BadInput:  # videos may be all there is
        return []


def _videos_in(folder: Path, depth: int) -> Iterator[Path]:
    """Yield videos that stand for themselves, not those inside a dance or take."""
    if (folder / MANIFEST).is_file():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and depth > 0:
            yield from _videos_in(path, depth - 1)
        elif is_video(path):
            yield path


def _held_out(items: Sequence[Item], share: float, seed: int) -> tuple[list[Item], list[Item]]:
    """Return items and those held out: of every genre a share of its songs, at least one."""
    draw = np.random.default_rng(seed)
    kept_songs: set[str] = set()
    out_songs: set[str] = set()
    for genre in sorted({item.genre for item in items}):
        of_genre = {item.song for item in items if item.genre == genre}
        songs = sorted(of_genre - kept_songs - out_songs)
        order = [songs[place] for place in draw.permutation(len(songs))]
        count = min(max(1, round(share * len(songs))), len(songs) - 1)
        out_songs |= set(order[: max(count, 0)])
        kept_songs |= set(order[max(count, 0) :])
    kept = [item for item in items if item.song not in out_songs]
    return kept, [item for item in items if item.song in out_songs]
