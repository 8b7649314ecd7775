"""How fast a song goes, second by second: a tempogram and the smoothest strong path through it.

Stages: onset envelope, levelled -> autocorrelation of overlapping windows of ten seconds -> sum
over the multiples of each beat period ("comb") times a broad preference for moderate tempi ->
Viterbi path through the seconds of the song, which may change its tempo but not jump freely. Where
shorter windows show a clearly stronger pulse the song hurries and lingers, and they are taken: in a
steady song the long ones are as clear, and surer.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from stickdance.choreography.music.onsets import FRAME_RATE

SLOWEST, FASTEST = 40.0, 240.0
STEPS_PER_OCTAVE = 24
TEMPI = SLOWEST * 2 ** (
    np.arange(1 + round(STEPS_PER_OCTAVE * np.log2(FASTEST / SLOWEST))) / STEPS_PER_OCTAVE
)
"""Beats per minute that are considered, 3 % from one to the next."""

WINDOWS = (10.0, 5.0, 3.5)
"""Seconds that are compared with themselves, longest first."""
_CLEARER = 1.15
"""How much more periodic shorter windows must be; steady songs reach 1.07, rubato 1.2 to 1.6."""
_PREFERRED_TEMPO = 115.0
_PREFERENCE_OCTAVES = 0.9
_MULTIPLES = (1, 2, 3, 4)
_CHANGE_COST = 0.06


@dataclass(frozen=True)
class TempoPath:
    """How fast a song goes."""

    tempi: np.ndarray
    """(seconds,) beats per minute of its strongest pulse around each second."""
    correlations: np.ndarray
    """(seconds, lags) from `autocorrelations`, of the windows that were taken."""
    periodic: float
    """0..1: how periodic the song is along the path, over the livelier half."""


def find_tempo(envelope: np.ndarray) -> TempoPath:
    """Find the strongest pulse of a song from its levelled onset envelope."""
    found = _through(envelope, WINDOWS[0])
    for seconds in WINDOWS[1:]:
        shorter = _through(envelope, seconds)
        if shorter.periodic < _CLEARER * found.periodic:
            break
        found = shorter
    return found


def levelled(envelope: np.ndarray) -> np.ndarray:
    """Return an onset envelope without its slow changes: mean 0 and power 1 in its surroundings.

    Quiet passages count like loud ones, but not less than a tenth of the song: silence stays 0.
    """
    around = uniform_filter1d(envelope, round(0.8 * FRAME_RATE), mode="nearest")
    peaks = envelope - around
    power = uniform_filter1d(np.square(peaks), round(8 * FRAME_RATE), mode="nearest")
    floor = 0.01 * float(np.mean(np.square(peaks)))
    return (peaks / np.sqrt(np.maximum(power, max(floor, 1e-12)))).astype(np.float32)


def autocorrelations(envelope: np.ndarray, window_seconds: float = WINDOWS[0]) -> np.ndarray:
    """Return how well a levelled envelope repeats after each lag, around each second.

    Returns:
        (seconds, lags) float32; lag is in frames; 1 at lag 0, about 0 where nothing repeats.
    """
    length = round(window_seconds * FRAME_RATE)
    lags = 1 + int(np.ceil(max(_MULTIPLES) * 60 / SLOWEST * FRAME_RATE))
    padded = np.pad(envelope, (length // 2, length))
    starts = np.round(np.arange(0, len(envelope), FRAME_RATE)).astype(int)
    size = 2 * length
    overlap = np.maximum(1 - np.arange(lags) / length, 0.35)
    rows = []
    for some in np.array_split(starts, max(1, len(starts) // 64)):
        frames = padded[some[:, None] + np.arange(length)] * np.hanning(length) ** 0.5
        power = np.square(np.abs(np.fft.rfft(frames, size)))
        sums = np.fft.irfft(power)[:, :lags]
        rows.append((sums / np.maximum(sums[:, :1], 1e-6) / overlap).astype(np.float32))
    return np.concatenate(rows)


def combs(correlations: np.ndarray, tempi: np.ndarray = TEMPI) -> np.ndarray:
    """Return how well each tempo explains each row: mean correlation over its first multiples."""
    periods = 60 * FRAME_RATE / tempi
    total = np.zeros((len(correlations), len(tempi)), np.float32)
    for multiple in _MULTIPLES:
        total += _at_lags(correlations, multiple * periods) / len(_MULTIPLES)
    return total


def preference(tempi: np.ndarray) -> np.ndarray:
    """Return 0..1: how usual a tempo is, a bell over the logarithm of the tempo."""
    octaves = np.log2(tempi / _PREFERRED_TEMPO) / _PREFERENCE_OCTAVES
    return np.exp(-0.5 * np.square(octaves))


def tempo_path(correlations: np.ndarray) -> np.ndarray:
    """Return (seconds,) beats per minute: the strongest path that changes little."""
    strength = np.maximum(combs(correlations), 0) * preference(TEMPI)
    return TEMPI[_smoothest(strength)]


def _through(envelope: np.ndarray, window_seconds: float) -> TempoPath:
    correlations = autocorrelations(envelope, window_seconds)
    path = tempo_path(correlations)
    tempi = np.unique(path)
    strength = combs(correlations, tempi)[np.arange(len(path)), np.searchsorted(tempi, path)]
    periodic = float(np.clip(np.sort(strength)[len(strength) // 2 :].mean(), 0, 1))
    return TempoPath(path, correlations, periodic)


def _smoothest(strength: np.ndarray) -> np.ndarray:
    """Viterbi: the path of columns with the largest sum of strength minus the cost of changes."""
    columns = np.arange(strength.shape[1])
    cost = _CHANGE_COST * np.minimum(np.abs(columns[:, None] - columns), STEPS_PER_OCTAVE)
    best = strength[0].copy()
    came_from = np.zeros(strength.shape, np.int16)
    for row in range(1, len(strength)):
        reached = best[:, None] - cost
        came_from[row] = reached.argmax(axis=0)
        best = reached[came_from[row], columns] + strength[row]
    path = np.empty(len(strength), int)
    path[-1] = best.argmax()
    for row in range(len(strength) - 1, 0, -1):
        path[row - 1] = came_from[row, path[row]]
    return path


def _at_lags(correlations: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Return the correlations at fractional lags (seconds, len(lags)), the best within 2 %."""
    best = np.full((len(correlations), len(lags)), -np.inf, np.float32)
    for shift in (0.985, 1.0, 1.015):
        exact = np.minimum(lags * shift, correlations.shape[1] - 1.001)
        below = exact.astype(int)
        part = (exact - below).astype(np.float32)
        values = correlations[:, below] * (1 - part) + correlations[:, below + 1] * part
        best = np.maximum(best, values)
    return best
