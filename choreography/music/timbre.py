"""How instruments and voices sound together, over time: the loudness of mel bands.

Where a song goes from verse to chorus, its timbre changes more than its notes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from stickdance.choreography.music.spectrum import RATE, mel_filters, spectra

_WINDOW, _HOP = 2048, 1024
_MEL_BANDS = 24
_LOWEST, _HIGHEST = 40.0, 9000.0
_FLOOR = 1e-6  # power under the song's loud seconds


@dataclass(frozen=True)
class Timbre:
    """The timbre of a song."""

    bands: np.ndarray
    """(frames, mel bands) float32: decibels; 0 is about as loud as the song's loud seconds."""

    def within(self, edges: np.ndarray) -> np.ndarray:
        """Return (len(edges) - 1, mel bands) float32: means between neighbouring edges.

        Args:
            edges: rising seconds.
        """
        places = np.clip(np.round(edges * RATE / _HOP).astype(int), 0, len(self.bands) - 1)
        start = np.zeros((1, _MEL_BANDS))
        sums = np.concatenate([start, np.cumsum(self.bands, axis=0, dtype=np.float64)])
        first, last = places[:-1], np.maximum(places[1:], places[:-1] + 1)
        return ((sums[last] - sums[first]) / (last - first)[:, None]).astype(np.float32)


def timbre_of(samples: Iterable[np.ndarray], level: float) -> Timbre:
    """Return the timbre of a song.

    Args:
        samples: its mono samples at `spectrum.RATE`, in pieces.
        level: its `spectrum.loudness`.
    """
    filters = mel_filters(_WINDOW, _MEL_BANDS, _LOWEST, _HIGHEST)
    rows = [
        10 * np.log10(np.square(magnitudes / level) @ filters.T + _FLOOR)
        for magnitudes in spectra(samples, _WINDOW, _HOP)
    ]
    return Timbre(np.concatenate(rows))
