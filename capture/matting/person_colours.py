"""Which colours a person shows, over a whole take: a histogram.

A pixel of the room's colour says little where the person wears that colour too, and a colour that
only they wear says much. Bins are wide and blurred, so that light and shade on clothes do no harm.

Conventions: pictures uint8 RGB (height, width, 3); masks uint8 (height, width), 255 the person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

BINS = 16
"""A colour, along each of red, green and blue."""

_CERTAIN = 230  # mask value from which a pixel is the person's
_WITHIN = 0.012  # of the height: what lies nearer to a mask's edge may be the room's
_OFTEN = 4.0  # logarithm of how much more often than any colour, from where it is often
_UNKNOWN = 0.1  # share of the pixels that may have any colour: a face turned, a lining shown


@dataclass(frozen=True)
class PersonColours:
    """How often a person shows each colour."""

    logarithm: np.ndarray
    """float32 (BINS, BINS, BINS): natural logarithm of the share of their pixels in each bin."""

    @staticmethod
    def unknown() -> "PersonColours":
        """Return those of somebody of whom nothing is known: any colour as often as another."""
        return PersonColours(np.full((BINS,) * 3, -3 * np.log(BINS), np.float32))

    @staticmethod
    def seen(pictures: Iterable[np.ndarray], masks: Iterable[np.ndarray]) -> "PersonColours":
        """Return those of the person in some pictures.

        Args:
            pictures: the frames.
            masks: of the person in them, coarse ones will do.
        """
        counts = np.zeros(BINS**3)
        for picture, mask in zip(pictures, masks, strict=True):
            colours = picture[_within(mask)] // (256 // BINS)
            places = (colours.astype(np.intp) * (BINS**2, BINS, 1)).sum(axis=-1)
            counts += np.bincount(places, minlength=BINS**3)
        if not counts.any():
            return PersonColours.unknown()
        shares = _blurred(counts.reshape((BINS,) * 3) / counts.sum())
        mixed = (1 - _UNKNOWN) * shares + _UNKNOWN / BINS**3
        return PersonColours(np.log(mixed).astype(np.float32))

    @cached_property
    def usual(self) -> np.ndarray:
        """Return float32 (BINS, BINS, BINS): 1 for colours that are often theirs.

        Those that are theirs rarely, and all of somebody unknown, are 0, with a slope between.
        """
        above = (self.logarithm + 3 * np.log(BINS)) / _OFTEN
        return np.asarray(above.clip(0, 1), np.float32)


def _within(mask: np.ndarray) -> np.ndarray:
    side = 2 * max(1, round(_WITHIN * len(mask))) + 1
    return cv2.erode((mask >= _CERTAIN).astype(np.uint8), np.ones((side, side), np.uint8)) > 0


def _blurred(shares: np.ndarray) -> np.ndarray:
    """Return a histogram in which each bin gives a quarter to either neighbour along each axis."""
    for axis in range(shares.ndim):
        padded = np.pad(shares, [(int(axis == each),) * 2 for each in range(shares.ndim)], "edge")
        parts = [np.take(padded, range(at, at + BINS), axis) for at in range(3)]
        shares = (parts[0] + 2 * parts[1] + parts[2]) / 4
    return shares / shares.sum()
