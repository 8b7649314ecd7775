"""The pattern looked for in what is left of frames, at every scale, shift and time, and read.

For each scale the residual's spectrum is taken at the pattern's frequencies; one inverse Fourier
transform of what fits the pilot shows every shift at once (phase correlation). Both parts of a
residual together tell when the pattern's sign changes, as cosine and sine tell an angle. The
message is read at those few places of all that fit the pilot best, and pilot and message together
say how well all of it fits.

How rarely that happens by chance needs no pictures to be known: the signs of any one pattern are
random numbers of a key that knows nothing of the picture, so what is heard of it is a sum of
independent terms that are as often negative, and exceeds t standard deviations at most 3.18 times
as often as a Gaussian does, whatever the picture (Bentkus and Dzindzalieta, *A tight Gaussian bound
for weighted sums of Rademacher random variables*, 2015). All scales, shifts, times and messages
together are some 10^22, which gives the limits below.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import nlargest

import numpy as np
import scipy.fft
from scipy.stats import norm

from stickdance.synth.compute.array_types import Floats
from stickdance.synth.marking.code import BYTES, Decoded, decoded
from stickdance.synth.marking.pattern import TILE, Waves, pilot_waves, ring, signs_in, waves_of
from stickdance.synth.marking.spectrum import Plain, evened, spectra, strength, unit_in

FALSE_ALARMS = 1e-6
"""Largest probability that a mark is found in what has none."""
_SMALLEST, _LARGEST, _STEP = 0.5, 1.4, 0.01  # scales against a whole frame, and steps of the log
_GRID = 96  # shifts across a tile, and down
_ANGLES = 16  # moments within a period
_PEAKS, _APART = 3, 2  # places of a scale that are looked at, and steps of the grid between them
_READ = 16  # places of all scales that a message is read at
_REFINED = (0.005, 0.005, 0.0025)
_AROUND = (-0.5, 0.0, 0.5)  # steps of the grid that the last shift is moved by
_SURE = 0.99
_WORSE = 3.18  # than a Gaussian


@dataclass(frozen=True)
class Found:
    """A mark, or what is most like one."""

    message: bytes
    fit: float
    """How well all of it fits, in standard deviations of noise."""
    pilot_fit: float
    """How well its pilot does."""
    sureness: float
    """Probability 0..1 that all bits of the message are right."""
    scale: tuple[float, float] = (1.0, 1.0)
    """Size of the pattern against that of an uncut frame, across and down."""

    @property
    def is_mark(self) -> bool:
        """Return whether chance makes such a fit more rarely than once in a million videos."""
        return self.fit > limit(8 * BYTES) or self.pilot_fit > limit(0)

    @property
    def is_read(self) -> bool:
        """Return whether it is a mark, and all bits of its message are surely right."""
        return self.is_mark and self.sureness > _SURE


@dataclass(frozen=True)
class _Place:
    """Where the pattern may lie."""

    pilot: float
    scale: tuple[float, float]
    shift: tuple[float, float]
    """Units, down and across."""
    angle: int
    """Of the time at which the sign changes, in `_ANGLES` to a turn."""


def limit(bits: int) -> float:
    """Return the standard deviations that chance exceeds with at most half of `FALSE_ALARMS`.

    Args:
        bits: of the message that is looked for at each scale, shift and time.
    """
    scales = len(_scales()) + len(_REFINED) * 9
    tries = scales * (2 * _GRID) ** 2 * _ANGLES * 2.0**bits
    return float(norm.isf(FALSE_ALARMS / 2 / _WORSE / tries))


def found_in(left: Plain, scales: Floats | None = None) -> Found:
    """Return what is most like the mark in the residual of frames.

    Args:
        left: of `spectrum.residual`.
        scales: to look at; by default all that cuts and borders make.
    """
    pairs = [(float(each),) * 2 for each in (_scales() if scales is None else scales)]
    likely = nlargest(_READ, _places(left, pairs), key=_pilot)
    best, place = max(((_read(left, each), each) for each in likely), key=lambda pair: pair[0].fit)
    waves = waves_of(best.message)
    for step in _REFINED:
        nearer = [place, *_places(left, list(_around(place.scale, step)), 1)]
        place = max(nearer, key=lambda each: strength(_shifted(left, each), waves))
    around = [_moved(place, down, across) for down in _AROUND for across in _AROUND]
    place = max(around, key=lambda each: strength(_shifted(left, each), waves))
    return max(best, _read(left, place), key=lambda one: one.fit)


def fit_at_random(left: Plain, random: np.random.Generator) -> float:
    """Return how well a random message fits at a random scale, shift and time: what chance does."""
    scale = float(random.choice(_scales()))
    shift = (float(random.uniform(0, TILE)), float(random.uniform(0, TILE)))
    place = _Place(0.0, (scale, scale), shift, int(random.integers(_ANGLES)))
    return strength(_shifted(left, place), waves_of(random.bytes(BYTES)))


def _scales() -> Floats:
    scales: Floats = np.exp(np.arange(np.log(_SMALLEST), np.log(_LARGEST), _STEP))
    return scales


def _pilot(place: _Place) -> float:
    return place.pilot


def _around(scale: tuple[float, float], step: float) -> Iterator[tuple[float, float]]:
    for across in (-step, 0.0, step):
        for down in (-step, 0.0, step):
            yield scale[0] * (1 + across), scale[1] * (1 + down)


def _heard(left: Plain, scale: tuple[float, float]) -> Waves:
    unit = unit_in(left)
    return spectra(left, (unit * scale[0], unit * scale[1]))


def _places(
    left: Plain, scales: list[tuple[float, float]], peaks: int = _PEAKS
) -> Iterator[_Place]:
    """Yield where the pilot fits best, of each scale."""
    pilot, down, across = ring().pilot, ring().down, ring().across
    for scale in scales:
        heard = _heard(left, scale)[:, :pilot]
        noise = np.sqrt((np.abs(heard) ** 2).sum() / len(heard) / 2 + 1e-12)
        grid = np.zeros((len(heard), _GRID, _GRID), np.complex64)
        grid[:, down[:pilot] % _GRID, across[:pilot] % _GRID] = heard * np.conj(pilot_waves())
        fits = scipy.fft.ifft2(grid).real * (_GRID**2 / noise)
        power = (fits**2).sum(0)
        for _ in range(peaks):
            at = np.unravel_index(int(np.argmax(power)), power.shape)
            shift = float(at[0]) * TILE / _GRID, float(at[1]) * TILE / _GRID
            part = fits[:, at[0], at[1]]
            angle = np.arctan2(part[1] if len(part) > 1 else 0.0, part[0])
            turn = round(float(angle) / (2 * np.pi) * _ANGLES)
            yield _Place(float(np.sqrt(power[at])), scale, shift, turn)
            near = np.arange(-_APART, _APART + 1)
            power[np.ix_((at[0] + near) % _GRID, (at[1] + near) % _GRID)] = -1


def _moved(place: _Place, down: float, across: float) -> _Place:
    """Return a place moved by so many steps of the grid."""
    step = TILE / _GRID
    return replace(place, shift=(place.shift[0] + down * step, place.shift[1] + across * step))


def _read(left: Plain, place: _Place) -> Found:
    back = _shifted(left, place)
    told: Decoded = decoded(signs_in(back[ring().pilot :]))
    pilot = strength(back[: ring().pilot], pilot_waves())
    whole = strength(back, waves_of(told.message))
    return Found(told.message, whole, pilot, told.sureness, place.scale)


def _shifted(left: Plain, place: _Place) -> Waves:
    """Return the spectrum as it is heard at a place."""
    angle = 2 * np.pi * place.angle / _ANGLES
    turned = np.array([np.cos(angle), np.sin(angle)])[: len(left)]
    heard = evened(turned @ _heard(left, place.scale))
    turns = (ring().down * place.shift[0] + ring().across * place.shift[1]) / TILE
    return np.asarray(heard * np.exp(2j * np.pi * turns))
