"""Interlaced frames that no flag announces, told by ffmpeg's idet.

idet asks of each frame whether its lines fit better to those of the frame before or after it than
to each other; a striped shirt does not deceive it, since its stripes are there in both.
"""

from typing import Literal

from capture.inspection.sampling import Fields

_ENOUGH = 8  # frames that must be combed
_SHARE = 0.6  # of the frames that idet could decide upon


def earlier_lines(fields: Fields) -> Literal["", "tff", "bff"]:
    """Return which lines of interlaced frames come first, "" where frames are whole."""
    count, order = max((fields.top_first, "tff"), (fields.bottom_first, "bff"))
    decided = fields.top_first + fields.bottom_first + fields.progressive
    if count < _ENOUGH or count < _SHARE * decided:
        return ""
    return "tff" if order == "tff" else "bff"
