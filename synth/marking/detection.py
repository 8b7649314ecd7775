"""The pattern looked for in what is left of frames, at every scale and shift, and its message read.

For each scale the residual's spectrum is taken at the pattern's frequencies; one inverse Fourier
transform of what fits the pilot shows every shift at once (phase correlation). The message is read
at the best few shifts, and pilot and message together say how well all of it fits.

How rarely that happens by chance needs no pictures to be known: the signs of any one pattern are
random numbers of a key that knows nothing of the picture, so what is heard of it is a sum of
independent terms that are as often negative, and exceeds t standard deviations with a probability
of at most exp(-t^2 / 2), whatever the picture (Hoeffding 1963). All scales, shifts and messages
together are some 10^21, which gives the limits below.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.fft

from stickdance.synth.compute.array_types import Floats
from stickdance.synth.marking.code import BYTES, Decoded, decoded
from stickdance.synth.marking.pattern import TILE, Waves, pilot_waves, ring, signs_in, waves_of
from stickdance.synth.marking.spectrum import spectrum, strength, unit_in

FALSE_ALARMS = 1e-6
"""Largest probability that a mark is found in what has none."""
_SMALLEST, _LARGEST, _STEP = 0.5, 1.4, 0.005  # scales against a whole frame, and steps of the log
_SHIFTS = 3  # at each scale that a message is read at
_APART = 3  # units between them
_REFINED = (0.0025, 0.00125)
_SURE = 0.999


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


def limit(bits: int) -> float:
    """Return the standard deviations that chance exceeds with at most half of `FALSE_ALARMS`.

    Args:
        bits: of the message that is looked for at each scale and shift.
    """
    tries = (len(_scales()) + len(_REFINED) * 9) * TILE**2
    return float(np.sqrt(2 * (np.log(2 * tries / FALSE_ALARMS) + bits * np.log(2))))


def found_in(left: Floats, scales: Floats | None = None) -> Found:
    """Return what is most like the mark in the residual of frames.

    Args:
        left: of `spectrum.residual`.
        scales: to look at; by default all that cuts and borders make.
    """
    best = Found(bytes(BYTES), 0.0, 0.0, 0.0)
    for scale in _scales() if scales is None else scales:
        best = max(best, _best_at(left, (scale, scale), _SHIFTS), key=_whole)
    for step in _REFINED:
        for pair in _around(best.scale, step):
            best = max(best, _best_at(left, pair, 1), key=_whole)
    return best


def _whole(one: Found) -> float:
    return one.fit


def _scales() -> Floats:
    scales: Floats = np.exp(np.arange(np.log(_SMALLEST), np.log(_LARGEST), _STEP))
    return scales


def _around(scale: tuple[float, float], step: float) -> Iterator[tuple[float, float]]:
    for across in (-step, 0.0, step):
        for down in (-step, 0.0, step):
            yield scale[0] * (1 + across), scale[1] * (1 + down)


def _best_at(left: Floats, scale: tuple[float, float], shifts: int) -> Found:
    unit = unit_in(left)
    heard = spectrum(left, (unit * scale[0], unit * scale[1]))
    return max((_read(heard, shift, scale) for shift in _likely(heard, shifts)), key=_whole)


def _read(heard: Waves, shift: tuple[int, int], scale: tuple[float, float]) -> Found:
    turns = (ring().down * shift[0] + ring().across * shift[1]) / TILE
    back = heard * np.exp(2j * np.pi * turns)
    told: Decoded = decoded(signs_in(back[ring().pilot :]))
    pilot = strength(back[: ring().pilot], pilot_waves())
    return Found(told.message, strength(back, waves_of(told.message)), pilot, told.sureness, scale)


def _likely(heard: Waves, count: int) -> list[tuple[int, int]]:
    """Return the shifts, in units down and across, at which the pilot fits best."""
    pilot, grid = ring().pilot, np.zeros((TILE, TILE), np.complex64)
    grid[ring().down[:pilot] % TILE, ring().across[:pilot] % TILE] = heard[:pilot] * np.conj(
        pilot_waves()
    )
    fits = scipy.fft.ifft2(grid).real
    found = []
    for _ in range(count):
        down, across = np.unravel_index(int(np.argmax(fits)), fits.shape)
        found.append((int(down), int(across)))
        near = np.arange(-_APART, _APART + 1)
        fits[np.ix_((down + near) % TILE, (across + near) % TILE)] = -np.inf
    return found
