"""What each beat of a song sounds like: loudness, pace and register.

As published (Islam, Rahman and Amin, "Beat Based Realistic Dance Video Generation using Deep
Learning") amplitude, beat interval and frequency choose the energy, the speed and the body part
of a movement. All is relative to the song itself: a soft song has loud beats too, and the bass,
which always holds most of the power, is "low" only where there is more of it than usual.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stickdance.capture.media.audio import Sound
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.spectrum import RATE, loudness, mono, spectra

BANDS = ("low", "mid", "high")
EDGES = (200.0, 2000.0)
"""Hz between the bands: bass and kick drum, voices and chords, cymbals and consonants."""

_WINDOW, _HOP = 2048, 512
_SILENT_DB = -45.0  # against the song's loud seconds
_SILENT_SHARE = 0.8  # of the frames of a beat
_FLOOR_DB = -60.0
_CONTRAST = 6.0  # dB above its usual share that make a band count e times as much


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


def beat_features(sound: Sound, beats: Beats) -> BeatFeatures:
    """Measure a song beat by beat.

    Args:
        sound: the decoded song.
        beats: its beats; each value is of the stretch from a beat to the next, the last one of as
            long a stretch as the one before it.
    """
    powers = np.concatenate([_band_powers(sound), np.zeros((1, 3), np.float32)])  # silence follows
    edges = np.append(beats.times, beats.times[-1] + beats.intervals[-1])
    places = np.clip(np.round(edges * RATE / _HOP).astype(int), 0, len(powers) - 1)
    whole = _decibels(powers.sum(axis=1))
    loud = np.array([_mean_of(whole, *ends) for ends in _pairs(places)])
    silent = np.array([_mean_of(whole < _SILENT_DB, *ends) for ends in _pairs(places)])
    bands = np.array([_mean_of(_decibels(powers), *ends) for ends in _pairs(places)])
    is_silent = silent >= _SILENT_SHARE
    return BeatFeatures(
        amplitude=_spread(loud, ~is_silent),
        interval=beats.intervals.astype(np.float32),
        shares=_shares(bands, ~is_silent),
        silent=is_silent,
    )


def _band_powers(sound: Sound) -> np.ndarray:
    """Return (frames, 3) power in each band; 1 is as loud as the song's loud seconds."""
    level = loudness(sound)
    frequencies = np.arange(_WINDOW // 2 + 1) * RATE / _WINDOW
    starts = [0, *np.searchsorted(frequencies, EDGES)]
    rows = [
        np.add.reduceat(np.square(magnitudes / level), starts, axis=1)
        for magnitudes in spectra(mono(sound), _WINDOW, _HOP)
    ]
    return np.concatenate(rows)


def _decibels(power: np.ndarray) -> np.ndarray:
    return 10 * np.log10(np.maximum(power, 10 ** (_FLOOR_DB / 10)))


def long_runs(flags: np.ndarray, least: int) -> np.ndarray:
    """Return bool (beats,): those of the runs of True that have at least so many beats."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    out = np.zeros(len(flags), bool)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        out[start:stop] = stop - start >= least
    return out


def _pairs(places: np.ndarray) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in pairwise(places)]


def _mean_of(values: np.ndarray, start: int, stop: int) -> np.ndarray:
    """Return the mean of a stretch, of at least one frame."""
    return values[start : max(stop, start + 1)].mean(axis=0)


def _spread(loud: np.ndarray, sounding: np.ndarray) -> np.ndarray:
    """Return 0..1 from the song's quiet to its loud beats: between the 5th and 95th percentile.

    A song of one loudness throughout has 0.5 everywhere: less than 3 dB are not spread wider.
    """
    if not sounding.any():
        return np.zeros(len(loud), np.float32)
    quiet, strong = np.percentile(loud[sounding], [5, 95])
    lacking = max(0.0, 3.0 - (strong - quiet)) / 2
    quiet, strong = quiet - lacking, strong + lacking
    spread = np.clip((loud - quiet) / (strong - quiet), 0, 1)
    return np.where(sounding, spread, 0).astype(np.float32)


def _shares(bands: np.ndarray, sounding: np.ndarray) -> np.ndarray:
    """Return rows that add up to 1 from each band's decibels above its usual balance."""
    balance = bands - bands.mean(axis=1, keepdims=True)
    usual = np.median(balance[sounding], axis=0) if sounding.any() else 0.0
    weights = np.exp(np.clip((balance - usual) / _CONTRAST, -5, 5))
    weights[~sounding] = 1
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
