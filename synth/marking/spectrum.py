"""Frames as the detector sees them: what could be the pattern, at the pattern's frequencies.

What is no pattern is most of any picture, and most of a room stands still. So each frame is set
against the one half a period before, where the pattern had the other sign: what stays is twice the
pattern, what moved, and what codecs did. Of that the local mean is taken off, and what is left is
weighed by one over its local variance, as a matched filter in uneven noise is: a still wall says
much, a dancer little. These are summed with the cosine and with the sine of their time, for a cut
may begin anywhere. Each frequency is set against its neighbours, and none counts more than they do,
so that nothing in a picture can outweigh the rest.

A single frame has nothing before it, and is weighed as it is.
"""

from collections import deque
from collections.abc import Iterable
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.marking.pattern import PERIOD, REACH, TILE, UNITS, Waves, ring

SIDE = 192
"""Root of the pixels of frames that are looked at; larger ones are made smaller."""
_WIDTH, _WIDER = 2.0, 3.0  # of local means and variances, in pixels of frames of 256 x 256
_QUIET = 1.0  # variance in grey levels squared that any place is taken to have
_MOST = 6.0  # grey levels that a place may change by; more is movement
_NEIGHBOURS = 101  # frequencies that one is set against

Plain = NDArray[np.float32]


def residual(frames: Iterable[Bytes], fps: float) -> Plain:
    """Return what is left of frames, float32 (parts, height, width).

    Two parts, with the cosine and the sine of time; one, of the first frame, where all of them are
    shown within half a period.

    Args:
        frames: uint8 RGB (height, width, 3), all of one size.
        fps: how many of them are shown a second.
    """
    before: deque[Plain] = deque(maxlen=max(1, round(fps * PERIOD / 2)))
    first, total = np.zeros((1, 1), np.float32), None
    for number, frame in enumerate(frames):
        now = _small(frame)
        if number == 0:
            first = now
        if len(before) == before.maxlen:
            left = _weighed(np.clip(now - before[0], -_MOST, _MOST))
            angle = 2 * np.pi * number / fps / PERIOD
            turned = np.array([np.cos(angle), np.sin(angle)], np.float32)[:, None, None] * left
            total = turned if total is None else total + turned
        before.append(now)
    return _weighed(first)[None] if total is None else total


def spectra(left: Plain, unit: tuple[float, float]) -> Waves:
    """Return each part of a residual at the pattern's frequencies, complex (parts, frequencies).

    Args:
        left: of `residual`.
        unit: pixels of it to a unit of length, across and down.
    """
    rows, columns = left.shape[1:]
    across = _turns(columns, unit[0])
    along = left.reshape(-1, columns) @ np.concatenate([across.real, across.imag], 1)
    half = (along[:, : REACH + 1] + 1j * along[:, REACH + 1 :]).reshape(-1, rows, REACH + 1)
    both = np.concatenate([np.conj(half[..., :0:-1]), half], -1)  # pixels are real
    grid = _turns(rows, unit[1]).T @ both
    return np.asarray(grid[:, ring().down, ring().across + REACH])


def evened(heard: Waves) -> Waves:
    """Return a spectrum as white as its neighbourhoods, each number of size 0..1."""
    order = _by_radius()
    power = (np.abs(heard[order]) ** 2).astype(np.float32)[None]
    usual = np.empty(len(heard))
    usual[order] = cv2.blur(power, (_NEIGHBOURS, 1), borderType=cv2.BORDER_REFLECT)[0]
    even = heard / np.maximum(np.sqrt(usual), 1e-9)
    return even / np.maximum(np.abs(even), 1.0)


def strength(heard: Waves, expected: Waves) -> float:
    """Return how well a spectrum fits waves, in standard deviations of noise."""
    noise = np.sqrt((np.abs(heard) ** 2).sum() / 2 + 1e-12)
    return float((heard * np.conj(expected)).real.sum() / noise)


def unit_in(left: Floats | Plain) -> float:
    """Return the pixels to a unit of length in the residual of whole frames."""
    return float(np.sqrt(left.shape[-1] * left.shape[-2]) / UNITS)


def _turns(pixels: int, unit: float) -> Waves:
    """Return the waves of 0 to `REACH` to a tile along so many pixels, complex64."""
    once = np.exp(-2j * np.pi * np.arange(pixels) / unit / TILE).astype(np.complex64)
    powers = np.repeat(once[:, None], REACH + 1, 1)
    powers[:, 0] = 1
    return np.asarray(np.cumprod(powers, 1))


def _small(frame: Bytes) -> Plain:
    luma = cv2.cvtColor(np.ascontiguousarray(frame[..., :3]), cv2.COLOR_RGB2GRAY)
    height, width = luma.shape
    smaller = SIDE / np.sqrt(luma.size)
    if smaller < 1:
        size = max(1, round(width * smaller)), max(1, round(height * smaller))
        luma = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
    return luma.astype(np.float32)


def _weighed(plain: Plain) -> Plain:
    unit = unit_in(plain)
    left = plain - cv2.GaussianBlur(plain, (0, 0), _WIDTH * unit)
    variance = cv2.GaussianBlur(left * left, (0, 0), _WIDER * unit)
    weighed: Plain = left / (variance + _QUIET)
    return weighed


@cache
def _by_radius() -> NDArray[np.int64]:
    return np.argsort(np.hypot(ring().down, ring().across), kind="stable")
