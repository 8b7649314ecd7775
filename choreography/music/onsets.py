"""Where sounds start: how much louder each frame of a song is than the one before, by register.

Stages: mel spectrum (librosa's filters) of short windows -> logarithm of the loudness, relative to
the song's own -> rise over two frames, averaged over the mel bands of a register ("spectral flux",
Bello et al. 2005, with the lag of Boeck and Widmer 2013).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from stickdance.choreography.music.spectrum import RATE, mel_filters, mel_frequencies, spectra

WINDOW = 1024
HOP = 256
FRAME_RATE = RATE / HOP
"""Frames of an onset envelope per second: 86.1."""

DELAY = 0.0015
"""Seconds by which a frame's rise comes before the start of a drum's sound."""

_LAG = 2
_MEL_BANDS = 48
_LOWEST, _HIGHEST = 30.0, 10000.0
_EDGES = (160.0, 2000.0)
"""Hz: below the first the kick drum and the bass, above the second hi-hats and consonants."""
_COMPRESSION = 300.0


@dataclass(frozen=True)
class Onsets:
    """Onset envelopes of a song; frame `k` is about what starts at `time(k)`."""

    low: np.ndarray
    """(frames,) float32, not negative: rise below 160 Hz."""
    middle: np.ndarray
    """(frames,) float32: rise from 160 Hz to 2 kHz."""
    high: np.ndarray
    """(frames,) float32: rise above 2 kHz."""
    whole: np.ndarray
    """(frames,) float32: rise over all mel bands."""

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.whole)


def onsets_of(samples: Iterable[np.ndarray], level: float) -> Onsets:
    """Return the onset envelopes of a song, at FRAME_RATE.

    Args:
        samples: its mono samples at `spectrum.RATE`, in pieces.
        level: its `spectrum.loudness`.
    """
    filters = mel_filters(WINDOW, _MEL_BANDS, _LOWEST, _HIGHEST)
    centres = mel_frequencies(_MEL_BANDS + 2, _LOWEST, _HIGHEST)[1:-1]
    register = np.searchsorted(_EDGES, centres)
    before = np.zeros((_LAG, _MEL_BANDS), np.float32)
    rises = []
    for magnitudes in spectra(samples, WINDOW, HOP):
        mel = np.sqrt(np.square(magnitudes) @ filters.T) / level
        loud = np.concatenate([before, np.log1p(_COMPRESSION * mel)])
        before = loud[-_LAG:]
        rise = np.maximum(loud[_LAG:] - loud[:-_LAG], 0)
        bands = [rise[:, register == band].mean(axis=1) for band in range(3)]
        rises.append(np.stack([*bands, rise.mean(axis=1)], axis=1))
    return Onsets(*np.concatenate(rises).T.copy())
