"""Ways of dancing the same songs in one table: real dances, choreographers, folders of dances.

    comparison/scores.json  table.txt  dances/WAY/SONG/...   (what choreographers danced for it)

Dances are matched by the samples of their songs, whatever they are called.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import write_text
from stickdance.checkpoints.progress import tracked
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.evaluation.published_measures import music_onsets
from stickdance.choreography.learned.dance_table import SongDance, dance_table
from stickdance.choreography.movement.discovery import entries_in
from stickdance.choreography.movement.sources import is_dance
from stickdance.choreography.music.beats import find_beats
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.tools.corpus.dance_table_text import table_text
from stickdance.tools.options import DanceComparisonOptions

SCORES, TABLE, DANCES = "scores.json", "table.txt", "dances"
_WEIGHTS = "weights.safetensors"
_LEAST_BEATS = 2


@dataclass(frozen=True)
class Way:
    """A way of dancing that takes part."""

    name: str
    path: Path
    """A folder of dances, or of a learned choreographer."""

    @property
    def is_choreographer(self) -> bool:
        """Tell whether it is a model that dances, not its dances."""
        return (self.path / _WEIGHTS).is_file() or _is_published(self.path)


def compare_dances(
    real: Path, ways: Sequence[str], output: Path, options: DanceComparisonOptions
) -> dict[str, Any]:
    """Compare ways of dancing with real dances, write and return their scores.

    Args:
        real: the folder of the real dances, e.g. a corpus' test.
        ways: "NAME=FOLDER" or "FOLDER", of dances to the same songs or of a choreographer.
        output: the folder to write.
        options: how.

    Raises:
        BadInput: too few dances, a song that a way lacks, or two ways of one name.
        OutputFailed: `output` cannot be written.
    """
    named = [_named(way) for way in ways]
    _check_names(named)
    originals = _by_song(dances_in(real))
    made = {}
    for way in named:
        folder = way.path
        if way.is_choreographer:
            folder = Path(output) / DANCES / way.name
            _dance(way.path, originals, folder, options.seed)
        made[way.name] = _by_song(dances_in(folder))
    result = dance_table(
        {song: _scored(dance) for song, dance in originals.items()},
        {
            name: {song: _scored(dance) for song, dance in dances.items()}
            for name, dances in _in_names_of(originals, made).items()
        },
        {song: _beats(dance) for song, dance in originals.items()},
        options,
        {song: music_onsets(dance.sound) for song, dance in originals.items()},
    )
    return _written(Path(output), real, named, result)


def dances_in(folder: Path) -> list[Dance]:
    """Return the dances in a folder and below, in the order of their names.

    Raises:
        BadInput: no such folder, or no dance in it.
    """
    found = [Dance.load(entry.path) for entry in entries_in(folder) if is_dance(entry.path)]
    if not found:
        raise BadInput(f"{folder}: holds no dances; make some with stickdance choreograph")
    return found


def song_of_dance(dance: Dance) -> str:
    """Return what tells a dance's song from others: the hash of its samples."""
    digest = hashlib.sha256()
    with soundfile.SoundFile(dance.sound.path) as file:
        for block in file.blocks(1 << 18, dtype="int16"):
            digest.update(block.tobytes())
    return digest.hexdigest()


def _named(way: str) -> Way:
    name, equals, path = way.partition("=")
    return Way(name, Path(path)) if equals else Way(Path(way).name, Path(way))


def _check_names(ways: Sequence[Way]) -> None:
    names = [way.name for way in ways]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(f"--way: {twice[0]} is named twice; give names as NAME=FOLDER")
    for way in ways:
        if not way.name or "/" in way.name or way.name.startswith("."):
            raise BadInput(f"--way {way.name}={way.path}: expected NAME=FOLDER with a plain name")
        if not (way.path.is_dir() or _is_published(way.path)):
            raise BadInput(
                f"--way {way.path}: expected a folder of dances or of a choreographer, or its .pth"
            )


def _is_published(path: Path) -> bool:
    from stickdance.choreography.learned.music_to_dance.dance_model import is_published

    return path.is_file() and is_published(path)


def _by_song(dances: Sequence[Dance]) -> dict[str, Dance]:
    """Return dances by their songs' samples; of several to one song, the first."""
    found: dict[str, Dance] = {}
    for dance in dances:
        found.setdefault(song_of_dance(dance), dance)
    return found


def _in_names_of(
    originals: Mapping[str, Dance], made: Mapping[str, Mapping[str, Dance]]
) -> Mapping[str, Mapping[str, Dance]]:
    """Check that every way danced every song, so that an error names the song as people do."""
    for name, dances in made.items():
        lacking = [dance.path.name for song, dance in originals.items() if song not in dances]
        if lacking:
            raise BadInput(
                f"--way {name}: has no dance to the very sound of {len(lacking)} of "
                f"{len(originals)} songs, e.g. of {lacking[0]}; dance the song.wav in it"
            )
    return made


def _dance(model: Path, originals: Mapping[str, Dance], to: Path, seed: int) -> None:
    # With one seed for all, a choreographer would draw the same moves to every song.
    for place, original in enumerate(tracked(originals.values(), to.name, unit="song")):
        options = ChoreographyOptions(
            fps=original.poses.fps, seed=seed + place, choreographer=model, preview=False
        )
        song = original.sound.path
        music_to_poses(song, to / original.path.name, options, body=original.body)


def _scored(dance: Dance) -> SongDance:
    return SongDance(dance.poses, tuple(float(time) for time in _borders(dance)))


def _borders(dance: Dance) -> np.ndarray:
    if not dance.learned:
        return np.zeros(0)
    from stickdance.choreography.learned.music_to_dance.options import FPS
    from stickdance.choreography.learned.music_to_dance.sample import borders

    return borders(round(dance.sound.seconds * FPS) + 1)


def _beats(dance: Dance) -> np.ndarray:
    """Return a song's beats: of the real dance's plan, else heard now."""
    if len(dance.beat_times) >= _LEAST_BEATS:
        return dance.beat_times
    return find_beats(dance.sound).times


def _written(
    output: Path, real: Path, ways: Sequence[Way], result: Mapping[str, Any]
) -> dict[str, Any]:
    told = {
        "real": str(real), "ways": {way.name: str(way.path) for way in ways}, **result,
    }  # fmt: skip
    text = table_text(result)
    write_text(output / SCORES, json.dumps(told, indent=1) + "\n")
    write_text(output / TABLE, text + "\n")
    return {"written": str(output / SCORES), **told, "table": text}
