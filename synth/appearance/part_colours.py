"""How likely each colour is on each body part of a person, learned from pixels that surely are its.

Where two parts lie over each other, lines and thicknesses alone leave a rim of shirt around a hand,
or a finger on the shirt, and both move along with the wrong part. Colours tell most of them apart.

Histograms of L*a*b* colours, blurred, as in GrabCut's beginnings (Boykov and Jolly, ICCV 2001), one
for each part of both sides together.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter

from stickdance.synth.appearance.body_parts import MIRRORED, PARTS
from stickdance.synth.compute.array_types import Bytes, Floats, Integers

_BITS = 4, 5, 5  # of L*, a* and b* that are told apart
_BLUR = 1.0  # bins by which colours vary with the light
_FLOOR = 1e-5  # share of a part's pixels that have a colour never seen on it
_ENOUGH = 50  # sure pixels of a part, from which on its colours are known


@dataclass(frozen=True)
class PartColours:
    """What is known of the colours of one person's parts."""

    surprise: Floats
    """float32 (parts, bins): minus the natural logarithm of how much of a part has the colour."""

    @staticmethod
    def of(samples: Iterable[tuple[Bytes, Integers]]) -> "PartColours":
        """Learn from pixels whose part is sure.

        Args:
            samples: colours, uint8 RGB (n, 3), and the part of each (n,).
        """
        counts = np.zeros((len(PARTS), 1 << sum(_BITS)))
        for colours, parts in samples:
            np.add.at(counts, (parts, _bins(colours)), 1)
        counts += counts[list(MIRRORED)]
        blurred = gaussian_filter(
            counts.reshape(-1, *(1 << bits for bits in _BITS)), (0, *[_BLUR] * 3), mode="nearest"
        ).reshape(counts.shape)
        known = counts.sum(1, keepdims=True)
        shares = np.where(known >= _ENOUGH, blurred / np.maximum(known, 1), np.nan)
        return PartColours(-np.log(shares + _FLOOR).astype(np.float32))

    def surprises(self, picture: Bytes) -> Floats:
        """Return how surprising each pixel's colour is on each part.

        Args:
            picture: uint8 RGB (height, width, 3).

        Returns:
            float32 (parts, height, width), minus natural logarithms; NaN for parts whose colours
            nothing told.
        """
        return self.surprise[:, _bins(picture.reshape(-1, 3))].reshape(-1, *picture.shape[:2])


def _bins(colours: Bytes) -> Integers:
    lab = cv2.cvtColor(np.ascontiguousarray(colours)[None], cv2.COLOR_RGB2LAB)[0].astype(np.int64)
    bins = np.zeros(len(lab), np.int64)
    for channel, bits in enumerate(_BITS):
        bins = (bins << bits) | (lab[:, channel] >> (8 - bits))
    return bins
