"""Beats, metre and downbeats of a song."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from capture.audio import Sound


@dataclass(frozen=True)
class Beats:
    """Where a song's beats and bars are."""

    times: np.ndarray
    """(beats,) float64, seconds from the first sample, rising; at least four."""
    downbeats: np.ndarray
    """(bars,) int64, rising: which of the beats are the first of a bar."""
    tempo: float
    """Beats per minute: 60 / the median interval."""
    metre: int
    """Beats in a bar: 3 or 4."""
    strength: np.ndarray
    """(beats,) float32, 0..1: how clearly a sound starts at the beat, against the song's own."""
    confidence: float
    """0..1: how periodic the song is."""

    def __len__(self) -> int:
        """Return the number of beats."""
        return len(self.times)

    @property
    def intervals(self) -> np.ndarray:
        """Return (beats,) seconds from each beat to the next; the last one repeats."""
        steps = np.diff(self.times)
        return np.append(steps, steps[-1])

    @property
    def downbeat_times(self) -> np.ndarray:
        """Return (bars,) seconds at which bars begin."""
        return self.times[self.downbeats]

    @property
    def positions(self) -> np.ndarray:
        """Return (beats,) int64: the count of each beat in its bar, 1 on the downbeat."""
        beats = np.arange(len(self.times))
        bar = np.searchsorted(self.downbeats, beats, side="right") - 1
        after = beats - self.downbeats[np.maximum(bar, 0)]
        return np.where(bar >= 0, after, after % self.metre) + 1


def find_beats(sound: "Sound") -> Beats:
    """Find beats, tempo, metre and bars of a song.

    Raises:
        BadInput: the song has no beat (noise, a sustained tone, a single click) or is too short.
    """
    raise NotImplementedError
