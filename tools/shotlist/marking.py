"""The moves of a shot list found in a take, and written into its folder.

Footage of `stickdance record --shotlist` says itself, in the notes beside it, which move begins
when. Other footage was filmed by the guide video: it is laid over the guide by its poses, each
video by itself. Then each move is found to the frame, judged, and kept or left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.pose.pose_distance import about_torso, distances
from stickdance.capture.take.take import POSES, Source, Take
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.manifest import add_to_result
from stickdance.choreography.json_fields import between, field
from stickdance.choreography.shotlist.alignment import (
    LEAST_LIKE,
    Found,
    features_of,
    find_moves,
    guide_start,
)
from stickdance.choreography.shotlist.filmed import SHOTS, FilmedShot, FilmedShots
from stickdance.choreography.shotlist.guide import Danced, guide_of
from stickdance.choreography.shotlist.shot_list import ShotList, shot_list_from

NOTES = ".moves.json"
"""How the notes beside a recording end."""
_FOLLOWS = 0.35  # likeness below which footage does not follow the guide
_SAME_POSE = 0.12  # body heights from the usual shared pose at which a move does not join any more
_UNSEEN = 0.1  # share of a move's frames in which nobody may be found


@dataclass(frozen=True)
class Marks:
    """Which moves begin when in a video."""

    listed: ShotList
    danced: tuple[Danced, ...]


def mark_shots(take: Take, list_file: Path | None = None) -> FilmedShots | None:
    """Find the moves of a shot list in a take, and write them into its folder.

    Args:
        take: what was filmed.
        list_file: the shot list that videos without notes of a recording were filmed by.

    Returns:
        The moves; None where there is neither a list nor notes of one.

    Raises:
        BadInput: a video does not follow the list's guide; the take is kept as it is.
    """
    listed = None if list_file is None else ShotList.load(list_file)
    film = features_of(take.poses, take.body.height)
    found: list[Found] = []
    first = 0
    for source in take.sources:
        part = film[first : first + source.frames]
        marks = _marks(source, part, take, listed)
        if marks is not None:
            listed = marks.listed
            here = find_moves(part, listed, marks.danced, take.body, take.fps)
            found += [Found(f.number, f.start + first / take.fps, f.likeness, f.late) for f in here]
        first += source.frames
    if listed is None:
        return None
    shots = _judged(take, listed, found)
    add_to_result(take.path, "take", {SHOTS: shots.to_json()})
    return shots


def check_shots(videos: Sequence[Path], list_file: Path | None) -> None:
    """Read a shot list and the notes beside footage before it is captured.

    Raises:
        BadInput: they are damaged, or of different lists.
    """
    listed = None if list_file is None else ShotList.load(list_file)
    for video in videos:
        marks = marks_beside(Path(video))
        if marks is None:
            continue
        if listed is not None and marks.listed.shots != listed.shots:
            raise BadInput(f"{video}: was filmed by another shot list; capture it by itself")
        listed = marks.listed


def about_shots(shots: FilmedShots) -> dict[str, Any]:
    """Return what was found, as JSON values."""
    return {
        "shots": len(shots.shots),
        "of": len(shots.listed.shots),
        "times": len(shots.filmed),
        "left_out": list(shots.left_out),
    }


def shot_inputs(videos: Sequence[Path], list_file: Path | None) -> dict[str, list[str]]:
    """Return by what the shots of footage are known: the SHA-256 of list and notes, if any."""
    noted = [Path(v).with_suffix(NOTES) for v in videos if marks_beside(Path(v)) is not None]
    files = noted if list_file is None else [list_file, *noted]
    return {"shots": [sha256(file) for file in files]} if files else {}


def danced_from(take: Path) -> list[str]:
    """Return the SHA-256 of what moves of a take are cut from: its poses, and its shots."""
    return [sha256(take / name) for name in (POSES, SHOTS) if (take / name).is_file()]


def marks_beside(video: Path) -> Marks | None:
    """Return which moves begin when by the notes beside a recording; None: it has none.

    Raises:
        BadInput: the notes are damaged.
    """
    path = video.with_suffix(NOTES)
    if not path.is_file():
        return None
    notes = read_json_object(path, "notes of a recording")
    if "shot_list" not in notes:
        return None
    try:
        listed = shot_list_from(notes["shot_list"])
        danced = []
        for number, one in enumerate(field(notes, "shots", list, "notes"), 1):
            where = f"shots: entry {number}"
            if not isinstance(one, dict):
                raise BadInput(f"{where}: expected an object, found {one!r:.40}")
            shot = field(one, "shot", int, where)
            between(shot, 1, len(listed.shots), f"{where}: shot")
            danced.append(Danced(shot, float(field(one, "start", float, where))))
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None
    return Marks(listed, tuple(danced))


def _marks(source: Source, film: np.ndarray, take: Take, listed: ShotList | None) -> Marks | None:
    """Return which moves begin when, in seconds of the used part of a source."""
    noted = marks_beside(Path(source.path))
    if noted is not None:
        before = source.first / take.fps
        return Marks(noted.listed, tuple(Danced(d.number, d.start - before) for d in noted.danced))
    if listed is None:
        return None
    guide = guide_of(listed)
    start, likeness = guide_start(film, guide, take.body, take.fps)
    if likeness < _FOLLOWS:
        raise BadInput(
            f"{source.path}: does not follow the guide of the shot list (likeness {likeness:.2f}, "
            f"expected {_FOLLOWS} or more); film while the guide plays, without a stop; the take "
            "is kept"
        )
    return Marks(listed, tuple(Danced(d.number, d.start + start) for d in guide.danced))


def _judged(take: Take, listed: ShotList, found: Sequence[Found]) -> FilmedShots:
    missing = np.zeros(take.frame_count, bool)
    missing[np.asarray(take.report.get("missing_frames", []), int)] = True
    away = _from_shared_pose(take, listed, found)
    kept, left = [], []
    for one, apart in zip(found, away, strict=True):
        shot = listed.shots[one.number - 1]
        first, stop = _frames(one, listed, take.fps)
        unseen = float(missing[first:stop].mean())
        name = f"{shot.name} (shot {one.number}) at {one.start:.1f} s"
        if unseen > _UNSEEN:
            left.append(f"{name}: nobody is found in {unseen:.0%} of its frames")
        elif one.likeness < LEAST_LIKE:
            left.append(f"{name}: moves otherwise than shown (likeness {one.likeness:.2f})")
        elif apart > _SAME_POSE:
            left.append(f"{name}: does not begin and end in the shared pose ({apart:.2f})")
        else:
            kept.append(FilmedShot(one.number, one.start, one.likeness))
    there = {one.shot for one in kept}
    left += [
        f"{shot.name} (shot {n}): not filmed"
        for n, shot in enumerate(listed.shots, 1)
        if n not in there
    ]
    return FilmedShots(listed, tuple(sorted(kept, key=lambda one: one.start)), tuple(left))


def _from_shared_pose(take: Take, listed: ShotList, found: Sequence[Found]) -> np.ndarray:
    """Return how far (found,) the farther end of each move is from the usual shared pose."""
    poses = about_torso(take.poses.points, take.poses.skeleton, take.body.height)
    ends = []
    for place, one in enumerate(found):
        shot, (first, stop) = listed.shots[one.number - 1], _frames(one, listed, take.fps)
        ends += [(place, shot.begin, first), (place, shot.end, stop - 1)]
    away = np.zeros(len(found))
    for name in {pose for _, pose, _ in ends}:
        here = [(place, frame) for place, pose, frame in ends if pose == name]
        held = poses[[frame for _, frame in here]]
        usual = np.nanmedian(held, axis=0, keepdims=True)
        for (place, _), apart in zip(here, distances(held, usual)[:, 0], strict=True):
            away[place] = max(away[place], float(apart))
    return away


def _frames(one: Found, listed: ShotList, fps: float) -> tuple[int, int]:
    first = round(one.start * fps)
    beats = listed.shots[one.number - 1].beats
    return first, first + 1 + round(beats * 60 / listed.tempo * fps)
