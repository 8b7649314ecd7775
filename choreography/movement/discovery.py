"""What lies in a folder of movements and songs: which entries are movements, songs, films."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stickdance.capture.keypoint_files import json_text, openpifpaf, openpose
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.dance.folder import SONG
from stickdance.choreography.movement.sound import SONG_SUFFIXES, song_of
from stickdance.choreography.movement.sources import is_dance

_SUFFIXES = (".bvh", ".npz", ".npy", ".json", ".pkl")
"""Pickles are refused, but in a line that tells how to convert them."""
FILM_SUFFIXES = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi")
_DEEPEST = 4
_STAGES = ".stages"
"""Of the folder beside a video made by `make`: it holds the same dance again, and bodies."""


@dataclass(frozen=True)
class MovementEntry:
    """A movement to be read, and its song."""

    name: str
    """Its path within the folder without suffix, unique."""
    path: Path
    song: Path | None


@dataclass(frozen=True)
class Found:
    """What lies in a folder."""

    entries: tuple[MovementEntry, ...]
    films: Mapping[str, Path]
    """Videos by name, those whose movement is not there in another form."""


def entries_in(folder: Path) -> list[MovementEntry]:
    """Return the movements in a folder and below, in the order of their names.

    A folder with JSON files of frames, a take and a dance are one movement each. Hidden files,
    links that lead out of the folder and the stages of videos made here are passed over.

    Raises:
        BadInput: no such folder, or nothing in it could be a movement.
    """
    entries = found_in(folder).entries
    if not entries:
        raise BadInput(
            f"{folder}: holds no movements; expected BVH, AIST++ .npz, keypoint JSON or folders of "
            "it, takes or dances"
        )
    return list(entries)


def found_in(folder: Path) -> Found:
    """Return the movements and the films in a folder and below, in the order of their names.

    Raises:
        BadInput: no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise BadInput(f"{folder}: expected a folder of movements, found none")
    if _is_movement(folder):
        song = folder / SONG if is_dance(folder) else None
        return Found((MovementEntry(folder.name, folder, song),), {})
    movements, songs, films = _sorted_out(folder, folder.resolve(), _DEEPEST)
    names = _unique_names(movements, folder)
    entries = [
        MovementEntry(
            names[path], path, path / SONG if is_dance(path) else song_of(path.stem, songs)
        )
        for path in movements
    ]
    known = {path.with_suffix("") for path in movements} | set(movements)
    new = [film for film in films if film.with_suffix("") not in known]
    return Found(tuple(entries), {name: path for path, name in _unique_names(new, folder).items()})


def song_name(movement: Path, song: Path) -> str:
    """Return what to call a song: its file's name, or the dance's that brings it along."""
    return movement.name if song.parent == movement else song.stem


def _sorted_out(folder: Path, root: Path, depth: int) -> tuple[list[Path], list[Path], list[Path]]:
    """Return the movements, the songs and the films."""
    movements: list[Path] = []
    songs: list[Path] = []
    films: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.resolve().is_relative_to(root):
            continue
        if path.suffix == _STAGES and path.is_dir():
            continue
        suffix = path.suffix.lower()
        if path.is_dir():
            if _is_movement(path):
                movements.append(path)
            elif depth > 1:
                below = _sorted_out(path, root, depth - 1)
                movements += below[0]
                songs += below[1]
                films += below[2]
        elif suffix in SONG_SUFFIXES:
            songs.append(path)
        elif suffix in _SUFFIXES:
            movements.append(path)
        elif suffix in FILM_SUFFIXES:
            films.append(path)
    return movements, songs, films


def _is_movement(folder: Path) -> bool:
    return (folder / "poses.npz").is_file() or _holds_frames(folder)


def _holds_frames(folder: Path) -> bool:
    """Tell whether a folder's JSON files are the frames of one movement."""
    files = openpose.files_of(folder)
    if not files:
        return False
    try:
        first = json_text.load(files[0])
    except BadInput:  # a frame among frames is refused with its folder, later
        return files[0].stem.endswith("_keypoints")
    return openpose.is_openpose(first) or openpifpaf.is_picture(first)


def _unique_names(movements: list[Path], folder: Path) -> dict[Path, str]:
    names: dict[Path, str] = {}
    for path in movements:
        bare = path if path.is_dir() else path.with_suffix("")
        name = bare.relative_to(folder).as_posix()
        # Two formats of one movement, side by side, are two series.
        names[path] = path.relative_to(folder).as_posix() if name in names.values() else name
    return names
