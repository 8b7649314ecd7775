"""Black bars around the picture, found by what all sampled frames have in common.

A bar is black in every frame, without the noise of a dark place, and ends in a straight line where
the picture begins; what is written into it stands still. A dark room has noise, and a black
backdrop ends where the person does.
"""

import numpy as np

from stickdance.capture.media.treatment import WHOLE

_BLACK = 28  # grey values up to which a pixel may be a bar's
_NOISE = 4  # grey values that a bar's pixels change by at most
_STILL = 24  # grey values that letters in a bar change by at most
_DARK = 0.6  # share of a bar's line that is black; the rest may be letters
_ALMOST = 0.97  # share of the pixels of a line that must be as said
_STRAIGHT = 0.5  # share of the line where the picture begins that must not be black
_LEAST = 0.01  # of the side: thinner bars do no harm
_MOST = 0.45  # of the side: what one bar may cover
_EDGE = 4  # lines in which a bar's edge may be blurred

Crop = tuple[float, float, float, float]


def inside_bars(brightest: np.ndarray, darkest: np.ndarray) -> Crop:
    """Return the picture inside its bars: left, top, right, bottom as shares of the frame.

    Args:
        brightest: uint8 (height, width), the most that each pixel reaches in any frame.
        darkest: the least that it does.
    """
    still = brightest.astype(np.int16) - darkest
    columns = [_bar(brightest.T[::way], still.T[::way]) for way in (1, -1)]
    height, width = brightest.shape
    inner = slice(columns[0], width - columns[1])
    rows = [_bar(brightest[::way, inner], still[::way, inner]) for way in (1, -1)]
    if not any((*columns, *rows)):
        return WHOLE
    left, right = columns[0] / width, 1 - columns[1] / width
    top, bottom = rows[0] / height, 1 - rows[1] / height
    return round(left, 6), round(top, 6), round(right, 6), round(bottom, 6)


def _bar(brightest: np.ndarray, still: np.ndarray) -> int:
    """Return how many lines from the first on are a bar."""
    dark = brightest <= _BLACK
    steady = np.where(dark, still <= _NOISE, still <= _STILL)
    lines = (dark.mean(axis=1) >= _DARK) & (steady.mean(axis=1) >= _ALMOST)
    count = len(lines) if lines.all() else int(np.argmin(lines))
    if not max(2, _LEAST * len(lines)) <= count <= _MOST * len(lines):
        return 0
    beyond = brightest[count : count + _EDGE].max(axis=0) > 2 * _BLACK
    return count + 1 if beyond.mean() >= _STRAIGHT else 0
