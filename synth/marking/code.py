"""64 bits as signs, and signs as 64 bits: an id of the tool, which is known, and a message of 48.

The message's six bytes are each a word of the first-order Reed-Muller code RM(1, 7): 128 signs, of
which any two words differ in half or all. Words are told by correlation with all of them at once
(the fast Hadamard transform of Green's machine; MacWilliams and Sloane, *The Theory of
Error-Correcting Codes*, chapter 14), so that doubtful signs count little: a soft decision. Signs
are scrambled by a key, which makes them independent of any picture.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.linalg import hadamard

from stickdance.synth.compute.array_types import Floats

TOOL = 0x5D17
"""The id of the tool: it seeds the key by which patterns of stickdance are told from others."""
BYTES = 6
"""Of a message."""
LENGTH = 128
"""Signs to a byte."""
_HALF = LENGTH // 2


@dataclass(frozen=True)
class Decoded:
    """The message that signs stand for best."""

    message: bytes
    strength: Floats
    """float64 (BYTES,): correlation of each byte's word, in standard deviations of noise."""
    sureness: float
    """Probability 0..1 that all bits are right, where the noise is Gaussian."""


def encoded(message: bytes) -> Floats:
    """Return the signs of a message, float64 (BYTES, LENGTH) of -1 and 1."""
    rows = [(1 - 2 * (byte >> 7)) * _words()[byte & (LENGTH - 1)] for byte in message]
    return np.stack(rows) * _scrambling()


def decoded(signs: Floats) -> Decoded:
    """Return the message that real numbers (BYTES, LENGTH), one for each sign, stand for best."""
    signs = signs * _scrambling()
    noise = np.sqrt(np.maximum((signs**2).sum(1), 1e-12))
    heard = signs @ _words().T / noise[:, None]  # words are symmetric
    best = np.argmax(np.abs(heard), 1)
    strength = np.take_along_axis(heard, best[:, None], 1)[:, 0]
    message = bytes(int(word) | 0x80 * int(s < 0) for word, s in zip(best, strength, strict=True))
    return Decoded(message, np.abs(strength), _sureness(heard, np.abs(strength)))


def _sureness(heard: Floats, strength: Floats) -> float:
    both = np.concatenate([heard, -heard], 1)
    behind = strength[:, None] - both  # of each other word, 0 for the best itself
    odds = np.exp(-np.minimum(strength.mean() * behind, 700.0)).sum(1)
    return float(np.prod(1 / odds))


@cache
def _words() -> Floats:
    words: Floats = hadamard(LENGTH).astype(np.float64)
    return words


@cache
def _scrambling() -> Floats:
    return key(1).integers(0, 2, (BYTES, LENGTH)) * 2.0 - 1.0


def key(purpose: int) -> np.random.Generator:
    """Return the random numbers of the tool for a purpose; always the same."""
    return np.random.Generator(np.random.PCG64([TOOL, purpose]))
