"""Burnt-in captions, found by people who pass behind them.

Whatever is painted over a film stays while everything around it changes. So a pixel is a letter's
where, nearly every time that somebody covers most of what is around it, it keeps its value and
stands out from them. From these pixels the rest of the line is found: what never changes, has the
same brightness, lies in the same rows and is as thin. A poster on the wall is covered together with
the wall, and a chair before the person is no row of thin strokes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.ndimage import find_objects, label

from stickdance.capture.media.lettering import Lettering

_KEEPS = 20  # grey values by which a letter's pixel changes at most
_CHANGES = 30  # grey values from which what is around it has changed
_STANDS_OUT = 40  # grey values between a letter and the person behind it
_AROUND = 0.03  # of the height: a letter's surroundings
_COVERED = 0.4  # share of the surroundings that a person must cover
_TIMES = 3  # times that a person must pass behind a pixel
_ALWAYS = 0.85  # share of these times that the pixel must stay
_LOWEST, _TALLEST = 0.012, 0.08  # of the height: letters
_WIDEST = 4.0  # width of letters that touch over their height
_LETTERS = 3  # separate letters that people must pass behind
_LEVEL = 0.35  # of their height: by which the feet of neighbouring letters differ
_LONGEST_GAP = 2.0  # between letters, in their height
_ALIKE = 40  # grey values between letters of one line
_THIN = 0.012  # of the height: half the width of a stroke, at most
_SEAM = 0.004  # of the height: the blurred seam of a stroke


def find_letters(pictures: Sequence[np.ndarray]) -> Lettering | None:
    """Return letters that stand still before moving people; None where there are none.

    Args:
        pictures: RGB (height, width, 3), spread over the footage, the camera still.
    """
    if len(pictures) < 2 * _TIMES:
        return None
    greys = np.stack([cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pictures])
    usual = np.median(greys, axis=0).astype(np.int16)
    seeds = _passed_behind(greys, usual)
    still = np.mean(np.abs(greys - usual) <= _KEEPS, axis=0) >= _ALWAYS
    strokes = np.zeros(usual.shape, bool)
    for line in _lines(seeds):
        strokes |= _whole_line(line, still, usual)
    if not strokes.any():
        return None
    seam = max(1, round(_SEAM * len(usual)))
    return Lettering.of(cv2.dilate(strokes.astype(np.uint8), _square(seam)) > 0)


def _passed_behind(greys: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Return bool (height, width): pixels that stay whenever a person passes behind them."""
    side = 2 * max(2, round(_AROUND * len(usual) / 2)) + 1
    passes, stays = np.zeros(usual.shape, np.int32), np.zeros(usual.shape, np.int32)
    for grey in greys:
        away = np.abs(grey - usual)
        changed = (away > _CHANGES).astype(np.float32)
        covered = cv2.blur(changed, (side, side))
        behind = cv2.blur(changed * grey, (side, side)) / np.maximum(covered, 1e-6)
        passed = covered >= _COVERED
        stands_out = np.abs(behind - usual) >= _STANDS_OUT
        passes += passed
        stays += passed & (away <= _KEEPS) & stands_out
    return (stays >= _TIMES) & (stays >= _ALWAYS * passes)


def _lines(seeds: np.ndarray) -> list[np.ndarray]:
    """Return the seeds of each line of letters, bool (height, width): shapes side by side."""
    labels, _ = label(seeds, np.ones((3, 3)))
    height = len(seeds)
    letters = [
        _Box(number, rows.start, rows.stop, columns.start, columns.stop)
        for number, (rows, columns) in enumerate(find_objects(labels), start=1)
        if _LOWEST * height <= rows.stop - rows.start <= _TALLEST * height
        and columns.stop - columns.start <= _WIDEST * (rows.stop - rows.start)
    ]
    lines: list[list[_Box]] = []
    for one in sorted(letters, key=lambda box: box.left):
        mates = [line for line in lines if line[-1].goes_on_in(one)]
        if mates:
            mates[-1].append(one)
        else:
            lines.append([one])
    return [
        np.isin(labels, [box.number for box in line]) for line in lines if len(line) >= _LETTERS
    ]


@dataclass(frozen=True)
class _Box:
    number: int
    top: int
    bottom: int
    left: int
    right: int

    def goes_on_in(self, other: "_Box") -> bool:
        """Tell whether the next letter of a line may be `other`."""
        tall = max(self.bottom - self.top, other.bottom - other.top)
        low = min(self.bottom - self.top, other.bottom - other.top)
        level = abs(self.bottom - other.bottom) <= _LEVEL * tall
        return level and low >= tall / 2 and other.left - self.right <= _LONGEST_GAP * tall


def _whole_line(seeds: np.ndarray, still: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Return the strokes of a whole line of letters, bool (height, width), from some of them."""
    height = len(usual)
    found = np.flatnonzero(seeds.any(axis=1))
    spare = max(2, len(found) // 3)  # for what reaches above and below these letters
    rows = slice(max(0, found[0] - spare), found[-1] + 1 + spare)
    alike = still[rows] & (np.abs(usual[rows] - np.median(usual[seeds])) <= _ALIKE)
    thick = max(2, round(_THIN * height))
    solid = cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_OPEN, _square(thick))
    strokes = np.zeros(seeds.shape, bool)
    strokes[rows] = _joined(alike & (cv2.dilate(solid, _square(1)) == 0), seeds[rows])
    return strokes | seeds


def _joined(strokes: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Return the strokes among the seeds, and those that go on to the left and right of them."""
    labels, _ = label(strokes, np.ones((3, 3)))
    tall = int(np.ptp(np.flatnonzero(seeds.any(axis=1)))) + 1
    line = np.flatnonzero(seeds.any(axis=0))
    left, right, gap = int(line[0]), int(line[-1]), _LONGEST_GAP * tall
    shapes = {
        number: (columns.start, columns.stop - 1)
        for number, (rows, columns) in enumerate(find_objects(labels), start=1)
        if rows.stop - rows.start >= tall / 3 and columns.stop - columns.start <= _WIDEST * tall
    }
    for first, last in sorted(shapes.values()):
        if first <= right + gap:
            right = max(right, last)
    for first, last in sorted(shapes.values(), key=lambda edge: -edge[1]):
        if last >= left - gap:
            left = min(left, first)
    kept = [number for number, edge in shapes.items() if left <= edge[0] and edge[1] <= right]
    columns = np.any(np.isin(labels, kept), axis=0)
    dots = [
        number
        for number, box in enumerate(find_objects(labels), start=1)
        if columns[box[1]].all() and box[1].stop - box[1].start <= tall / 2
    ]
    return np.isin(labels, [*kept, *dots])


def _square(reach: int) -> np.ndarray:
    return np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
