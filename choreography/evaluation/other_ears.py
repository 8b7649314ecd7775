"""Beats that the choreographer did not make: from a file, or by another tracker.

A dance that is scored against its own plan's beats cannot be found out where those are wrong.

Conventions: beats are (beats,) rising seconds of the dance, which may begin within its song.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from stickdance.capture.media.audio import Sound, read_wav
from stickdance.checkpoints.errors import BadInput, MissingDependency
from stickdance.choreography.annotations.files import read_beats
from stickdance.choreography.dance.folder import SONG, Dance
from stickdance.choreography.listening import listen
from stickdance.choreography.options import ListeningOptions


def beats_of(dance: Dance, beats: str | Path) -> np.ndarray:
    """Return the beats within a dance that a file holds or a tracker hears in its sound.

    Args:
        dance: what is scored.
        beats: a name in `TRACKERS`, else a file of the whole song's beats.

    Raises:
        BadInput: neither a tracker nor a file of beats.
        MissingDependency: the tracker is not installed.
    """
    tracker = TRACKERS.get(str(beats))
    if tracker is not None:
        return tracker(read_wav(dance.path / SONG))
    if not Path(beats).exists():
        raise BadInput(
            f"--beats {beats}: no such file, and no tracker; trackers are {', '.join(TRACKERS)}"
        )
    given = np.array(read_beats(Path(beats)).times) - dance.start_seconds
    return given[(given >= 0) & (given < dance.poses.seconds)]


def librosa_beats(sound: Sound) -> np.ndarray:
    """Return the beats that librosa's tracker hears (Ellis 2007; one tempo for the whole song).

    Raises:
        MissingDependency: librosa is not installed.
    """
    try:
        import librosa
    except ImportError:
        raise MissingDependency("--beats librosa: needs `pip install librosa`") from None
    samples, rate = librosa.load(sound.path, sr=22050, mono=True)
    _, times = librosa.beat.beat_track(y=samples, sr=rate, units="time")
    return np.asarray(times, np.float64)


TRACKERS: Mapping[str, Callable[[Sound], np.ndarray]] = {
    "own": lambda sound: listen(sound, ListeningOptions(listener="own")).beats.times,
    "librosa": librosa_beats,
    "beat_this": lambda sound: listen(sound, ListeningOptions(listener="beat_this")).beats.times,
}
"""Who can hear beats, by name."""
