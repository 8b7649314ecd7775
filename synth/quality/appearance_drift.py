"""Colour and sharpness over time: whether a film wanders away from its reference.

`colour_drift`      distance of both frames' mean colours in CIE L*a*b*; 1 is just visible
`sharpness_drift`   mean absolute gradient of grey, rendered over real; 1 is as sharp

Two frames a second are looked at, and a mean is kept for each second.
"""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from stickdance.synth.compute.array_types import Floats, Levels
from stickdance.synth.quality.statistics import change_over_time

COLOUR_DRIFT, SHARPNESS_DRIFT = "colour_drift", "sharpness_drift"
_A_SECOND = 2
_SEEN = {COLOUR_DRIFT: 1.0, SHARPNESS_DRIFT: 0.05}
"""What a change must exceed to be seen."""


class AppearanceDrift:
    """Gathers colour and sharpness while frames pass."""

    def __init__(self) -> None:
        """Begin with no frames."""
        self._last = -1
        self._rows: list[tuple[float, float, float]] = []

    def add(self, seconds: float | None, real: Levels, rendered: Levels) -> None:
        """Count a pair of frames (h, w, 3), or of luma (h, w), if it is its turn."""
        if seconds is None or int(seconds * _A_SECOND) == self._last:
            return
        self._last = int(seconds * _A_SECOND)
        colour = float(np.linalg.norm(_mean_colour(real) - _mean_colour(rendered)))
        of_real = _gradient(real)
        sharp = _gradient(rendered) / of_real if of_real > 0 else np.nan
        self._rows.append((seconds, colour, sharp))

    def changes(self) -> dict[str, Any]:
        """Return by name what `statistics.change_over_time` tells; empty for less than 20 s."""
        if not self._rows:
            return {}
        seconds, colour, sharp = np.array(self._rows).T
        found = {}
        for key, values in ((COLOUR_DRIFT, colour), (SHARPNESS_DRIFT, sharp)):
            change = change_over_time(seconds, values)
            if change is not None:
                found[key] = {**change, "worse": _worse(key, change)}
        return found


def drift_told(changes: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each of colour and sharpness that gets worse with time."""
    told = []
    colour, sharp = changes.get(COLOUR_DRIFT), changes.get(SHARPNESS_DRIFT)
    if colour is not None and colour["worse"]:
        told.append(
            f"its colours drift: {colour['first_10_s']:.2g} from the reference's in the first 10 s,"
            f" {colour['later']:.2g} later (L*a*b*)"
        )
    if sharp is not None and sharp["worse"]:
        word = "softer" if sharp["later"] < sharp["first_10_s"] else "sharper"
        told.append(
            f"it gets {word} with time: {sharp['first_10_s']:.2f} of the reference's sharpness in "
            f"the first 10 s, {sharp['later']:.2f} later"
        )
    return told


def _worse(key: str, change: Mapping[str, Any]) -> bool:
    right = 0.0 if key == COLOUR_DRIFT else 1.0
    first, later = (abs(change[when] - right) for when in ("first_10_s", "later"))
    return bool(later - first > max(_SEEN[key], 2 * change["error"]))


def _mean_colour(picture: Levels) -> Floats:
    """Return CIE L*a*b* of a picture's mean, which blur and noise leave as it is."""
    channels = cv2.mean(picture)[:3] if picture.ndim == 3 else cv2.mean(picture)[:1] * 3
    rgb = np.array(channels, np.float32).reshape(1, 1, 3) / 255
    colour: Floats = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0, 0].astype(np.float64)
    return colour


def _gradient(picture: Levels) -> float:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) if picture.ndim == 3 else picture
    steps = cv2.absdiff(grey[1:], grey[:-1]), cv2.absdiff(grey[:, 1:], grey[:, :-1])
    return float(sum(cv2.mean(step)[0] for step in steps))
