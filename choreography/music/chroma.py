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
_BASS = slice(round(40 * WINDOW / RATE), round(250 * WINDOW / RATE))
BASS_HZ = np.arange(_BASS.start, _BASS.stop) * RATE / WINDOW
"""Frequencies of the bins of `Chroma.bass`."""
_HELD = 5  # frames: longer than a window
_FEWEST_NOTES = 2.5
_LEAST_CHANGE = 0.25  # square of how far notes lie from the song's mean, below which all are one
_QUIET = 1e-3  # of the song's loudness: below it no note is heard


@dataclass(frozen=True)
class Chroma:
    """The notes of a song; frame `k` is centred on second `k / FRAME_RATE`."""

    notes: np.ndarray
    """(frames, 12) float32, 0..1 from C to B; the strongest note is 1; zeros in silence."""
    bass: np.ndarray | None = None
    """(frames, bins) float32: how loud each bin from 40 to 250 Hz is; None where not heard."""

    def within(self, edges: np.ndarray) -> np.ndarray:
        """Return the mean notes of each stretch between neighbouring edges, in seconds.

        Returns:
            (len(edges) - 1, 12) float32, the strongest note 1, zeros where nothing sounds.
        """
        return strongest_one(_means(self.notes, edges))

    def bass_within(self, edges: np.ndarray) -> np.ndarray:
        """Return (stretches, bins) the mean bass between edges, zeros where it was not heard."""
        if self.bass is None:
            return np.zeros((len(edges) - 1, len(BASS_HZ)))
        return _means(self.bass, edges)

    def bass_rise(self, edges: np.ndarray) -> np.ndarray:
        """Return (stretches,) how much of each stretch's bass was not there before it.

        Two stretches to either side are compared; 0 where the bass was not heard.
        """
        means = self.bass_within(edges)
        padded = np.concatenate([means[:1], means[:1], means, means[-1:]])
        before, after = padded[1:-2] + padded[:-3], padded[2:-1] + padded[3:]
        return np.maximum(after - before, 0).sum(axis=1)


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
    rows, bass = [], []
    for magnitudes in spectra(samples, WINDOW, HOP):
        loud = np.sqrt(magnitudes / level)  # so that soft notes of a chord count too
        bass.append(loud[:, _BASS].copy())
        loud[magnitudes.max(axis=1) < _QUIET * level] = 0
        rows.append((loud @ filters).astype(np.float32))
    fine = np.concatenate(rows)
    contrast = np.maximum(fine - np.median(fine, axis=1, keepdims=True), 0)
    return Chroma(strongest_one(_tuned(contrast)), np.concatenate(bass))


def strongest_one(notes: np.ndarray) -> np.ndarray:
    """Return rows of notes scaled so that the strongest is 1; silent rows stay 0."""
    peak = notes.max(axis=1, keepdims=True)
    return (notes / np.where(peak > 1e-9, peak, 1)).astype(np.float32)


def similarities(later: np.ndarray, earlier: np.ndarray) -> np.ndarray:
    """Return (rows, columns) float32: 1 - |V1 - V2| / sqrt(12), after Goto; 0 where one is silent.

    Args:
        later: (rows, 12) notes, the strongest 1.
        earlier: (columns, 12) those that each is compared with.
    """
    squares = np.square(later).sum(axis=1), np.square(earlier).sum(axis=1)
    apart = squares[0][:, None] + squares[1] - 2 * later @ earlier.T
    similar = 1 - np.sqrt(np.maximum(apart, 0) / later.shape[1])
    sounding = [(one > 0).astype(np.float32) for one in squares]
    return similar * sounding[0][:, None] * sounding[1]


def change_of_notes(notes: np.ndarray) -> np.ndarray:
    """Return (beats,) 0..1: how much the notes (beats, 12) from a beat on differ from those before.

    Two beats to either side are compared, the nearer one counting twice; 1 minus their cosine.
    """
    padded = np.concatenate([notes[:1], notes[:1], notes, notes[-1:]])
    before = padded[1:-2] + 0.5 * padded[:-3]
    after = padded[2:-1] + 0.5 * padded[3:]
    lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return 1 - (before * after).sum(axis=1) / np.maximum(lengths, 1e-9)


def _means(rows: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return (len(edges) - 1, columns) the mean row between neighbouring edges, in seconds."""
    places = np.clip(np.round(edges * FRAME_RATE).astype(int), 0, len(rows) - 1)
    sums = np.zeros((len(rows) + 1, rows.shape[1]))
    np.cumsum(rows, axis=0, dtype=np.float64, out=sums[1:])
    first, last = places[:-1], np.maximum(places[1:], places[:-1] + 1)
    return (sums[last] - sums[first]) / (last - first)[:, None]


def steadiness(chroma: Chroma) -> float:
    """Return 0..1: how far the notes that sound are still there a quarter of a second later.

    Chords stay, and are followed by others; noise and speech have other notes in every frame, and
    where one note is nearly always the loudest, as in clicks and held tones, it is 0. A song
    without drums has 0.3 to 0.8.
    """
    loudest = np.bincount(chroma.notes.argmax(axis=1)[chroma.notes.max(axis=1) > 0], minlength=12)
    shares = loudest / max(loudest.sum(), 1)
    if np.exp(-(shares * np.log(np.maximum(shares, 1e-9))).sum()) < _FEWEST_NOTES:
        return 0.0
    notes = chroma.notes - chroma.notes.mean(axis=0)
    sounding = chroma.notes.max(axis=1) > 0
    both = sounding[:-_HELD] & sounding[_HELD:]
    before, after = notes[:-_HELD][both], notes[_HELD:][both]
    sizes = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return float((before * after).sum() / max(np.maximum(sizes, _LEAST_CHANGE).sum(), 1e-9))


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
