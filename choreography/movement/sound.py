"""Which song belongs to which movement, and what each of the movement's frames sounds like.

A dance brings its song along. Else it is the song of the same name, or the song whose name is one
of the words of the movement's, as in AIST++ (`gBR_sBM_cAll_d04_mBR0_ch01` dances to `mBR0`).
Movement and song begin together.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from stickdance.capture.media.audio import decode_sound
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.choreography.music import frame_features

SONG_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".m4a")
COLUMNS = tuple(f"sound_{name}" for name in frame_features.NAMES)


def song_of(movement: str, songs: Iterable[Path]) -> Path | None:
    """Return the song that a movement's name asks for; None where there is none."""
    by_name = {song.stem.lower(): song for song in songs}
    name = movement.lower()
    for word in (name, *re.split(r"[_\s]+", name)):
        if word in by_name:
            return by_name[word]
    return None


def sound_of_frames(song: Path, fps: float, frames: int, start_seconds: float = 0.0) -> np.ndarray:
    """Return what the song sounds like at each frame of a movement, (frames, 33) float32.

    Frames after the song's end are NaN.

    Args:
        song: the file.
        fps: frames a second.
        frames: of the movement.
        start_seconds: second of the song that the movement begins at, met to half a frame.

    Raises:
        BadInput: the song cannot be read.
    """
    with scratch_folder() as folder:
        sound = decode_sound(song, folder / "song.wav")
        heard = frame_features.frame_features(sound, fps).values
    result = np.full((frames, len(COLUMNS)), np.nan, np.float32)
    first = round(start_seconds * fps)
    heard = heard[first : first + frames]
    result[: len(heard)] = heard
    return result
