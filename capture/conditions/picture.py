"""What the picture itself makes hard: blur, noise, and surroundings that resemble the person."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.capture.matting.plate import Plate

_CERTAIN = 200  # matte value from which a pixel is the person
_NEAR = 0.03  # width of the ring around the person, as a share of the frame's height
_ALIKE = 24.0  # difference of colours in grey values that an outline cannot be told by
_DETAIL = 6.0  # gradient in grey values a pixel from which a background pixel is detail
_LEAST_BOX = 48  # pixels a side of the person below which blur says nothing


@dataclass(frozen=True)
class PictureFacts:
    """What was measured on sampled frames; NaN where nobody was there to measure."""

    blur: float
    """0 sharp .. 1 blurred, of the person (Crete et al., 2007): the median."""
    alike: float
    """Share of the person's outline where person and background have about one colour."""
    clutter: float
    """Share of the background near the person that is fine detail."""
    noise: float
    """How much the background changes by itself, in grey values."""


def measure_pictures(
    pictures: Sequence[np.ndarray], mattes: Sequence[np.ndarray], plate: Plate
) -> PictureFacts:
    """Measure sampled frames.

    Args:
        pictures: uint8 RGB (height, width, 3).
        mattes: uint8 (height, width), 255 the person, of the same frames.
        plate: the room without the person.
    """
    detail = _gradient(plate.picture) > _DETAIL
    blurs, alike, clutter = [], [], []
    for picture, matte in zip(pictures, mattes, strict=True):
        person = (matte > _CERTAIN).astype(np.uint8)
        if person.sum() < _LEAST_BOX**2 / 4:
            continue
        blurs.append(_blur(picture, person))
        alike.append(_alike(picture, person, plate.picture))
        clutter.append(float(detail[_ring(person)].mean()))
    noise = float(plate.noise[plate.seen].mean()) if plate.seen.any() else float("nan")
    return PictureFacts(_median(blurs), _median(alike), _median(clutter), noise)


def _median(values: Sequence[float]) -> float:
    told = [value for value in values if np.isfinite(value)]
    return float(np.median(told)) if told else float("nan")


def _blur(picture: np.ndarray, person: np.ndarray) -> float:
    from skimage.measure import blur_effect

    left, top, width, height = cv2.boundingRect(person)
    if min(width, height) < _LEAST_BOX // 2:
        return float("nan")
    box = picture[top : top + height, left : left + width]
    return float(blur_effect(cv2.cvtColor(box, cv2.COLOR_RGB2GRAY)))


def _ring(person: np.ndarray) -> np.ndarray:
    """Return bool (height, width): the background next to the person."""
    far = max(3, round(_NEAR * len(person)))
    grown = cv2.dilate(person, np.ones((2 * far + 1, 2 * far + 1), np.uint8))
    edge = cv2.dilate(person, np.ones((5, 5), np.uint8))
    return (grown > 0) & (edge == 0)


def _alike(picture: np.ndarray, person: np.ndarray, plate: np.ndarray) -> float:
    """Return the share of the outline where the person's colour is about the background's."""
    inner = (person > 0) & (cv2.erode(person, np.ones((9, 9), np.uint8)) == 0)
    if not inner.any():
        return float("nan")
    away = np.abs(picture[inner].astype(np.float32) - plate[inner]).max(axis=-1)
    return float((away < _ALIKE).mean())


def _gradient(picture: np.ndarray) -> np.ndarray:
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (0, 0), 1).astype(np.float32)
    return np.hypot(cv2.Sobel(grey, -1, 1, 0), cv2.Sobel(grey, -1, 0, 1)) / 8
