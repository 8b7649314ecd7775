"""Black bars, shifts, crops and sizes: whether both sides show the same part of the picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import cv2
import numpy as np

from stickdance.synth.compute.array_types import Bools, Floats, Integers
from stickdance.synth.quality.mismatch.small_pictures import Sample

_BAR = 0.01  # share of a side
_ALIKE = 0.97  # correlation of two pictures from which on no crop is looked for
_CLOSER = 0.5  # of what is missing to a correlation of 1 may be left by a crop that is told
_MOVED = 0.025  # share of a side by which a crop or shift has to differ from the whole
_SHARP = 0.3  # of the line inside a bar is not black, where a bar ends and no dark room
_EDGE = 2  # pixels by which that end may differ, in half of the samples at least
_UNEVEN = 0.25  # of the broader of two bars, which the other may lack: bars are alike
_STEADY = 0.01  # share of a side by which the crops of several samples may differ
_STARTS = (1.0, 0.8, 1.25)  # scales at which the search begins


@dataclass(frozen=True)
class Crop:
    """Which part of the reference the rendered side shows, as shares of the reference's sides."""

    left: float
    top: float
    right: float
    bottom: float


def framing_lines(samples: Sequence[tuple[Sample, Sample]]) -> list[str]:
    """Return what differs between the two framings, a line each."""
    if not samples:
        return []
    sizes = [line for line in (_sizes(*samples[0]),) if line]
    bars = _bars(samples)
    if bars:
        return [*sizes, *bars]
    crop = find_crop(samples)
    return [*sizes, *([] if crop is None else [_told(crop, samples[0][0].size)])]


def find_crop(samples: Sequence[tuple[Sample, Sample]]) -> Crop | None:
    """Return which part of the reference is shown where it is not the whole, and steadily so."""
    found = [_crop(*pair) for pair in samples[:: max(1, len(samples) // 3)]]
    known = [crop for crop in found if crop is not None]
    if not known or len(known) < len(found):
        return None
    edges = np.array([(crop.left, crop.top, crop.right, crop.bottom) for crop in known])
    middle = np.median(edges, axis=0)
    moved = np.abs(middle - (0, 0, 1, 1)).max() > _MOVED
    steady = np.abs(edges - middle).max() <= _STEADY
    return Crop(*map(float, middle)) if moved and steady else None


def _crop(real: Sample, rendered: Sample) -> Crop | None:
    a, b = (
        np.asarray(cv2.cvtColor(side.picture, cv2.COLOR_RGB2GRAY), np.float32)
        for side in (real, rendered)
    )
    before = _correlation(a, b)
    if before >= _ALIKE or min(a.std(), b.std()) < 2:
        return None
    height, width = a.shape
    everywhere = np.full(a.shape, 255, np.uint8)
    best, crop = before, None
    for scale in _STARTS:
        warp = np.array(
            [[scale, 0, (1 - scale) * width / 2], [0, scale, (1 - scale) * height / 2]], np.float32
        )
        until = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 60, 1e-5)
        try:
            closeness, found = cv2.findTransformECC(
                b, a, warp, cv2.MOTION_AFFINE, until, everywhere, 5
            )
        except cv2.error:  # does not converge from here
            continue
        warp = np.asarray(found, np.float32)
        straight = max(abs(warp[0, 1]), abs(warp[1, 0])) < 0.02
        if straight and closeness > best:
            corner = warp @ (-0.5, -0.5, 1), warp @ (width - 0.5, height - 0.5, 1)
            edges = [(end + 0.5) / (width, height) for end in corner]
            best, crop = closeness, Crop(*map(float, (*edges[0], *edges[1])))
    return crop if 1 - best < _CLOSER * (1 - before) else None


def _correlation(a: Floats, b: Floats) -> float:
    x, y = a - a.mean(), b - b.mean()
    return float((x * y).sum() / max(1e-9, np.sqrt(np.square(x).sum() * np.square(y).sum())))


def _told(crop: Crop, size: tuple[int, int]) -> str:
    width, height = size
    left, right = round(crop.left * width), round(crop.right * width)
    top, bottom = round(crop.top * height), round(crop.bottom * height)
    if abs(right - left - width) <= 1 and abs(bottom - top - height) <= 1:
        return (
            f"the rendered picture is shifted by {-left:+d} px across and {-top:+d} px down "
            "against the reference"
        )
    return (
        f"the rendered side shows columns {left} to {right} and rows {top} to {bottom} of the "
        f"reference's {width}x{height}: it is cropped or scaled otherwise"
    )


def _sizes(real: Sample, rendered: Sample) -> str:
    (width, height), other = real.size, rendered.size
    if other == real.size:
        return ""
    first, second = _shape(width, height), _shape(*other)
    told = f"the reference is {width}x{height}, the rendered side {other[0]}x{other[1]}"
    if abs((other[0] / other[1]) / (width / height) - 1) < 0.01:
        return f"{told}: the same shape, scaled by {other[0] / width:.3g}"
    return f"{told}: another shape ({second} instead of {first})"


def _shape(width: int, height: int) -> str:
    common = gcd(width, height)
    across, down = width // common, height // common
    return f"{across}:{down}" if max(across, down) <= 50 else f"{width / height:.2f}:1"


def _even(bars: Floats) -> Bools:
    """Return for left, top, right and bottom whether its bar is about as broad as that opposite."""
    other = np.roll(bars, 2)
    even: Bools = np.abs(bars - other) <= _UNEVEN * np.maximum(bars, other)
    return even


def _lasting(samples: Sequence[Sample]) -> Integers:
    """Return the black lines at left, top, right and bottom that end sharply, and always there.

    A figure in a dark room moves, and little of the line where it begins is lit.
    """
    bars = np.array([sample.bars for sample in samples])
    filled = np.array([sample.filled for sample in samples])
    least = bars.min(axis=0)
    ends = (bars <= least + _EDGE) & (filled >= _SHARP)
    lasting: Integers = np.where(2 * ends.sum(axis=0) >= len(samples), least, 0)
    return lasting


def _bars(samples: Sequence[tuple[Sample, Sample]]) -> list[str]:
    lines = []
    sides = [_lasting([pair[side] for pair in samples]) for side in (0, 1)]
    sizes = [samples[0][side].size for side in (0, 1)]
    shares = [bars / (*size, *size) for bars, size in zip(sides, sizes, strict=True)]
    for name, mine, pixels, theirs in (
        ("rendered side", shares[1], sides[1], shares[0]),
        ("reference", shares[0], sides[0], shares[1]),
    ):
        added = (mine - theirs > _BAR) & _even(mine)
        if (added[0] and added[2]) or (added[1] and added[3]):
            left, top, right, bottom = (int(count) for count in np.where(added, pixels, 0))
            where = (
                f"{top} rows at the top and {bottom} at the bottom"
                if added[1] and added[3]
                else f"{left} columns at the left and {right} at the right"
            )
            lines.append(f"the {name} has black bars ({where}) that the other side lacks")
    return lines
