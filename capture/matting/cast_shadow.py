"""The shadow that a person casts on the room, told by their silhouette alone.

A soft shadow on a wall or floor is about the silhouette, moved away from the light and blurred. So
what is left of the light is the exponential of a sum of silhouettes, blurred by one of `BLURS` and
moved by one of `DOWN` and `RIGHT`, each by its own weight: the shadow follows any pose. The weights
are found by `stickdance.capture.matting.shadow_fitting`.

Lengths are in heights of the person, so that they hold at any size and distance. Shadows are soft:
they are computed in a picture so small that the person is `ROWS` pixels tall.

Conventions: mattes (height, width), uint8 with 255 the person or float in 0..1; logarithms are
natural ones of shares of the light.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import cv2
import numpy as np

from stickdance.capture.media.framing import Framing

BLURS = (0.022, 0.054, 0.11, 0.22)
DOWN = (-0.065, 0.0, 0.065)
RIGHT = (-0.26, -0.13, -0.065, 0.0, 0.065, 0.13, 0.26)
WEIGHTS = (len(BLURS), len(DOWN), len(RIGHT))
ROWS = 64
_HEAVIEST = 100.0  # more than any weight that was fitted
_DEEPEST, _BRIGHTEST = -1.2, 0.2  # logarithms: a silhouette far from any seen must not invent night


@dataclass(frozen=True)
class CastShadow:
    """How a silhouette darkens the room around it."""

    weights: np.ndarray
    """float32 `WEIGHTS`: logarithm of the light where such a silhouette is."""
    tint: np.ndarray
    """float32 (3,): how strong the shadow is in red, green and blue, beside its mean."""
    tall: float
    """The person's usual height as a share of the frame's: the unit of all lengths."""

    def framed(self, framing: Framing) -> "CastShadow":
        """Return it for the pictures of a framing of its frames."""
        _, top, _, bottom = framing.crop
        return replace(self, tall=self.tall / (bottom - top))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        weights = [[[round(float(w), 6) for w in row] for row in layer] for layer in self.weights]
        return {"weights": weights, "tint": self.tint.round(4).tolist(), "tall": self.tall}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "CastShadow":
        """Return what `as_json` wrote down.

        Raises:
            ValueError, TypeError, KeyError: a value is missing, of another kind or out of range.
        """
        return CastShadow.of(values["weights"], values["tint"], values["tall"])

    @staticmethod
    def of(weights: Any, tint: Any, tall: Any) -> "CastShadow":
        """Return a shadow of numbers that come from outside.

        Raises:
            ValueError, TypeError: they are not such numbers.
        """
        parts = np.asarray(weights, np.float32), np.asarray(tint, np.float32)
        shapes = (parts[0].shape, parts[1].shape) == (WEIGHTS, (3,))
        if not (shapes and all((np.abs(part) < _HEAVIEST).all() for part in parts)):
            raise ValueError(f"weights of a shadow: expected {WEIGHTS} numbers and a tint of 3")
        if not 0 < float(tall) < _HEAVIEST:
            raise ValueError(f"a person {tall} times as tall as the frame")
        return CastShadow(*parts, float(tall))

    def size(self, shape: tuple[int, ...]) -> tuple[int, int]:
        """Return the small (width, height) at which shadows in frames of `shape` are computed."""
        return small_size(shape, self.tall)

    def logarithm(self, silhouette: np.ndarray) -> np.ndarray:
        """Return float32 (height, width) of the small size: the shadow's mean over the colours.

        Args:
            silhouette: float32 0..1 of the small size.
        """
        return self.of_layers(blurs(silhouette, self.tall))

    def of_layers(self, layers: Sequence[np.ndarray]) -> np.ndarray:
        """Return the same from a silhouette that was blurred before, see `blurs`."""
        kernels, edge = self._kernels(len(layers[0])), cv2.BORDER_REPLICATE
        pairs = zip(layers, kernels, strict=True)
        total = sum(cv2.filter2D(layer, -1, kernel, borderType=edge) for layer, kernel in pairs)
        return np.asarray(total, np.float32).clip(_DEEPEST, _BRIGHTEST)

    def light_left(self, matte: np.ndarray, light: np.ndarray | None = None) -> np.ndarray:
        """Return the share of the light that a person leaves to the room, where nobody dims it 1.

        Args:
            matte: of the person.
            light: (3,) of a frame, by which the shares are multiplied.

        Returns:
            float32 (height, width, 3).
        """
        height, width = matte.shape
        small = shrunk(matte, self.size(matte.shape))
        share = np.exp(self.logarithm(small)[..., None] * self.tint)
        if light is not None:  # while it is small
            share *= np.asarray(light, np.float32)
        return cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR)

    def _kernels(self, rows: int) -> list[np.ndarray]:
        """Return for each blur the picture of its weights, to correlate with."""
        places = offsets(rows, self.tall)
        down, right = (max(abs(place[axis]) for place in places) for axis in (0, 1))
        kernels = []
        for weights in self._lists:
            kernel = np.zeros((2 * down + 1, 2 * right + 1), np.float32)
            for (lower, righter), weight in zip(places, weights, strict=True):
                kernel[down - lower, right - righter] += weight
            kernels.append(kernel)
        return kernels

    @cached_property
    def _lists(self) -> list[list[float]]:
        return [layer.ravel().tolist() for layer in self.weights]


def small_size(shape: tuple[int, ...], tall: float) -> tuple[int, int]:
    """Return the small (width, height) for frames of (height, width) `shape`.

    Args:
        shape: of the frames.
        tall: the person's height as a share of theirs.
    """
    scale = min(1.0, ROWS / max(1.0, tall * shape[0]))
    return max(8, round(shape[1] * scale)), max(8, round(shape[0] * scale))


def shrunk(matte: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return a matte as float32 0..1 of a small (width, height)."""
    small = cv2.resize(matte, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return small / 255 if matte.dtype == np.uint8 else small


def blurs(silhouette: np.ndarray, tall: float) -> list[np.ndarray]:
    """Return a small silhouette blurred by each of `BLURS`; beyond the frame it goes on."""
    unit = tall * len(silhouette)
    edge = cv2.BORDER_REPLICATE
    return [
        cv2.GaussianBlur(silhouette, (0, 0), max(0.6, blur * unit), borderType=edge)
        for blur in BLURS
    ]


def offsets(rows: int, tall: float) -> list[tuple[int, int]]:
    """Return how many small pixels down and right each silhouette is moved, in order of weights.

    Args:
        rows: of the small picture.
        tall: the person's height as a share of them.
    """
    unit = tall * rows
    return [(round(down * unit), round(right * unit)) for down in DOWN for right in RIGHT]
