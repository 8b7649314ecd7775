"""Charts as SVG that a page carries itself: a curve, a histogram; each with axes and units."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stickdance.capture.pages.rendering import macro

_POINTS = 600
"""Places along a curve; more values share one, which shows their mean and their range."""
_BINS = 32
_WIDTH, _HEIGHT = 460, 190
_TOP, _BOTTOM, _LEFT, _RIGHT = 26, 44, 58, 14  # room beside the drawing for numbers and titles


@dataclass(frozen=True)
class Tick:
    """A number beside an axis."""

    place: float
    text: str


@dataclass(frozen=True)
class Dot:
    """A place that is marked, with what it says when it is pointed at."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Bar:
    """A bar of a histogram, with what it says when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True)
class Chart:
    """What the template draws, in pixels of the picture."""

    x_title: str
    y_title: str
    summary: str
    """What the chart shows, for those who do not see it."""
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    lines: Sequence[str] = ()
    """Corners of polylines."""
    band: str = ""
    """Corners of the range behind a line."""
    lone: Sequence[Dot] = ()
    """Values between gaps."""
    marks: Sequence[Dot] = ()
    bars: Sequence[Bar] = ()
    middle: float | None = None
    """Where an upright line stands."""
    width: int = _WIDTH
    height: int = _HEIGHT
    top: int = _TOP
    left: int = _LEFT
    right: int = _WIDTH - _RIGHT
    bottom: int = _HEIGHT - _BOTTOM

    def svg(self) -> str:
        """Return the picture."""
        return macro("charts.svg", "drawn", "stickdance.tools.pages", chart=self)


def curve(
    at: np.ndarray,
    values: np.ndarray,
    marks: Sequence[int] = (),
    x_title: str = "",
    title: str = "",
) -> str:
    """Return a curve with axes; where many values share a place, their range lies behind it.

    Args:
        at: (n,) where each value belongs, e.g. seconds, rising.
        values: (n,), NaN where there is none.
        marks: places of values to mark, e.g. the worst.
        x_title: what `at` is, with its unit.
        title: what the values are, with their unit.

    Returns:
        SVG; nothing where there are no values.
    """
    known = np.isfinite(values)
    if not known.any():
        return ""
    low, high = float(values[known].min()), float(values[known].max())
    margin = (high - low) * 0.06 or max(abs(high) * 0.05, 0.01)
    y = _Axis(low - margin, high + margin, _HEIGHT - _BOTTOM, _TOP)
    x = _Axis(float(at[0]), max(float(at[-1]), float(at[0]) + 1e-9), _LEFT, _WIDTH - _RIGHT)
    runs, band = _runs(x, y, at, values)
    return Chart(
        x_title, title, f"{title or 'values'} from {low:.4g} to {high:.4g} over {x_title}",
        x.ticks(6), y.ticks(5),
        lines=[" ".join(run) for run in runs if len(run) > 1],
        band=band,
        lone=[_dot(run[0]) for run in runs if len(run) == 1],
        marks=[
            Dot(
                x.place(at[mark]), y.place(values[mark]), f"{values[mark]:.4g} at {at[mark]:.6g}"
            )
            for mark in marks
            if known[mark]
        ],
    ).svg()  # fmt: skip


def histogram(values: np.ndarray, mean: float, x_title: str = "") -> str:
    """Return how many frames have which score, with a line at the mean.

    Args:
        values: (n,), NaN where there is none.
        mean: where the line stands.
        x_title: what the values are, with their unit.

    Returns:
        SVG; nothing where there are no values.
    """
    known = values[np.isfinite(values)]
    if not known.size:
        return ""
    low, high = float(known.min()), float(known.max())
    if high - low < 1e-12:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(known, _BINS, (low, high))
    x = _Axis(low, high, _LEFT, _WIDTH - _RIGHT)
    y = _Axis(0.0, float(counts.max()), _HEIGHT - _BOTTOM, _TOP)
    bars = [
        Bar(
            x.place(left), y.place(count), max(0.5, x.place(right) - x.place(left) - 1),
            y.place(0) - y.place(count), f"{count} from {left:.4g} to {right:.4g}",
        )
        for count, left, right in zip(counts, edges[:-1], edges[1:], strict=True)
        if count
    ]  # fmt: skip
    return Chart(
        x_title, "frames", f"How many frames have which {x_title}; mean {mean:.4g}",
        x.ticks(6), [tick for tick in y.ticks(5) if "." not in tick.text],
        bars=bars, middle=x.place(mean),
    ).svg()  # fmt: skip


@dataclass(frozen=True)
class _Axis:
    """Maps values to pixels, and says where to write numbers."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low or 1.0)
        return self.start + share * (self.end - self.start)

    def ticks(self, about: int) -> list[Tick]:
        """Return round values, `about` so many, none written twice."""
        rough = (self.high - self.low) / about or 1.0
        power = 10.0 ** math.floor(math.log10(rough))
        step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough)
        first = math.ceil(self.low / step - 1e-9)
        numbers = range(first, math.floor(self.high / step + 1e-9) + 1)
        found = {f"{number * step:.6g}": number * step for number in numbers}
        return [Tick(self.place(value), text) for text, value in found.items()]


def _runs(x: _Axis, y: _Axis, at: np.ndarray, values: np.ndarray) -> tuple[list[list[str]], str]:
    """Return the corners of the curve, broken where there are no values, and of its range."""
    parts = np.array_split(np.arange(len(values)), min(_POINTS, len(values)))
    runs: list[list[str]] = [[]]
    upper, lower = [], []
    for part in parts:
        known = values[part][np.isfinite(values[part])]
        if not known.size:
            runs.append([])
            continue
        across = x.place(float(at[part].mean()))
        runs[-1].append(_corner(across, y.place(float(known.mean()))))
        upper.append(_corner(across, y.place(float(known.max()))))
        lower.append(_corner(across, y.place(float(known.min()))))
    band = " ".join([*upper, *reversed(lower)]) if len(values) > len(parts) else ""
    return [run for run in runs if run], band


def _dot(corner: str) -> Dot:
    x, y = corner.split(",")
    return Dot(float(x), float(y), "")


def _corner(x: float, y: float) -> str:
    return f"{x:.1f},{y:.1f}"
