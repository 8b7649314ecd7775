"""What a picture itself says of each pixel: the person or the room?

As log-odds: how much likelier the colour is the person's than the room's. The room's colour is
known place by place, with its unrest; a shadow that the room's model does not hold is the room too,
darker by one factor in all colours (Horprasert, Harwood and Davis, 1999), the less likely the
deeper it is; only at the feet are deep ones usual. The person's colours are those of the take.

Conventions: pictures uint8 RGB (height, width, 3); log-odds natural, above 0 the person.
"""

import math

import cv2
import numpy as np

from stickdance.capture.matting.person_colours import BINS, PersonColours
from stickdance.capture.matting.plate import Plate
from stickdance.capture.media.jit import compiled_fast

SURE_ROOM, SURE_PERSON = -6.0, 8.0
"""The farthest that a colour alone may go: somebody may wear the wall's."""

_BRIGHTEST = 1.08  # share of the light that a room is seen in at most
_USUAL_SHADE, _DEEP_SHADE = 0.1, 0.3  # usual depths of shadow, away from the feet and at them
_THIN = 0.006  # of the person's height: half of what is no wider than a blurred edge
_CERTAIN = 230  # mask value from which a pixel is in the midst of the person
_LOG_BIN = 3 * math.log(256 / BINS) - 1.5 * math.log(2 * math.pi)


def log_odds(
    picture: np.ndarray, plate: Plate, colours: PersonColours, shaded: np.ndarray
) -> np.ndarray:
    """Return float32 (height, width): how much more a colour speaks for the person.

    Args:
        picture: the frame; a little blurred, for a single pixel says little.
        plate: what is behind the person, blurred alike.
        colours: the person's.
        shaded: bool (height, width), where deep shadows are usual.
    """
    return np.asarray(
        _log_odds(picture, plate.picture, plate.error, plate.seen, colours.logarithm, shaded)
    )


def without_crossings(odds: np.ndarray, mask: np.ndarray, tall: float) -> np.ndarray:
    """Return log-odds without thin lines of the room's colours in the midst of a mask.

    Between two colours of the person, a light sleeve and dark hair, a blurred edge passes through
    others; where it passes through the room's, nothing is seen through them.

    Args:
        odds: float32 (height, width).
        mask: uint8 (height, width), 255 the person.
        tall: their height in pixels.
    """
    side = 2 * max(1, round(_THIN * tall)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    closed = cv2.morphologyEx(odds, cv2.MORPH_CLOSE, disc)
    midst = cv2.erode((mask >= _CERTAIN).astype(np.uint8), disc) > 0
    return np.where(midst, closed, odds)


@compiled_fast
def _log_odds(
    picture: np.ndarray,
    room: np.ndarray,
    errors: np.ndarray,
    seen: np.ndarray,
    logarithm: np.ndarray,
    shaded: np.ndarray,
) -> np.ndarray:
    height, width = errors.shape
    odds = np.zeros((height, width), np.float32)
    wide = 256 // BINS
    for y in range(height):
        for x in range(width):
            if not seen[y, x]:
                continue
            r, g, b = float(picture[y, x, 0]), float(picture[y, x, 1]), float(picture[y, x, 2])
            p, q, s = float(room[y, x, 0]), float(room[y, x, 1]), float(room[y, x, 2])
            left = (r * p + g * q + b * s + 1) / (p * p + q * q + s * s + 1)
            left = min(_BRIGHTEST, left)
            away = (r - left * p) ** 2 + (g - left * q) ** 2 + (b - left * s) ** 2
            usual = _DEEP_SHADE if shaded[y, x] else _USUAL_SHADE
            error = errors[y, x]
            # What of the darkness is within the noise is no shadow.
            dark = max(0.0, 1 - left - error / (math.sqrt((p * p + q * q + s * s) / 3) + 1))
            unlikely = away / error**2 + (dark / usual) ** 2
            rooms = _LOG_BIN - 3 * math.log(error) - 0.5 * unlikely
            persons = logarithm[int(r) // wide, int(g) // wide, int(b) // wide]
            odds[y, x] = min(SURE_PERSON, max(SURE_ROOM, persons - rooms))
    return odds
