"""Short-time spectra of a song, block by block, so that memory does not grow with its length.

Conventions
    Frame `k` is centred on second `k * hop / rate`; silence is assumed before and after the song,
    and the last frame is centred at or before its end. A frame holds the same numbers however the
    song was cut into blocks.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import soundfile
from scipy.fft import rfft

from stickdance.capture.media.audio import Sound, blocks

RATE = 22050
"""Samples per second at which songs are analysed."""

_TOGETHER = 1 << 19  # samples that are transformed at a time: what the processor's caches hold
_SILENCE = 1e-9  # power: -90 dB, the last bit of a 16-bit recording


def spectra(samples: Iterable[np.ndarray], window: int, hop: int) -> Iterator[np.ndarray]:
    """Yield the magnitude spectra of a song.

    Args:
        samples: its mono samples at RATE, in pieces of any size, as `mono` gives them.
        window: samples of a frame at RATE, under a Hann window.
        hop: samples between frames.

    Yields:
        (frames, window // 2 + 1) float32: all frames that a block completes. A sine of amplitude 1
        on the centre of a bin gives 1 there.
    """
    shape = np.hanning(window + 1)[:-1].astype(np.float32)
    shape *= np.float32(2 / shape.sum())
    for frames in framed(samples, window, hop):
        for some in np.array_split(frames, max(1, len(frames) * window // _TOGETHER)):
            yield np.abs(rfft(some * shape, axis=1, overwrite_x=True))


def mono(sound: Sound) -> Iterator[np.ndarray]:
    """Yield a song's samples at RATE, mixed to one channel, piece by piece."""
    return blocks(sound, rate=RATE)


def framed(samples: Iterable[np.ndarray], window: int, hop: int) -> Iterator[np.ndarray]:
    """Yield overlapping frames (frames, window) of a signal that arrives in blocks of any size."""
    waiting = np.zeros(window // 2, np.float32)
    for block in samples:
        waiting = np.concatenate([waiting, block])
        count = 1 + (len(waiting) - window) // hop
        if count > 0:
            yield _windows(waiting, window, hop)
            waiting = waiting[count * hop :]
    # Frames centred at or before the end still lack up to half a window.
    waiting = np.concatenate([waiting, np.zeros(window - window // 2, np.float32)])
    if len(waiting) >= window:
        yield _windows(waiting, window, hop)


def mel_filters(window: int, bands: int, lowest: float, highest: float) -> np.ndarray:
    """Return (bands, window // 2 + 1) float32: triangles of height 1, even on the mel scale in Hz.

    librosa makes the same (`filters.mel(norm=None)`), but loads for a quarter of a second, and for
    equal heights it loads what numba compiles for ten seconds in a fresh process.
    """
    edges = mel_frequencies(bands + 2, lowest, highest)[:, None]
    frequencies = np.arange(window // 2 + 1) * RATE / window
    widths = np.diff(edges, axis=0)
    rising = (frequencies - edges[:-2]) / widths[:-1]
    falling = (edges[2:] - frequencies) / widths[1:]
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def mel_frequencies(count: int, lowest: float, highest: float) -> np.ndarray:
    """Return (count,) Hz, even on the mel scale of Slaney's Auditory Toolbox (1998).

    It is linear up to 1 kHz (15 mel) and logarithmic above.
    """

    def to_mel(hz: float) -> float:
        return 0.015 * hz if hz < 1000 else 15 + 27 * np.log(hz / 1000) / np.log(6.4)

    mels = np.linspace(to_mel(lowest), to_mel(highest), count)
    return np.where(mels < 15, mels / 0.015, 1000 * 6.4 ** ((mels - 15) / 27))


def loudness(sound: Sound) -> float:
    """Return how loud a song is where it is loud: root mean square of its 90th percentile second.

    Spectra divided by it make all that follows independent of the volume of the recording. Silent
    seconds do not count; in a wholly silent sound it is 1.
    """
    seconds = np.array(
        [
            float(np.mean(np.square(block)))
            for block in soundfile.blocks(sound.path, blocksize=sound.rate, dtype="float32")
        ]
    )
    sounding = seconds[seconds > _SILENCE]
    return float(np.sqrt(np.percentile(sounding, 90))) if len(sounding) else 1.0


def _windows(samples: np.ndarray, window: int, hop: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(samples, window)[::hop]
