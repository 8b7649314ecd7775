"""The room behind a person: the plate, the shadow that they cast on it, and each frame's light.

Stages
    1. Room and shadow are found together, small (`stickdance.capture.matting.shadow_fitting`).
    2. Each sampled frame is freed of its light and of the shadow. Where the room was rarely seen,
       what remains beside it, at places that were seen often, is carried in and taken off as well,
       so that neighbours that were seen in different frames agree (the membrane of gradient-domain
       fusion: Farbman et al., "Coordinates for Instant Image Cloning", 2009).
    3. The plate is the median of what is left (`stickdance.capture.matting.plate`).

Conventions: pictures uint8 RGB (height, width, 3); mattes uint8 (height, width), 255 the person;
light is a factor by colour, (3,), 1 where a frame is as bright as the plate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from stickdance.capture.matting.cast_shadow import CastShadow
from stickdance.capture.matting.inpainting import membrane
from stickdance.capture.matting.plate import Plate, clean_plate
from stickdance.capture.matting.shadow_fitting import Fitted, Look, fitted

_PERSON = 127  # matte value from which a pixel counts for their height
_RARELY, _OFTEN = 0.1, 0.3  # shares of the looks: rarely seen places are levelled by the others
_TOLD = 0.4  # share of the looks from which a place's unrest is its own, not a missed limb's
_LARGEST = 0.3  # logarithm of what is taken off at most


@dataclass(frozen=True)
class Room:
    """What is behind the person."""

    plate: Plate
    fitted: Fitted
    """What it was made of, small."""
    tall: float
    """The person's usual height as a share of the frame's."""
    often: np.ndarray
    """bool (height, width): seen in so many of the samples that its unrest can be told."""

    @property
    def shadow(self) -> CastShadow | None:
        """Return the shadow that the person casts, None where none was found."""
        return self.fitted.shadow

    def shadow_as_json(self) -> dict[str, Any]:
        """Return what is known of the cast shadow as JSON values.

        "near_person_psnr": decibels of the room near the person in samples left out of the fit,
        by the plate alone and with a shadow; None where there were too few samples.
        """
        errors = self.fitted.errors
        return {
            "found": self.shadow is not None,
            "deepest": round(self.fitted.deepest, 3),
            "near_person_psnr": None
            if errors is None
            else {
                name: round(float(10 * np.log10(255**2 / max(error, 1e-3))), 2)
                for name, error in zip(("plate", "plate_and_shadow"), errors, strict=True)
            },
        }

    def light(self, picture: np.ndarray, mask: np.ndarray, hidden: np.ndarray) -> np.ndarray:
        """Return float64 (3,): how much brighter a frame is than the room with its shadow.

        Args:
            picture: the frame.
            mask: of the person in it.
            hidden: not 0 where something else hides the room.
        """
        look = _look(picture, mask, hidden, self.tall)
        return np.exp(self.fitted.light(look).astype(float))

    def behind(self, matte: np.ndarray, light: np.ndarray | None = None) -> Plate:
        """Return the plate as it is behind a person: in their shadow, in a frame's light."""
        return replace(self.plate, picture=shown(self.plate.picture, self.shadow, matte, light))


def shown(
    plate: np.ndarray, shadow: CastShadow | None, matte: np.ndarray, light: np.ndarray | None = None
) -> np.ndarray:
    """Return a plate in a person's shadow and in a frame's light, uint8 RGB (height, width, 3).

    Args:
        plate: the room without them.
        shadow: that they cast; None for none.
        matte: of the person, uint8 or float 0..1.
        light: of the frame; None: the plate's.
    """
    if shadow is None:
        if light is None or (light == 1).all():
            return plate
        return _rounded(plate * np.asarray(light, np.float32))
    left = shadow.light_left(matte, light)
    return cv2.multiply(plate, left, dtype=cv2.CV_8U)


def find_room(
    pictures: Sequence[np.ndarray],
    mattes: Sequence[np.ndarray],
    hidden: Sequence[np.ndarray],
    unexplained: Callable[[int], np.ndarray] | None = None,
    *,
    detailed: bool = True,
) -> Room:
    """Return the room of sampled frames.

    Args:
        pictures: all of one size, in order of time.
        mattes: of the person in them.
        hidden: uint8 (height, width), not 0 where something else hides the room.
        unexplained: called where no cast shadow was found: the matte of a sample together with the
            shadow in it; None: the matte itself.
        detailed: give the room's detail to what was never seen, which takes a second or two.
    """
    tall = _usual_height(mattes)
    looks = [_look(*each, tall) for each in zip(pictures, mattes, hidden, strict=True)]
    found = fitted(looks)
    share = np.stack([look.free for look in looks]).mean(axis=0, dtype=np.float32)
    often = ((share - _RARELY) / (_OFTEN - _RARELY)).clip(0, 1)
    levelled = [
        _levelled(picture, look, found, often)
        for picture, look in zip(pictures, looks, strict=True)
    ]
    if found.shadow is None and unexplained is not None:
        mattes = [unexplained(number) for number in range(len(pictures))]
    covered = [np.maximum(*pair) for pair in zip(mattes, hidden, strict=True)]
    size = (pictures[0].shape[1], pictures[0].shape[0])
    told = cv2.resize(share, size, interpolation=cv2.INTER_LINEAR) > _TOLD
    return Room(clean_plate(levelled, covered, detailed=detailed), found, tall, told)


def _usual_height(mattes: Sequence[np.ndarray]) -> float:
    heights = [cv2.boundingRect((matte > _PERSON).astype(np.uint8))[3] for matte in mattes]
    there = [height for height in heights if height]
    return float(np.median(there)) / len(mattes[0]) if there else 0.0


def _look(picture: np.ndarray, matte: np.ndarray, hidden: np.ndarray, tall: float) -> Look:
    return Look.of(picture, matte, np.maximum(matte, hidden), tall)


def _levelled(picture: np.ndarray, look: Look, found: Fitted, often: np.ndarray) -> np.ndarray:
    """Return a picture freed of light and shadow, and of what else it differs by where rarely seen.

    Args:
        picture: the frame.
        look: the same, small.
        found: room and shadow.
        often: how surely the room was seen at each place of a look.
    """
    expected = found.expected(look)
    known = (look.free & found.seen) * often
    rest = np.log(look.colours / expected).clip(-_LARGEST, _LARGEST)
    carried = membrane(rest, known) * (1 - often[..., None]) if known.any() else 0.0
    factor = (expected / found.room * np.exp(carried)).astype(np.float32)
    size = (picture.shape[1], picture.shape[0])
    factor = cv2.resize(factor, size, interpolation=cv2.INTER_LINEAR)
    return cv2.divide(picture, factor, dtype=cv2.CV_8U)


def _rounded(picture: np.ndarray) -> np.ndarray:
    return (picture + 0.5).clip(0, 255).astype(np.uint8)
