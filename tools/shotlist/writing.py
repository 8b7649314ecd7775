"""A song or a style -> a shot list on the disk, a guide to film by, and a table for people."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput, OutputFailed, UsageError, saying_why
from stickdance.choreography.shotlist.guide import guide_of, seconds_for
from stickdance.choreography.shotlist.listing import (
    Listed,
    song_to_shot_list,
    style_to_shot_list,
)
from stickdance.choreography.shotlist.options import ShotListOptions
from stickdance.choreography.shotlist.shared_poses import SHARED
from stickdance.choreography.shotlist.shot_list import ShotList
from stickdance.tools.text_table import aligned

LIST, GUIDE = "list.json", "guide.mp4"
"""Names in a folder."""


def write_shot_list(song: Path | None, to: Path, options: ShotListOptions) -> dict[str, Any]:
    """Write a shot list, and the guide beside it.

    Args:
        song: to be danced; None: any song of the style.
        to: NAME.json, or a folder for `LIST` and `GUIDE`.
        options: how it is danced and filmed.

    Raises:
        BadInput: the song cannot be danced, or an option is out of range.
        UsageError: options that need a song.
        OutputFailed: `to` cannot be written.
    """
    _check_place(to)
    if song is None and (options.beats is not None or options.sections is not None):
        raise UsageError("--beats, --sections: are of a song; name it")
    made = Listed(style_to_shot_list(options)) if song is None else song_to_shot_list(song, options)
    listed = made.shot_list
    file = to if to.suffix == ".json" else to / LIST
    with saying_why(to):
        file.parent.mkdir(parents=True, exist_ok=True)
    guide = file.with_name(GUIDE) if to.suffix != ".json" else file.with_suffix(".guide.mp4")
    if options.guide:
        from stickdance.choreography.shotlist.guide_video import write_guide

        write_guide(guide_of(listed), guide)
    listed.save(file)  # last: where there is a list, its guide is there
    told = _told(made)
    return {
        "written": str(file),
        "guide": str(guide) if options.guide else None,
        "shots": len(listed.shots),
        "tempo": round(listed.tempo, 2),
        "seconds_to_film": round(guide_of(listed).seconds, 1),
        "beats": made.beats or None,
        "beats_danced": made.beats_danced or None,
        "uncovered": list(listed.uncovered),
        "table": "\n".join([table(listed), "", *told, f"written: {file}"]),
    }


def table(listed: ShotList) -> str:
    """Return a shot list as a table for the person who is filmed."""
    head = ("move", "no.", "poses", "beats", "tempo", "times", "seconds", "  what it looks like")
    rows: list[Sequence[str]] = [head]
    for number, shot in enumerate(listed.shots, 1):
        rows.append(
            (
                shot.action.replace("_", " ") + (", other side" if shot.mirrored else ""),
                str(number),
                shot.begin if shot.begin == shot.end else f"{shot.begin} > {shot.end}",
                str(shot.beats),
                f"{listed.tempo:.0f}",
                str(shot.repeats),
                f"{seconds_for(shot, listed.tempo, listed.metre):.0f}",
            )
        )
    columns = aligned([row[:7] for row in rows]).splitlines()
    looks = [head[7].strip(), *(shot.danced.about for shot in listed.shots)]
    lines = [f"{left}  {words}" for left, words in zip(columns, looks, strict=True)]
    poses = [f"pose {name}: {pose.about}" for name, pose in SHARED.items()]
    return "\n".join([*lines, "", *poses])


def _told(made: Listed) -> list[str]:
    seconds = guide_of(made.shot_list).seconds
    lines = [f"filming takes {seconds / 60:.1f} minutes"]
    if made.beats:
        lines.append(f"{made.beats_danced} of {made.beats} beats are danced with these moves")
    missed = made.shot_list.uncovered
    lines.append("left uncovered: " + (", ".join(missed) if missed else "nothing"))
    return lines


def _check_place(to: Path) -> None:
    if to.suffix not in ("", ".json"):
        raise BadInput(f"--output {to}: expected NAME.json or the name of a folder")
    if to.suffix == "" and to.is_file():
        raise OutputFailed(f"--output {to}: is a file, expected NAME.json or a folder's name")
    if to.suffix == ".json" and to.is_dir():
        raise OutputFailed(f"--output {to}: is a folder, expected a file's name")
