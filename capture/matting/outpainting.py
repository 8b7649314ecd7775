"""Continuing a room beyond the frame, so that it does not catch the eye.

Two continuations are mixed: the room mirrored at the frame's edge, which keeps its texture near the
edge, and the colours of the edge carried on, which keep its light. Both grow softer the farther
they are from what was filmed, and the mirrored one gives way, so that nothing in the room is seen
twice. Softening with distance is a look-up in a Gaussian pyramid (Williams, "Pyramidal
Parametrics", SIGGRAPH 1983).

Conventions: pictures uint8 RGB (height, width, 3).
"""

import cv2
import numpy as np

from stickdance.capture.media.framing import Framing

# Lengths are shares of the picture's longer side.
_RIM = 0.008  # along the frame's edge: what encoders spoil there is not carried on
_MIRRORED = 0.1  # distance at which the mirrored room has given way
_SOFTENING = {"symmetric": (0.3, 0.1), "edge": (0.8, 0.25)}
"""How a room is continued -> standard deviation over distance, and the largest."""
_SMALLEST = 2  # pixels a side, of a level of the pyramid


def framed_plate(plate: np.ndarray, framing: Framing) -> np.ndarray:
    """Return a plate as a framing shows it, the room continued where it goes beyond the frame.

    Args:
        plate: uint8 RGB, of any resolution.
        framing: crop and size.
    """
    picture = framing.picture(plate)
    return outpainted(picture, framing.filmed) if framing.extends else np.ascontiguousarray(picture)


def outpainted(picture: np.ndarray, filmed: tuple[slice, slice]) -> np.ndarray:
    """Return a picture continued beyond what was filmed.

    Args:
        picture: uint8 RGB (height, width, 3).
        filmed: its rows and columns that show something; all others are painted.
    """
    longer = max(picture.shape[:2])
    rim = max(1, round(_RIM * longer))
    known = tuple(
        _within(each, side, rim) for each, side in zip(filmed, picture.shape, strict=False)
    )
    away = _distance(known, picture.shape[:2])
    mirrored, carried_on = (
        _softened(_padded(picture, known, mode), (rate * away).clip(0, softest * longer))
        for mode, (rate, softest) in _SOFTENING.items()
    )
    share = _smooth(away / (_MIRRORED * longer))
    painted = mirrored * (1 - share) + carried_on * share
    shown = (away / rim).clip(0, 1)[..., None]  # it begins within the rim, so that no seam shows
    return np.rint(picture * (1 - shown) + painted * shown).clip(0, 255).astype(np.uint8)


def _within(filmed: slice, side: int, rim: int) -> slice:
    """Return a stretch without its rim, at those ends that do not end the picture too."""
    rim = min(rim, (filmed.stop - filmed.start - 1) // 2)
    first = filmed.start + (rim if filmed.start > 0 else 0)
    return slice(first, filmed.stop - (rim if filmed.stop < side else 0))


def _distance(known: tuple[slice, ...], shape: tuple[int, ...]) -> np.ndarray:
    """Return float32 (height, width): pixels from each pixel to the nearest known one."""
    down, across = (
        np.maximum(np.maximum(each.start - at, at - each.stop + 1), 0)
        for each, at in zip(known, map(np.arange, shape), strict=True)
    )
    return np.hypot(down[:, None], across[None]).astype(np.float32)


def _padded(picture: np.ndarray, known: tuple[slice, ...], mode: str) -> np.ndarray:
    around = [
        (each.start, side - each.stop) for each, side in zip(known, picture.shape, strict=False)
    ]
    return np.pad(picture[known], (*around, (0, 0)), mode).astype(np.float32)  # type: ignore[call-overload]


def _softened(picture: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Return float32: a picture blurred by so many pixels (height, width) of standard deviation."""
    levels, deviations = _pyramid(picture)
    place = np.interp(deviation, deviations, np.arange(len(levels)))
    out = np.zeros_like(picture)
    for number, level in enumerate(levels):
        out += level * (1 - np.abs(place - number)).clip(0, 1)[..., None].astype(np.float32)
    return out


def _pyramid(picture: np.ndarray) -> tuple[list[np.ndarray], list[float]]:
    """Return a picture ever softer, all of its size, and the standard deviations in pixels."""
    size = (picture.shape[1], picture.shape[0])
    levels, deviations, small = [picture], [0.0], picture
    while min(small.shape[:2]) >= 2 * _SMALLEST:
        small = cv2.pyrDown(small)
        levels.append(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR))
        deviations.append(float(np.sqrt((4 ** len(deviations) - 1) / 3)))  # each kernel's is 1
    return levels, deviations


def _smooth(share: np.ndarray) -> np.ndarray:
    share = share.clip(0, 1)[..., None]
    return share * share * (3 - 2 * share)
