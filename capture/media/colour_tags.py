"""What a video's header says of its colours: range, matrix, primaries, transfer, depth."""

import re
from dataclasses import dataclass

_RANGES = {"tv": "limited", "pc": "full"}
_DEPTH = re.compile(r"(?:p|gray|gbrap?|rgb|bgr|x2rgb|x2bgr)(9|10|12|14|16)(?:le|be)?$|p0(10|12|16)")


@dataclass(frozen=True)
class ColourTags:
    """As ffmpeg names them; "" where the file does not say."""

    pixel_format: str = ""
    """E.g. "yuv420p10le"."""
    range: str = ""
    """"limited" or "full"."""
    matrix: str = ""
    """E.g. "bt709", "smpte170m" (BT.601), "bt2020nc"."""
    primaries: str = ""
    transfer: str = ""
    """E.g. "bt709", "smpte2084" (PQ), "arib-std-b67" (HLG)."""

    @property
    def depth(self) -> int:
        """Return bits a channel."""
        found = _DEPTH.search(self.pixel_format)
        return int(found[1] or found[2]) if found else 8


UNTAGGED = ColourTags()


def colour_tags(line: str) -> ColourTags:
    """Return the tags in the line of ffmpeg's banner about a stream of pictures.

    The line holds e.g. `yuv420p10le(tv, bt2020nc/bt2020/smpte2084, progressive)`; one word for all
    three where they agree.
    """
    found = re.search(r"Video: .*?, (\w+)(?:\(([^)]*)\))?(?:, \d+x\d+|,| )", line)
    if found is None:
        return UNTAGGED
    words = [word.strip() for word in (found[2] or "").split(",")]
    shown = next((_RANGES[word] for word in words if word in _RANGES), "")
    named = next((word for word in words if "/" in word or re.match(r"(bt|smpte|arib)", word)), "")
    parts = named.split("/") if "/" in named else [named] * 3
    matrix, primaries, transfer = ("" if part == "unknown" else part for part in parts)
    return ColourTags(found[1], shown, matrix, primaries, transfer)
