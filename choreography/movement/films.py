"""Films of dancing as material: each becomes a dance of whoever dances in it, with its sound.

Such dances are kept, and reused as long as the film is the same, so that a folder of films that was
interrupted goes on where it was. What cannot be used is named with its reason and left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stickdance.capture.options import CaptureOptions
from stickdance.capture.pose.body_profile_from_poses import measure_body
from stickdance.capture.video_to_motion import video_to_motion
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.progress import note
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.choreography.dance.folder import SILENT, SONG, Dance
from stickdance.choreography.following.leader import seldom_seen
from stickdance.choreography.following.video_to_dance import video_to_dance
from stickdance.choreography.movement.discovery import MovementEntry, found_in
from stickdance.choreography.options import ChoreographyOptions

DANCES = "dances"
"""What the folder of the films' dances is called."""


@dataclass(frozen=True)
class Material:
    """What there is to learn from."""

    entries: tuple[MovementEntry, ...]
    refused: tuple[str, ...]
    """Films that cannot be used, with the reason."""
    notes: tuple[str, ...]
    """What is doubtful about those that are used."""


def material_in(folder: Path, kept: Path) -> Material:
    """Return the movements in a folder, and what is danced in its films.

    Args:
        folder: movements, songs and films.
        kept: where the films' dances are kept.

    Raises:
        BadInput: no such folder, or nothing in it can be used.
    """
    found = found_in(folder)
    films = dances_of(found.films, kept)
    own = kept.resolve()  # lies in the folder itself, where that is where the output is put
    others = [one for one in found.entries if not one.path.resolve().is_relative_to(own)]
    entries = sorted((*others, *films.entries), key=lambda entry: entry.name)
    if not entries:
        why = "; ".join(films.refused) or "nothing of the kind"
        raise BadInput(
            f"{folder}: holds no movements that can be used ({why}); expected films of somebody "
            "dancing, BVH, AIST++ .npz, keypoint JSON or folders of it, takes or dances"
        )
    return Material(tuple(entries), films.refused, films.notes)


def dances_of(films: Mapping[str, Path], kept: Path) -> Material:
    """Return what is danced in films, each in a folder of its name in `kept`.

    Args:
        films: by name.
        kept: where their dances are, or will be.
    """
    entries: list[MovementEntry] = []
    refused: list[str] = []
    notes: list[str] = []
    for number, (name, film) in enumerate(films.items(), 1):
        note(f"film {number} of {len(films)}: {name}")
        place = kept / name
        try:
            dance = dance_of(film, place)
        except BadInput as error:
            refused.append(f"{name}: left out: {error}")
            note(refused[-1])
            continue
        song = None if dance.manifest.get(SILENT) else place / SONG
        entries.append(MovementEntry(name, place, song))
        notes += dance.warnings
    return Material(tuple(entries), tuple(refused), tuple(notes))


def dance_of(film: Path, place: Path) -> Dance:
    """Return what is danced in a film, watched now unless its dance is kept at `place`.

    Raises:
        BadInput: the film cannot be used.
    """
    return _kept(place, film) or _watched(film, place)


def _kept(place: Path, film: Path) -> Dance | None:
    try:
        dance = Dance.load(place)
    except BadInput:  # not there, or not finished
        return None
    return dance if (dance.followed or {}).get("sha256") == sha256(film) else None


def _watched(film: Path, place: Path) -> Dance:
    """Return the dance in a film on its dancer's own body, frame for frame."""
    with scratch_folder() as scratch:
        # Choreographers learn bodies alone; finding hands and face would take most of the time.
        options = CaptureOptions(hands_and_face="off")
        clip = video_to_motion(film, scratch / "clip", options)
        if seldom := seldom_seen(clip.poses.confidence):
            raise BadInput(f"{film}: hardly ever shows {', '.join(seldom)}, expected a whole body")
        how = ChoreographyOptions(fps=clip.poses.fps, preview=False)
        place.parent.mkdir(parents=True, exist_ok=True)
        return video_to_dance(clip, film, place, measure_body(clip.poses), how)
