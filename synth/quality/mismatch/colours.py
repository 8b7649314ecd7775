"""Which colour error, known by name, makes the colours of one side those of the other.

Each error is a function of colours; the samples of the reference are sent through each, and the one
after which they lie far nearer to the rendered samples than before is named. Samples are compared
at a few pixels, of which the worst fifth does not count, so that neither noise nor somebody who is
elsewhere hides it. Where the straight line through the pixels of single frames changes, it is
light that changes over time, and no error of the whole is named.

Sources: ITU-R BT.601, BT.709, BT.2020 (matrices), SMPTE ST 2084 (PQ), BT.2408 (white 203 cd/m2).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.synth.compute.array_types import Floats
from stickdance.synth.quality.mismatch.small_pictures import Sample

_GRID = (24, 14)
_NEARER = 0.35  # of the squared error must be left at most
_COUNTED = 80  # per cent of the pixels: those that fit best
_SEEN = 1.0  # levels, root mean square: less is no other colour
_GAIN, _OFFSET = 0.03, 3.0  # what a plain difference in brightness must exceed
_STEADY = 0.75  # of the brightest frame's gain that the darkest has, unless light changes
_LEAST_GAIN = 0.2  # less, or a negative one, shows nothing of the reference
_COLOURLESS = (
    0.1  # of the reference's colourfulness: as much may be left where there are no colours
)
_LITTLE = 1.0  # levels squared that a named error may fit worse than a straight line
_WHITE = 203.0  # cd/m2
_BT709_TO_2020 = np.array(
    [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]
)


@dataclass(frozen=True)
class ColourError:
    """One error with a name."""

    name: str
    told: str
    """What the rendered side looks like, as a sentence continues."""
    made_by: Callable[[Floats], Floats]
    """From right colours, levels (..., 3), to those that the error shows."""


def _squeezed(rgb: Floats) -> Floats:
    return rgb * (219 / 255) + 16


def _stretched(rgb: Floats) -> Floats:
    return ((rgb - 16) * (255 / 219)).clip(0, 255)


def _to_ycc(red: float, blue: float) -> Floats:
    """Return the matrix from RGB to luma and chroma of a standard with these luma weights."""
    luma = np.array([red, 1 - red - blue, blue])
    rows = luma, (np.array([0, 0, 1]) - luma) / (1 - blue), (np.array([1, 0, 0]) - luma) / (1 - red)
    matrix: Floats = np.stack(rows)
    return matrix


_YCC_601, _YCC_709 = _to_ycc(0.299, 0.114), _to_ycc(0.2126, 0.0722)
_AS_709 = np.linalg.inv(_YCC_709) @ _YCC_601
_AS_601 = np.linalg.inv(_YCC_601) @ _YCC_709


def _through(matrix: Floats) -> Callable[[Floats], Floats]:
    return lambda rgb: (rgb @ matrix.T).clip(0, 255)


def _as_pq(rgb: Floats) -> Floats:
    """Return what is shown where the signal of PQ in BT.2020 is taken for BT.709."""
    light = ((rgb / 255) ** 2.4) @ _BT709_TO_2020.T * (_WHITE / 10_000)
    power = light.clip(0) ** 0.1593017578125
    signal: Floats = 255 * ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    return signal


def _grey(rgb: Floats) -> Floats:
    luma = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.repeat(luma[..., None], 3, axis=-1)


ERRORS = (
    ColourError(
        "limited as full",
        "has black at 16 and white at 235: limited range that was taken for full",
        _squeezed,
    ),
    ColourError(
        "full as limited",
        "has contrast raised by 255/219 and its ends cut: full range that was taken for limited",
        _stretched,
    ),
    ColourError(
        "BT.601 as BT.709", "has colours of BT.601 that were read as BT.709", _through(_AS_709)
    ),
    ColourError(
        "BT.709 as BT.601", "has colours of BT.709 that were read as BT.601", _through(_AS_601)
    ),
    ColourError(
        "limited as full, BT.601 as BT.709",
        "has limited range taken for full, and BT.601 read as BT.709",
        lambda rgb: _squeezed(_through(_AS_709)(rgb)),
    ),
    ColourError("PQ as SDR", "shows PQ (HDR, BT.2020) as if it were BT.709", _as_pq),
    ColourError("red and blue exchanged", "has red and blue exchanged", lambda rgb: rgb[..., ::-1]),
    ColourError("grey", "has no colours", _grey),
)


def find_colour_error(samples: Sequence[tuple[Sample, Sample]]) -> tuple[str, str] | None:
    """Return the name of what is wrong with the rendered colours, and what is told of it.

    Returns:
        None where colours are alike, or differ in no way that has a name; "gain and offset" where
        only brightness or contrast differ throughout, "changing light" where they do over time.
    """
    if not samples:
        return None
    real, rendered = (np.stack([_few(pair[side]) for pair in samples]) for side in (0, 1))
    before = _distance(real, rendered)
    if before <= _SEEN**2:
        return None
    if (changing := _changing_light(real, rendered)) is not None:
        least, most = changing
        told = f"is {least:.2f} to {most:.2f} times the reference over time: a fade, or other light"
        return "changing light", told
    left = {error: _distance(error.made_by(real), rendered) / before for error in ERRORS}
    if _colourfulness(rendered) > _COLOURLESS * _colourfulness(real):
        left = {error: share for error, share in left.items() if error.made_by is not _grey}
    best = min(left, key=lambda error: left[error])
    gain, offset = _line(real, rendered)
    plain = _distance(gain * real + offset, rendered) / before
    if left[best] <= _NEARER and left[best] <= plain / _NEARER + _LITTLE / before:
        return best.name, best.told
    if plain > _NEARER or gain < _LEAST_GAIN or (abs(gain - 1) <= _GAIN and abs(offset) <= _OFFSET):
        return None
    told = f"is {gain:.2f} times the reference {offset:+.0f} levels: another brightness or contrast"
    return "gain and offset", told


def _changing_light(real: Floats, rendered: Floats) -> tuple[float, float] | None:
    """Return the least and the greatest gain of single frames, where they say that light changes.

    A frame counts whose pixels lie near a straight line, or hardly differ: others say nothing. One
    that is unlike all others, as a single picture that was transparent, is no fade.
    """
    gains = []
    for x, y in zip(real, rendered, strict=True):
        gain, offset = _line(x, y)
        before, after = _distance(x, y), _distance(gain * x + offset, y)
        if abs(gain - 1) <= _GAIN or (before > _SEEN**2 and after <= _NEARER * before):
            gains.append(gain)
    if not gains or max(gains) <= 0 or min(gains) >= _STEADY * max(gains):
        return None
    darker = sum(gain < max(gains) - _GAIN for gain in gains)
    brighter = sum(gain > min(gains) + _GAIN for gain in gains)
    if min(darker, brighter) < 2:
        return None
    return max(0.0, min(gains)), max(gains)


def _colourfulness(rgb: Floats) -> float:
    """Return the root mean square distance of colours from grey, levels."""
    return float(np.sqrt(np.square(rgb - rgb.mean(axis=-1, keepdims=True)).mean()))


def _line(real: Floats, rendered: Floats) -> tuple[float, float]:
    """Return gain and offset of the straight line through most pixels, (1, 0) where all are one."""
    x, y = real.reshape(-1), rendered.reshape(-1)
    if x.std() < 1:
        return 1.0, 0.0
    gain, offset = np.polyfit(x, y, 1)
    for _ in range(3):
        apart = np.abs(gain * x + offset - y)
        near = apart <= np.percentile(apart, _COUNTED)
        gain, offset = np.polyfit(x[near], y[near], 1) if x[near].std() >= 1 else (1.0, 0.0)
    return float(gain), float(offset)


def _distance(a: Floats, b: Floats) -> float:
    """Return the mean squared difference of those pixels that fit best."""
    apart = np.sort(np.square(a - b).mean(axis=-1), axis=None)
    return float(apart[: max(1, apart.size * _COUNTED // 100)].mean())


def _few(sample: Sample) -> Floats:
    return np.asarray(cv2.resize(sample.picture, _GRID, interpolation=cv2.INTER_AREA), np.float64)
