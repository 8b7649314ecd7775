"""How good mattes are, told without a truth: do room and person together give the frame?

On frames from all over a take:

    agreement   decibels of person by matte over room against the frame; a matte that is too wide
                agrees as well, so it says little without
    held        what a matte holds though the room is plainly seen there, and
    missed      what plainly is not the room and no matte holds, as shares of the person's area
    flicker     how much a matte changes along the optical flow, near its edge, where the picture
                does not
    islands, holes   parts of at least `LEAST_PART` pixels, a frame; an arm akimbo makes a true hole

Conventions: pictures uint8 RGB (height, width, 3); mattes uint8 (height, width), 255 the person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from stickdance.capture.matting.evidence import SURE_PERSON, log_odds
from stickdance.capture.matting.foreground import foreground
from stickdance.capture.matting.islands_and_holes import counted
from stickdance.capture.matting.optical_flow import flow, moved
from stickdance.capture.matting.person_colours import PersonColours
from stickdance.capture.matting.plate import Plate

LEAST_PART = 20
"""Pixels from which an island or a hole counts."""

_AROUND = 0.1  # of the height: how far from the person something may be theirs
_MIDST = 0.015  # of the height: farther within, a colour of the room's may be the person's clothes
_RIM = 2  # pixels beside a matte that a blurred edge reaches
_ROOM = -4.0  # log-odds below which the room is plainly seen
_STILL = 6.0  # grey values below which a picture moved along the flow is the same
_SMALLEST = 50  # pixels from which there is something to measure


@dataclass
class MatteWatch:
    """Gathers the figures while mattes are written."""

    wanted: frozenset[int]
    """Numbers of the frames to measure."""
    figures: dict[str, list[float]] = field(default_factory=dict)
    _before: tuple[int, np.ndarray, np.ndarray] | None = None

    @staticmethod
    def over(frames: int, count: int = 24) -> "MatteWatch":
        """Return a watch of `count` pairs of neighbouring frames, evenly spread over `frames`."""
        first = np.linspace(0, max(0, frames - 2), min(count, frames)).round().astype(int)
        return MatteWatch(frozenset([*first.tolist(), *(first + 1).tolist()]))

    def look(self, number: int, picture: np.ndarray, matte: np.ndarray, room: Plate) -> None:
        """Measure a wanted frame that shows the person.

        Args:
            number: of the frame.
            picture: the frame.
            matte: of the person in it.
            room: what is behind them, in the frame's light and in their shadow.
        """
        if int((matte > 127).sum()) < _SMALLEST:
            return
        for name, value in measured(picture, matte, room).items():
            self.figures.setdefault(name, []).append(value)
        if self._before is not None and self._before[0] == number - 1:
            self.figures.setdefault("flicker", []).append(
                flicker(self._before[1:], (picture, matte))
            )
        self._before = number, picture, matte

    def as_json(self) -> dict[str, float]:
        """Return the figures, means over the frames measured, as JSON values."""
        means = {name: np.nanmean(values) for name, values in self.figures.items() if len(values)}
        told = {name: round(float(mean), 4) for name, mean in means.items() if np.isfinite(mean)}
        if "squared_error" in told:
            squared = max(told.pop("squared_error"), 1e-3)
            told["agreement_psnr"] = round(float(10 * np.log10(255**2 / squared)), 2)
        return told


def measured(picture: np.ndarray, matte: np.ndarray, room: Plate) -> Mapping[str, float]:
    """Return the figures of one frame that shows the person."""
    height, size, area = len(matte), picture.size, float(matte.sum()) / 255
    own = foreground(picture, matte, room.picture)
    squares = cv2.norm(picture, room.picture, cv2.NORM_L2SQR)  # of all; beyond the box, no more
    box = _around(matte, _AROUND * height)
    picture, matte, own, room = picture[box], matte[box], own[box], room.part(box)
    share = matte.astype(np.float32) / 255
    outside = cv2.distanceTransform((matte <= 127).astype(np.uint8), cv2.DIST_L2, 3)
    near = outside <= _AROUND * height
    beside = cv2.dilate((matte > 26).astype(np.uint8), _disc(_RIM)) == 0
    midst = cv2.erode((matte > 127).astype(np.uint8), _disc(_MIDST * height)) > 0
    smooth = replace(room, picture=cv2.GaussianBlur(room.picture, (0, 0), 1))
    blurred, anybody = cv2.GaussianBlur(picture, (0, 0), 1), PersonColours.unknown()
    # What may be a deep shadow is not missed; that it is one is not plain enough to be held.
    persons = log_odds(blurred, smooth, anybody, np.ones_like(near)) >= SURE_PERSON
    rooms = log_odds(blurred, smooth, anybody, np.zeros_like(near)) < _ROOM
    again = share[..., None] * own + (1 - share[..., None]) * room.picture
    squares += float(((again - picture) ** 2).sum())
    squares -= cv2.norm(picture, room.picture, cv2.NORM_L2SQR)
    islands, holes = counted(matte, LEAST_PART)
    return {
        "squared_error": squares / size,
        "missed": float((1 - share)[persons & near & beside].sum()) / area,
        "held": float(share[rooms & ~midst].sum()) / area,
        "islands": float(islands),
        "holes": float(holes),
    }


def flicker(before: tuple[np.ndarray, np.ndarray], after: tuple[np.ndarray, np.ndarray]) -> float:
    """Return how much a matte changes where the picture only moves, 0..255, NaN if nowhere.

    Args:
        before: picture and matte of a frame.
        after: of the next.
    """
    whole = np.s_[0 : len(after[1]), 0 : after[1].shape[1]]
    picture, matte = moved(before, flow(after[0], before[0]), whole)
    same = cv2.blur(cv2.absdiff(picture, after[0]), (5, 5)).max(axis=-1) < _STILL
    edge = (after[1] > 20).astype(np.uint8)
    near = (cv2.dilate(edge, _disc(4)) > 0) & (cv2.erode(edge, _disc(4)) == 0)
    if (same & near).sum() < _SMALLEST:
        return float("nan")
    return float(cv2.absdiff(matte, after[1])[same & near].mean())


def _around(matte: np.ndarray, reach: float) -> tuple[slice, slice]:
    """Return the part of the picture that may hold what is the person's."""
    left, top, wide, high = cv2.boundingRect((matte > 0).astype(np.uint8))
    more = int(reach) + 2
    return np.s_[max(0, top - more) : top + high + more, max(0, left - more) : left + wide + more]


def _disc(radius: float) -> np.ndarray:
    side = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
