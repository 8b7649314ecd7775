"""64 bits as signs, and signs as 64 bits: an id of the tool, which is known, and a message of 48.

Each bit of the message and the nine before it make sixteen signs: a convolutional code of rate 1/16
and constraint length 10, whose end bites its tail (Ma and Wolf, *On tail biting convolutional
codes*, 1986), with taps drawn at random. Each bit is told by its probability, of all messages
together (Bahl, Cocke, Jelinek and Raviv, *Optimal decoding of linear codes for minimizing symbol
error rate*, 1974), twice around the circle, so that doubtful signs count little: a soft decision.
Signs are scrambled by a key, which makes them independent of any picture.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from stickdance.capture.media.jit import compiled
from stickdance.synth.compute.array_types import Floats

TOOL = 0x5D17
"""The id of the tool: it seeds the key by which patterns of stickdance are told from others."""
BYTES = 6
"""Of a message."""
LENGTH = 128
"""Signs to a byte."""
_BITS, _TO_A_BIT = 8 * BYTES, LENGTH // 8
_MEMORY = 9  # bits before one that its signs depend on
_USUAL = 0.4  # size of a sign against the deviation of its noise, before anything is known of it
_LEAST = 0.05

Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class Decoded:
    """The message that signs stand for best."""

    message: bytes
    sureness: float
    """Probability 0..1 that all bits are right, where the noise is Gaussian."""


def encoded(message: bytes) -> Floats:
    """Return the signs of a message, float64 (BYTES, LENGTH) of -1 and 1."""
    bits = np.unpackbits(np.frombuffer(message, np.uint8)).astype(np.int64)
    registers = sum(np.roll(bits, back) << back for back in range(_MEMORY + 1))
    return _signs()[registers].reshape(BYTES, LENGTH) * _scrambling()


def decoded(signs: Floats) -> Decoded:
    """Return the message that real numbers (BYTES, LENGTH), one for each sign, stand for best."""
    fits = (signs * _scrambling()).reshape(_BITS, _TO_A_BIT).astype(np.float64)
    fits /= max(float(np.sqrt((fits**2).mean())), 1e-12)
    ones = _ones(fits, _USUAL)
    heard = float((fits.reshape(BYTES, LENGTH) * _scrambling() * encoded(_packed(ones))).mean())
    size = min(max(heard, _LEAST), 0.99)
    ones = _ones(fits, size / (1 - size**2))  # of what is a sign, the rest is noise
    return Decoded(_packed(ones), float(np.prod(np.maximum(ones, 1 - ones))))


def _packed(ones: Probabilities) -> bytes:
    return np.packbits(ones > 0.5).tobytes()


def _ones(fits: Floats, size: float) -> Probabilities:
    """Return the probability of each bit to be one, float64 (_BITS,)."""
    exponents = size * (fits @ _signs().T)
    likelihood = np.exp(exponents - exponents.max(1, keepdims=True))
    return np.asarray(_around(likelihood, _MEMORY))


@compiled
def _around(likelihood: Probabilities, memory: int) -> Probabilities:
    """Return each bit's probability of being one, given the likelihoods (bits, registers)."""
    bits, registers = likelihood.shape
    states = 1 << memory
    before = np.full((bits + 1, states), 1.0 / states)
    after = np.full(states, 1.0 / states)
    for _ in range(2):
        for at in range(bits):
            before[at + 1] = 0.0
            for register in range(registers):
                step = before[at, register >> 1] * likelihood[at, register]
                before[at + 1, register & (states - 1)] += step
            before[at + 1] /= before[at + 1].sum()
        before[0] = before[bits]
    ones = np.zeros(bits)
    for _ in range(2):
        for at in range(bits - 1, -1, -1):
            now, chance = np.zeros(states), np.zeros(2)
            for register in range(registers):
                step = after[register & (states - 1)] * likelihood[at, register]
                now[register >> 1] += step
                chance[register & 1] += step * before[at, register >> 1]
            after = now / now.sum()
            ones[at] = chance[1] / chance.sum()
    return ones


@cache
def _signs() -> Floats:
    """Return the signs of each register of a bit, the lowest, and those before it."""
    taps = key(4).integers(0, 1 << _MEMORY + 1, _TO_A_BIT) | (1 << _MEMORY) | 1
    shared = np.arange(1 << _MEMORY + 1)[:, None] & taps
    return 1.0 - 2.0 * (np.bitwise_count(shared) & 1)


@cache
def _scrambling() -> Floats:
    return key(1).integers(0, 2, (BYTES, LENGTH)) * 2.0 - 1.0


def key(purpose: int) -> np.random.Generator:
    """Return the random numbers of the tool for a purpose; always the same."""
    return np.random.Generator(np.random.PCG64([TOOL, purpose]))
