"""The beat as a picture: twelve seconds of sound, the beats that are danced, and other readings.

Above, what starts in low and in high sounds; below, a row for each reading with its BPM, the first
beats of bars tall. Where a reading is right, its marks stand under the low sounds.
"""

import cv2
import numpy as np

from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.onsets import FRAME_RATE, Onsets

_WIDTH, _LANE, _ROW, _MARGIN, _LEFT = 1100, 110, 44, 24, 190
_SECONDS = 12.0
_PAPER, _INK, _SOFT = (255, 255, 255), (40, 40, 40), (215, 215, 215)
_DANCED, _OTHER = (205, 45, 45), (70, 110, 190)


def draw_beats(onsets: Onsets, beats: Beats) -> np.ndarray:
    """Return a picture (height, width, 3) uint8 RGB of a song's beat.

    Args:
        onsets: the song's onset envelopes.
        beats: what was heard, with its other readings.
    """
    start = _liveliest(beats)
    lanes = (("low sounds", onsets.low), ("high sounds", onsets.high))
    rows = [(f"danced: {beats.tempo:.1f} BPM", beats.times, beats.downbeat_times, _DANCED)]
    rows += [
        (f"also {one.tempo:.1f} BPM, {one.probability:.0%}", one.times, np.zeros(0), _OTHER)
        for one in beats.others
    ]
    if beats.counted is not None:
        slow = f"or counted: {beats.counted.tempo:.1f} BPM"
        rows.append((slow, beats.counted.times, np.zeros(0), _OTHER))
    height = 2 * _MARGIN + 2 * _LANE + _ROW * len(rows) + 20
    picture = np.full((height, _WIDTH, 3), _PAPER, np.uint8)
    bottom = _MARGIN + 2 * _LANE + _ROW * len(rows)
    _draw_guides(picture, beats.times, start, bottom)
    for place, (name, envelope) in enumerate(lanes):
        _draw_lane(picture, name, envelope, start, _MARGIN + (place + 1) * _LANE)
    for place, (name, times, downbeats, colour) in enumerate(rows):
        line = _MARGIN + 2 * _LANE + (place + 1) * _ROW
        _draw_row(picture, name, times, downbeats, start, line, colour)
    for second in range(int(np.ceil(start)), int(start + _SECONDS) + 1):
        _write(picture, f"{second} s", (_across(second, start) - 10, bottom + 22))
    return picture


def _liveliest(beats: Beats) -> float:
    """Return the second from which beats are clearest."""
    starts = beats.times[: max(1, int(np.searchsorted(beats.times, beats.times[-1] - _SECONDS)))]
    clear = [
        beats.strength[(beats.times >= s) & (beats.times < s + _SECONDS)].sum() for s in starts
    ]
    return max(0.0, float(starts[int(np.argmax(clear))]) - 0.3)


def _across(second: float, start: float) -> int:
    return _LEFT + round((second - start) / _SECONDS * (_WIDTH - _LEFT - _MARGIN))


def _draw_guides(picture: np.ndarray, times: np.ndarray, start: float, bottom: int) -> None:
    for time in times[(times >= start) & (times < start + _SECONDS)]:
        place = _across(float(time), start)
        cv2.line(picture, (place, _MARGIN), (place, bottom), _SOFT, 1)


def _draw_lane(
    picture: np.ndarray, name: str, envelope: np.ndarray, start: float, bottom: int
) -> None:
    first = round(start * FRAME_RATE)
    part = envelope[first : first + round(_SECONDS * FRAME_RATE)]
    scale = (_LANE - 14) / max(float(part.max(initial=0)), 1e-9)
    points = [
        (_across(start + place / FRAME_RATE, start), bottom - round(float(value) * scale))
        for place, value in enumerate(part)
    ]
    cv2.polylines(picture, [np.array(points, np.int32)], False, _INK, 1, cv2.LINE_AA)
    _write(picture, name, (10, bottom - 10))


def _draw_row(
    picture: np.ndarray,
    name: str,
    times: np.ndarray,
    downbeats: np.ndarray,
    start: float,
    line: int,
    colour: tuple[int, int, int],
) -> None:
    for time in times[(times >= start) & (times < start + _SECONDS)]:
        tall = len(downbeats) and np.abs(downbeats - time).min() < 1e-3
        place = _across(float(time), start)
        cv2.line(picture, (place, line), (place, line - (32 if tall else 16)), colour, 3)
    _write(picture, name, (10, line - 6), colour)


def _write(
    picture: np.ndarray, text: str, place: tuple[int, int], colour: tuple[int, int, int] = _INK
) -> None:
    cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv2.LINE_AA)
