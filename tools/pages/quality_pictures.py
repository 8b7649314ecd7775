"""The worst frames for people to see: real, rendered, and where they differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.maps import ssim_map
from stickdance.synth.quality.pair_list import PairJob
from stickdance.synth.quality.sides import Side

FULL_SCALE = 64
"""Levels of error that are painted in the brightest colour."""
_WIDEST = 420  # pixels of a picture on the page; tiny ones are shown larger, pixel by pixel
_BORDER = 40  # grey value of what the map of SSIM does not cover


@dataclass(frozen=True)
class Shown:
    """One frame as the page shows it; all pictures uint8 RGB of one size."""

    real: np.ndarray
    rendered: np.ndarray
    error: np.ndarray
    """Mean absolute difference, black to yellow over `FULL_SCALE` levels."""
    dissimilarity: np.ndarray
    """1 - SSIM (Gaussian window), black to yellow over 0..1."""


def show_frame(job: PairJob, reference_frame: int, rendered_frame: int) -> Shown | None:
    """Return one frame of a pair, read anew; None where it cannot be read any more."""
    try:
        real: NDArray[Any] = Side.open(job.reference).picture_at(reference_frame)
        rendered: NDArray[Any] = Side.open(job.rendered).picture_at(rendered_frame)
    except BadInput:
        return None
    if rendered.shape != real.shape:
        rendered = cv2.resize(
            rendered, (real.shape[1], real.shape[0]), interpolation=cv2.INTER_AREA
        )
    error = cv2.absdiff(real, rendered).astype(np.float32).mean(axis=2) / FULL_SCALE
    similar = ssim_map(real, rendered, "ssim_gaussian")
    unlike = np.full(real.shape[:2], np.nan, np.float32)
    if similar is not None:
        border = (real.shape[0] - similar.shape[0]) // 2
        unlike[border : real.shape[0] - border, border : real.shape[1] - border] = 1 - similar
    pictures = (real, rendered, _coloured(error), _coloured(unlike))
    return Shown(*(_small(picture) for picture in pictures))


def spread_out(places: list[int], count: int, apart: int) -> Iterator[int]:
    """Yield up to `count` of the places, in their order, none nearer than `apart` to another.

    The frame beside the worst one is nearly as bad and shows nothing new.
    """
    taken: list[int] = []
    for place in places:
        if len(taken) < count and all(abs(place - other) >= apart for other in taken):
            taken.append(place)
            yield place


def _coloured(share: np.ndarray) -> np.ndarray:
    known = np.isfinite(share)
    levels = (np.nan_to_num(share).clip(0, 1) * 255).astype(np.uint8)
    colours = cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO)[..., ::-1].copy()
    colours[~known] = _BORDER
    return colours


def _small(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    scale = _WIDEST / max(width, height)
    if scale >= 1:
        return np.kron(picture, np.ones((max(1, int(scale / 2)),) * 2 + (1,), np.uint8))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
