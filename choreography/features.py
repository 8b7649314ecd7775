"""What each beat of a song sounds like: loudness, pace and register."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from choreography.beats import Beats

if TYPE_CHECKING:
    from capture.audio import Sound

BANDS = ("low", "mid", "high")


@dataclass(frozen=True)
class BeatFeatures:
    """One value per beat: of the stretch from this beat to the next."""

    amplitude: np.ndarray
    """(beats,) float32, 0..1: loudness between the song's own quiet (0) and loud (1) beats."""
    interval: np.ndarray
    """(beats,) float32, seconds to the next beat; the last one repeats."""
    shares: np.ndarray
    """(beats, 3) float32, rows add up to 1: low, mid, high, each against the song's own usual."""
    silent: np.ndarray
    """(beats,) bool: nothing to dance to from this beat to the next."""

    @property
    def dominant(self) -> np.ndarray:
        """Return (beats,) int64: index into BANDS of the band that stands out most."""
        return np.argmax(self.shares, axis=1)


def beat_features(sound: "Sound", beats: Beats) -> BeatFeatures:
    """Measure a song beat by beat."""
    raise NotImplementedError
