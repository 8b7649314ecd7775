"""How instruments and voices sound together, over time: the loudness of mel bands.

Where a song goes from verse to chorus, its timbre changes more than its notes.
"""

import numpy as np

from capture.audio import Sound
from choreography.spectrum import RATE, loudness, mel_filters, spectra

_WINDOW, _HOP = 2048, 1024
_MEL_BANDS = 24
_LOWEST, _HIGHEST = 40.0, 9000.0
_FLOOR = 1e-6  # power under the song's loud seconds


def timbre_within(sound: Sound, edges: np.ndarray) -> np.ndarray:
    """Return (len(edges) - 1, mel bands) float32: mean decibels between neighbouring edges.

    Args:
        sound: the decoded song; 0 dB is about as loud as its loud seconds.
        edges: rising seconds.
    """
    level = loudness(sound)
    filters = mel_filters(_WINDOW, _MEL_BANDS, _LOWEST, _HIGHEST)
    rows = [
        10 * np.log10(np.square(magnitudes / level) @ filters.T + _FLOOR)
        for magnitudes in spectra(sound, _WINDOW, _HOP)
    ]
    frames = np.concatenate(rows)
    places = np.clip(np.round(edges * RATE / _HOP).astype(int), 0, len(frames) - 1)
    sums = np.concatenate([np.zeros((1, _MEL_BANDS)), np.cumsum(frames, axis=0, dtype=np.float64)])
    first, last = places[:-1], np.maximum(places[1:], places[:-1] + 1)
    return ((sums[last] - sums[first]) / (last - first)[:, None]).astype(np.float32)
