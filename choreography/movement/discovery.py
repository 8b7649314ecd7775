"""What lies in a folder of movements and songs: which entries are movements, which are songs."""

from dataclasses import dataclass
from pathlib import Path

from stickdance.capture.keypoint_files import json_text, openpifpaf, openpose
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.dance.folder import SONG
from stickdance.choreography.movement.sound import SONG_SUFFIXES, song_of
from stickdance.choreography.movement.sources import is_dance

_SUFFIXES = (".bvh", ".npz", ".npy", ".json", ".pkl")
"""Pickles are refused, but in a line that tells how to convert them."""
_DEEPEST = 4


@dataclass(frozen=True)
class MovementEntry:
    """A movement to be read, and its song."""

    name: str
    """Its path within the folder without suffix, unique."""
    path: Path
    song: Path | None


def entries_in(folder: Path) -> list[MovementEntry]:
    """Return the movements in a folder and below, in the order of their names.

    A folder with JSON files of frames, a take and a dance are one movement each. Hidden files and
    links that lead out of the folder are passed over.

    Raises:
        BadInput: no such folder, or nothing in it could be a movement.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise BadInput(f"{folder}: expected a folder of movements, found none")
    if _is_movement(folder):
        return [MovementEntry(folder.name, folder, folder / SONG if is_dance(folder) else None)]
    movements, songs = _sorted_out(folder, folder.resolve(), _DEEPEST)
    if not movements:
        raise BadInput(
            f"{folder}: holds no movements; expected BVH, AIST++ .npz, keypoint JSON or folders of "
            "it, takes or dances"
        )
    names = _unique_names(movements, folder)
    return [
        MovementEntry(
            names[path], path, path / SONG if is_dance(path) else song_of(path.stem, songs)
        )
        for path in movements
    ]


def song_name(movement: Path, song: Path) -> str:
    """Return what to call a song: its file's name, or the dance's that brings it along."""
    return movement.name if song.parent == movement else song.stem


def _sorted_out(folder: Path, root: Path, depth: int) -> tuple[list[Path], list[Path]]:
    movements: list[Path] = []
    songs: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.resolve().is_relative_to(root):
            continue
        suffix = path.suffix.lower()
        if path.is_dir():
            if _is_movement(path):
                movements.append(path)
            elif depth > 1:
                below = _sorted_out(path, root, depth - 1)
                movements += below[0]
                songs += below[1]
        elif suffix in SONG_SUFFIXES:
            songs.append(path)
        elif suffix in _SUFFIXES:
            movements.append(path)
    return movements, songs


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
