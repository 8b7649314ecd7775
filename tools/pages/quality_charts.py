"""Charts of scores as SVG that a page carries itself: a curve over time, a histogram."""

import math
from collections.abc import Sequence

import numpy as np

_INK, _FAINT, _LINE, _BAND, _MARK = "#444", "#ddd", "#1f5fa8", "#bcd3ec", "#c0392b"
_POINTS = 600
"""Places along a curve; more frames share one, which shows their mean and their range."""
_BINS = 32
_HEIGHT, _TOP, _BOTTOM, _LEFT = 150, 10, 24, 52


def curve(at: np.ndarray, values: np.ndarray, marks: Sequence[int] = (), width: int = 620) -> str:
    """Return a curve with axes; where many frames share a place, their range lies behind it.

    Args:
        at: (n,) where each value belongs, e.g. seconds, rising.
        values: (n,), NaN where there is none.
        marks: places of values to mark, e.g. the worst.
        width: of the picture, in its own pixels.
    """
    known = np.isfinite(values)
    if not known.any():
        return ""
    y = _Axis.of(values[known], _HEIGHT - _BOTTOM, _TOP)
    x = _Axis(float(at[0]), max(float(at[-1]), float(at[0]) + 1e-9), _LEFT, width - 10)
    marked = "".join(
        f'<circle cx="{x.place(at[mark]):.1f}" cy="{y.place(values[mark]):.1f}" r="3.5" '
        f'fill="{_MARK}"><title>{values[mark]:.4g} at {at[mark]:.6g}</title></circle>'
        for mark in marks
        if known[mark]
    )
    return _svg(width, _grid(x, y, width) + _line(x, y, at, values) + marked)


def histogram(values: np.ndarray, mean: float, width: int = 300) -> str:
    """Return how many frames have which score, with a line at the mean.

    Args:
        values: (n,), NaN where there is none.
        mean: where the line stands.
        width: of the picture, in its own pixels.
    """
    known = values[np.isfinite(values)]
    if not known.size:
        return ""
    low, high = float(known.min()), float(known.max())
    if high - low < 1e-12:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(known, _BINS, (low, high))
    x = _Axis(low, high, _LEFT, width - 14)
    y = _Axis(0.0, float(counts.max()), _HEIGHT - _BOTTOM, _TOP)
    bars = "".join(
        f'<rect x="{x.place(left):.1f}" y="{y.place(count):.1f}" '
        f'width="{max(0.5, x.place(right) - x.place(left) - 1):.1f}" '
        f'height="{y.place(0) - y.place(count):.1f}" fill="{_LINE}">'
        f"<title>{count} from {left:.4g} to {right:.4g}</title></rect>"
        for count, left, right in zip(counts, edges[:-1], edges[1:], strict=True)
        if count
    )
    middle = x.place(mean)
    line = f'<path d="M{middle:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="{_MARK}"/>'
    return _svg(width, _grid(x, y, width, whole=True) + bars + line)


class _Axis:
    """Maps values to pixels, and says where to write numbers."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high, self.start, self.end = low, high, start, end

    @staticmethod
    def of(values: np.ndarray, start: float, end: float) -> "_Axis":
        low, high = float(values.min()), float(values.max())
        room = (high - low) * 0.06 or max(abs(high) * 0.05, 0.01)
        return _Axis(low - room, high + room, start, end)

    def place(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low or 1.0)
        return self.start + share * (self.end - self.start)

    def ticks(self, about: int) -> list[float]:
        """Return round values, `about` so many."""
        rough = (self.high - self.low) / about or 1.0
        power = 10.0 ** math.floor(math.log10(rough))
        step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough)
        first = math.ceil(self.low / step - 1e-9)
        return [number * step for number in range(first, math.floor(self.high / step + 1e-9) + 1)]


def _line(x: _Axis, y: _Axis, at: np.ndarray, values: np.ndarray) -> str:
    parts = np.array_split(np.arange(len(values)), min(_POINTS, len(values)))
    centre, low, high = [], [], []
    for part in parts:
        some = values[part][np.isfinite(values[part])]
        centre.append(float(some.mean()) if some.size else math.nan)
        low.append(float(some.min()) if some.size else math.nan)
        high.append(float(some.max()) if some.size else math.nan)
    places = [x.place(float(at[part].mean())) for part in parts]
    band = ""
    if len(values) > len(parts):
        there = [number for number, value in enumerate(centre) if math.isfinite(value)]
        upper = [f"{places[n]:.1f},{y.place(high[n]):.1f}" for n in there]
        lower = [f"{places[n]:.1f},{y.place(low[n]):.1f}" for n in reversed(there)]
        band = f'<polygon fill="{_BAND}" points="{" ".join(upper + lower)}"/>'
    return band + _polylines(places, [y.place(value) for value in centre])


def _polylines(places: Sequence[float], heights: Sequence[float]) -> str:
    """Return the curve, broken where there are no values."""
    runs: list[list[str]] = [[]]
    for place, height in zip(places, heights, strict=True):
        if math.isfinite(height):
            runs[-1].append(f"{place:.1f},{height:.1f}")
        elif runs[-1]:
            runs.append([])
    return "".join(_run(run) for run in runs if run)


def _run(points: Sequence[str]) -> str:
    if len(points) > 1:
        return (
            f'<polyline fill="none" stroke="{_LINE}" stroke-width="1.4" stroke-linejoin="round" '
            f'points="{" ".join(points)}"/>'
        )
    x, _, y = points[0].partition(",")  # a lone value between gaps
    return f'<circle cx="{x}" cy="{y}" r="2" fill="{_LINE}"/>'


def _grid(x: _Axis, y: _Axis, width: int, whole: bool = False) -> str:
    parts = []
    heights = y.ticks(5)
    for value in heights if not whole else [tick for tick in heights if tick == int(tick)]:
        at = y.place(value)
        parts.append(f'<path d="M{_LEFT} {at:.1f}H{width - 10}" stroke="{_FAINT}"/>')
        parts.append(_text(_LEFT - 6, at + 4, "end", f"{value:.6g}"))
    last = ""
    for value in x.ticks(5 if width < 400 else 8):
        text = f"{value:.6g}"
        if text != last:
            parts.append(_text(x.place(value), _HEIGHT - 6, "middle", text))
        last = text
    return "".join(parts)


def _text(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}">{text}</text>'


def _svg(width: int, content: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {_HEIGHT}" width="{width}" height="{_HEIGHT}" font-size="11" '
        f'font-family="system-ui, sans-serif" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"{content}</svg>"
    )
