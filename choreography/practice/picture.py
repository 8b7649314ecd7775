"""The picture of a practice video: the dancer on the left, what to do on the right.

All text is drawn anew only when it changes; from frame to frame only the dancer and the pulse of
the beat move. Letters are DejaVu Sans, which comes with matplotlib, or Pillow's own.
"""

from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stickdance.choreography.music.structure import Section
from stickdance.choreography.practice.cues import Cue

SIZE = (1280, 720)
"""(width, height) of the video."""

BACKGROUND = (18, 19, 24)
_PANEL = (27, 29, 37)
_WHITE, _SOFT, _ACCENT, _NEXT = (244, 245, 248), (150, 155, 170), (255, 196, 61), (110, 200, 255)
_SECTIONS = (
    (92, 124, 188), (120, 160, 110), (190, 120, 96), (150, 112, 178), (100, 160, 170),
    (170, 150, 90),
)  # fmt: skip
_STAGE = 640  # columns of the dancer
_MARGIN = 44
_BAR = (664, 684)  # rows of the timeline
_BIG, _MIDDLE, _SMALL = 64, 40, 26


class PracticePicture:
    """Draws the frames of one practice video."""

    def __init__(self, sections: tuple[Section, ...], seconds: float, title: str) -> None:
        """Prepare the timeline.

        Args:
            sections: of the song.
            seconds: length of the song.
            title: shown small above the steps.
        """
        self._sections = sections
        self._seconds = seconds
        self._title = title
        self._words = lru_cache(maxsize=4)(self._drawn)

    def frame(self, dancer: np.ndarray, cue: Cue, seconds: float) -> np.ndarray:
        """Return one frame, uint8 RGB (720, 1280, 3).

        Args:
            dancer: uint8 RGB picture of the dancer, any size.
            cue: what to tell.
            seconds: of the song, for the timeline.
        """
        out = self._words(replace(cue, since_beat=0.0)).copy()
        _put_dancer(out, dancer)
        _put_pulse(out, cue)
        self._put_hand(out, seconds)
        return out

    def _drawn(self, cue: Cue) -> np.ndarray:
        """Return everything that stays while the cue stays."""
        picture = Image.new("RGB", SIZE, BACKGROUND)
        draw = ImageDraw.Draw(picture)
        draw.rectangle((_STAGE, 0, SIZE[0], SIZE[1]), fill=_PANEL)
        left, width = _STAGE + _MARGIN, SIZE[0] - _STAGE - 2 * _MARGIN
        _text(draw, (left, 40), self._title, _SMALL, _SOFT, width)
        _text(
            draw,
            (left, 80),
            f"Section {cue.section}" if cue.section else "",
            _SMALL,
            _ACCENT,
            width,
        )
        _text(draw, (left, 148), "now", _SMALL, _SOFT, width)
        _text(draw, (left, 180), cue.step, _BIG, _WHITE, width)
        _text(draw, (left, 258), cue.side, _SMALL, _SOFT, width)
        _put_counts(draw, cue, left, width)
        if cue.next_step:
            beats = "beat" if cue.beats_to_next == 1 else "beats"
            _text(draw, (left, 478), f"next in {cue.beats_to_next} {beats}", _SMALL, _NEXT, width)
            _text(draw, (left, 512), cue.next_step, _MIDDLE, _NEXT, width)
            _text(draw, (left, 566), cue.next_side, _SMALL, _SOFT, width)
        self._put_timeline(draw)
        return np.asarray(picture)

    def _put_timeline(self, draw: ImageDraw.ImageDraw) -> None:
        labels = sorted({section.label for section in self._sections})
        for section in self._sections:
            first, last = self._column(section.start), self._column(section.end)
            colour = _SECTIONS[labels.index(section.label) % len(_SECTIONS)]
            draw.rectangle((first, _BAR[0], max(first, last - 2), _BAR[1]), fill=colour)
            if last - first > 30:
                _text(draw, (first + 6, _BAR[0] - 26), section.label, 20, _SOFT, last - first - 6)

    def _put_hand(self, out: np.ndarray, seconds: float) -> None:
        column = self._column(seconds)
        cv2.rectangle(out, (column - 2, _BAR[0] - 6), (column + 2, _BAR[1] + 6), _WHITE, -1)

    def _column(self, seconds: float) -> int:
        left, right = _STAGE + _MARGIN, SIZE[0] - _MARGIN
        share = min(max(seconds / max(self._seconds, 1e-6), 0.0), 1.0)
        return round(left + share * (right - left))


def _put_dancer(out: np.ndarray, dancer: np.ndarray) -> None:
    height, width = dancer.shape[:2]
    scale = min(_STAGE / width, SIZE[1] / height)
    size = (min(round(width * scale), _STAGE), min(round(height * scale), SIZE[1]))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    fitted = dancer if (width, height) == size else cv2.resize(dancer, size, interpolation=method)
    row, column = (SIZE[1] - size[1]) // 2, (_STAGE - size[0]) // 2
    out[row : row + size[1], column : column + size[0]] = fitted


def _put_pulse(out: np.ndarray, cue: Cue) -> None:
    """Draw a bar below the counts that is full on the beat and runs out until the next one."""
    if cue.count == 0:
        return
    left, width = _STAGE + _MARGIN, SIZE[0] - _STAGE - 2 * _MARGIN
    end = left + round(width * (1 - cue.since_beat))
    cv2.rectangle(out, (left, 410), (end, 416), _ACCENT, -1)


def _put_counts(draw: ImageDraw.ImageDraw, cue: Cue, left: int, width: int) -> None:
    each = width / cue.counts
    for count in range(1, cue.counts + 1):
        centre = (left + (count - 0.5) * each, 360)
        now = count == cue.count
        if now:
            radius = min(each / 2 - 2, 30)
            x, y = centre
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_ACCENT)
        font = _font(36 if now else 30)
        draw.text(centre, str(count), font=font, fill=BACKGROUND if now else _SOFT, anchor="mm")


def _text(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    words: str,
    size: int,
    colour: tuple[int, int, int],
    width: int,
) -> None:
    """Write one line, smaller where it would be too wide, cut where it still is."""
    if not words:
        return
    while size > 16 and draw.textlength(words, font=_font(size)) > width:
        size -= 2
    while len(words) > 1 and draw.textlength(words, font=_font(size)) > width:
        words = words.rstrip("…")[:-1] + "…"
    draw.text(at, words, font=_font(size), fill=colour)


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    plots = find_spec("matplotlib")
    if plots is not None and plots.origin is not None:
        file = Path(plots.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"
        if file.is_file():
            return ImageFont.truetype(str(file), size)
    return ImageFont.load_default(size)
