"""What each video frame of a song sounds like: the features that movement data are paired with.

Spectral centroid, roll-off, zero crossings, bandwidth, contrast, flatness, root mean square and mel
cepstrum, as librosa defines them (decibels without its limit of 80 below the loudest), but at the
exact time of every video frame and block by block, so that an hour needs no more memory than a
minute. Written in numpy, because librosa's own load what numba compiles for ten seconds in a fresh
process.

Conventions
    Frame `k` is about the 93 ms around second `k / fps`; silence is assumed before and after the
    song. Values are those of the recording at its own volume.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

import librosa
import numpy as np
from scipy.fft import dct, rfft

from stickdance.capture.media.audio import Sound, blocks
from stickdance.checkpoints.files import whole_file
from stickdance.choreography.music.spectrum import RATE

MFCCS = 20
_WINDOW = 2048
_ROLL_OFF = 0.85
_BANDS = 6
_LOWEST_BAND = 200.0  # Hz
_QUANTILE = 0.02
_MEL_BANDS = 128
_LEAST = 1e-10
_TOGETHER = 256  # frames at a time

NAMES = (
    "centroid", "roll_off", "zero_crossings", "bandwidth",
    *(f"contrast_{band}" for band in range(_BANDS + 1)),
    "flatness", "rms",
    *(f"mfcc_{number}" for number in range(MFCCS)),
)  # fmt: skip
"""The columns: Hz, Hz, share of samples, Hz, decibels, 0..1, amplitude, decibels."""


@dataclass(frozen=True)
class FrameFeatures:
    """What every video frame of a song sounds like."""

    values: np.ndarray
    """(frames, 33) float32, columns as in NAMES."""
    fps: float

    def column(self, name: str) -> np.ndarray:
        """Return one feature over time, (frames,)."""
        return self.values[:, NAMES.index(name)]

    def save(self, path: Path) -> Path:
        """Write an NPZ with `values`, `names` and `fps`, and return the path."""
        with whole_file(Path(path)) as temporary:
            np.savez_compressed(
                temporary, values=self.values, names=np.array(NAMES), fps=np.array(self.fps)
            )
        return Path(path)


def frame_features(sound: Sound, fps: float) -> FrameFeatures:
    """Measure a song at every frame of a video.

    Args:
        sound: the decoded song.
        fps: frames a second.
    """
    rows = [_measured(windows) for windows in _windows(sound, fps)]
    return FrameFeatures(np.concatenate(rows).astype(np.float32), fps)


def _windows(sound: Sound, fps: float) -> Iterator[np.ndarray]:
    """Yield (some, 2048) samples around the video's frames, in order."""
    frames = max(1, round(sound.seconds * fps))
    starts = np.round(np.arange(frames) * RATE / fps).astype(int)
    waiting, gone, done = np.zeros(_WINDOW // 2, np.float32), 0, 0
    ending = np.zeros(_WINDOW + RATE, np.float32)  # also where rounding cut the last frame short
    for block in chain(blocks(sound, rate=RATE), [ending]):
        waiting = np.concatenate([waiting, block])
        ready = int(np.searchsorted(starts, gone + len(waiting) - _WINDOW, side="right"))
        for some in np.array_split(starts[done:ready], max(1, (ready - done) // _TOGETHER)):
            if len(some):
                yield waiting[(some - gone)[:, None] + np.arange(_WINDOW)]
        done = max(done, ready)
        drop = (starts[done] - gone) if done < frames else len(waiting)
        waiting, gone = waiting[drop:], gone + drop


def _measured(windows: np.ndarray) -> np.ndarray:
    """Return (frames, 33) float64."""
    shape = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    magnitudes = np.abs(rfft(windows * shape, axis=1)).astype(np.float64)
    frequencies = librosa.fft_frequencies(sr=RATE, n_fft=_WINDOW)
    total = magnitudes.sum(axis=1)
    share = magnitudes / np.where(total > 1e-9, total, 1)[:, None]
    centroid = share @ frequencies
    away = np.abs(frequencies - centroid[:, None])
    up_to = np.cumsum(magnitudes, axis=1)
    power = np.maximum(np.square(magnitudes), _LEAST)
    columns = [
        centroid,
        frequencies[(up_to < _ROLL_OFF * up_to[:, -1:]).sum(axis=1)],
        _zero_crossings(windows),
        np.sqrt((share * np.square(away)).sum(axis=1)),
        *_contrasts(magnitudes, frequencies).T,
        np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1),
        np.sqrt(np.square(windows.astype(np.float64)).mean(axis=1)),
        *_cepstrum(magnitudes).T,
    ]
    return np.stack(columns, axis=1)


def _zero_crossings(windows: np.ndarray) -> np.ndarray:
    negative = np.signbit(np.where(np.abs(windows) <= _LEAST, np.float32(0), windows))
    return (negative[:, 1:] != negative[:, :-1]).sum(axis=1) / _WINDOW


def _contrasts(magnitudes: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Return (frames, 7) decibels: how far the strongest of an octave stand over its weakest.

    Jiang et al., "Music type classification by spectral contrast feature" (2002).
    """
    edges = np.concatenate([[0], _LOWEST_BAND * 2.0 ** np.arange(_BANDS + 1)])
    columns = []
    for band in range(_BANDS + 1):
        inside = np.flatnonzero((frequencies >= edges[band]) & (frequencies <= edges[band + 1]))
        first = inside[0] - (band > 0)
        # The top band goes to the end; the others leave their last bin to the next one.
        stop = len(frequencies) if band == _BANDS else inside[-1]
        count = stop - first + (band < _BANDS)
        few = max(1, int(np.rint(_QUANTILE * count)))
        ordered = np.sort(magnitudes[:, first:stop], axis=1)
        peak, valley = ordered[:, -few:].mean(axis=1), ordered[:, :few].mean(axis=1)
        columns.append(_decibels(peak) - _decibels(valley))
    return np.stack(columns, axis=1)


def _cepstrum(magnitudes: np.ndarray) -> np.ndarray:
    mel = np.square(magnitudes) @ _mel_filters().T
    return dct(_decibels(mel), axis=1, type=2, norm="ortho")[:, :MFCCS]


@lru_cache(maxsize=1)
def _mel_filters() -> np.ndarray:
    return librosa.filters.mel(sr=RATE, n_fft=_WINDOW, n_mels=_MEL_BANDS).astype(np.float64)


def _decibels(power: np.ndarray) -> np.ndarray:
    return 10 * np.log10(np.maximum(power, _LEAST))
