"""Which of the twelve notes sound, over time: the chromagram.

Written in numpy: `librosa.filters.chroma` loads librosa's utilities, which numba compiles for ten
seconds in a fresh process. Stages: spectrum -> thirds of a semitone, summed over octaves, the
middle octaves most -> the song's own tuning -> twelve notes, the strongest of each frame 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from stickdance.capture.media.audio import Sound
from stickdance.choreography.music.spectrum import RATE, loudness, mono, spectra

WINDOW = 4096
HOP = 1024
FRAME_RATE = RATE / HOP
"""Frames of a chromagram per second: 21.5."""

_PARTS = 3  # of a semitone, to find how a song is tuned
_A0 = 27.5  # Hz
_LOWEST, _HIGHEST = 80.0, 4000.0
_MIDDLE_OCTAVE = 5.0  # C5 to C6 counts most, in octaves from A0
_OCTAVES = 1.5
_QUIET = 1e-3  # of the song's loudness: below it no note is heard


@dataclass(frozen=True)
class Chroma:
    """The notes of a song; frame `k` is centred on second `k / FRAME_RATE`."""

    notes: np.ndarray
    """(frames, 12) float32, 0..1 from C to B; the strongest note is 1; zeros in silence."""

    def within(self, edges: np.ndarray) -> np.ndarray:
        """Return the mean notes of each stretch between neighbouring edges, in seconds.

        Returns:
            (len(edges) - 1, 12) float32, the strongest note 1, zeros where nothing sounds.
        """
        places = np.clip(np.round(edges * FRAME_RATE).astype(int), 0, len(self.notes) - 1)
        sums = np.concatenate([np.zeros((1, 12)), np.cumsum(self.notes, axis=0, dtype=np.float64)])
        first, last = places[:-1], np.maximum(places[1:], places[:-1] + 1)
        means = (sums[last] - sums[first]) / (last - first)[:, None]
        return strongest_one(means)


def find_chroma(sound: Sound) -> Chroma:
    """Return which notes sound in a song."""
    return chroma_of(mono(sound), loudness(sound))


def chroma_of(samples: Iterable[np.ndarray], level: float) -> Chroma:
    """Return which notes sound in a song.

    Args:
        samples: its mono samples at `spectrum.RATE`, in pieces.
        level: its `spectrum.loudness`.
    """
    filters = _filters()
    rows = []
    for magnitudes in spectra(samples, WINDOW, HOP):
        loud = np.sqrt(magnitudes / level)  # so that soft notes of a chord count too
        loud[magnitudes.max(axis=1) < _QUIET * level] = 0
        rows.append((loud @ filters).astype(np.float32))
    fine = np.concatenate(rows)
    contrast = np.maximum(fine - np.median(fine, axis=1, keepdims=True), 0)
    return Chroma(strongest_one(_tuned(contrast)))


def strongest_one(notes: np.ndarray) -> np.ndarray:
    """Return rows of notes scaled so that the strongest is 1; silent rows stay 0."""
    peak = notes.max(axis=1, keepdims=True)
    return (notes / np.where(peak > 1e-9, peak, 1)).astype(np.float32)


def change_of_notes(notes: np.ndarray) -> np.ndarray:
    """Return (beats,) 0..1: how much the notes (beats, 12) from a beat on differ from those before.

    Two beats to either side are compared, the nearer one counting twice; 1 minus their cosine.
    """
    padded = np.concatenate([notes[:1], notes[:1], notes, notes[-1:]])
    before = padded[1:-2] + 0.5 * padded[:-3]
    after = padded[2:-1] + 0.5 * padded[3:]
    lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return 1 - (before * after).sum(axis=1) / np.maximum(lengths, 1e-9)


def _filters() -> np.ndarray:
    """Return (WINDOW // 2 + 1, 12 * _PARTS) float32: the share of a bin in each third of a note."""
    frequencies = np.arange(1, WINDOW // 2 + 1) * RATE / WINDOW
    octaves = np.log2(frequencies / _A0)
    bins = 12 * _PARTS
    # A bin is as wide as the resolution at its frequency, at least a third of a semitone.
    width = np.maximum(1.0, bins * np.log2(1 + 1.5 * RATE / WINDOW / frequencies) / 2)
    place = (octaves * bins + 9 * _PARTS)[:, None] - np.arange(bins)
    distance = np.mod(place + bins / 2, bins) - bins / 2
    weights = np.exp(-0.5 * np.square(distance / width[:, None])) / width[:, None]
    weights *= np.exp(-0.5 * np.square((octaves - _MIDDLE_OCTAVE) / _OCTAVES))[:, None]
    weights[(frequencies < _LOWEST) | (frequencies > _HIGHEST)] = 0
    return np.concatenate([np.zeros((1, bins)), weights]).astype(np.float32)


def _tuned(fine: np.ndarray) -> np.ndarray:
    """Fold thirds of semitones to twelve notes around the thirds that the song is tuned to."""
    power = np.square(fine).sum(axis=0).reshape(12, _PARTS).sum(axis=0)
    shift = int(power.argmax())
    centred = np.roll(fine, _PARTS // 2 - shift, axis=1)
    return centred.reshape(len(fine), 12, _PARTS).sum(axis=2)
