"""Hyperband beside a search at random with as many steps, as a table and a picture.

A search's curve is the least cross-entropy on the validation songs of all trials so far, over the
steps that they took together. Both searches begin with the configuration that was asked for; what
they choose then, they draw apart.

Source: Xie, Feng and Kanell, "AI Choreographer", figure 3, where Hyperband comes sooner to a good
configuration.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.choreography.learned.genre.tune import Tuning, Way

_SIZE, _LEFT, _MARGIN = (760, 460), 90, 60  # pixels
_INK = (40, 40, 40)
_COLOURS = ((38, 84, 160), (210, 110, 40))
_LETTERS = cv2.FONT_HERSHEY_SIMPLEX


def best_so_far(tuning: Tuning) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps (trials,) of all trials so far, and the least cross-entropy till then."""
    known = [trial for trial in tuning.trials if trial.cross_entropy is not None]
    steps = np.cumsum([trial.steps for trial in known])
    least = np.minimum.accumulate([float(trial.cross_entropy or 0.0) for trial in known])
    return steps, least


def searches_text(searches: Mapping[Way, Tuning]) -> str:
    """Return a table in Markdown: trials, steps, the least cross-entropy at half and at the end."""
    lines = [
        "| search | trials | stopped | steps | cross-entropy at half | at the end | windows |",
        "|---|---|---|---|---|---|---|",
    ]
    budget = max(tuning.steps for tuning in searches.values())
    for name, tuning in searches.items():
        steps, least = best_so_far(tuning)
        half = least[max(0, int((steps <= budget / 2).sum()) - 1)]
        best = min(tuning.trials, key=lambda one: one.cross_entropy or np.inf)
        stopped = sum(trial.state == "pruned" for trial in tuning.trials)
        lines.append(
            f"| {name} | {len(tuning.trials)} | {stopped} | {tuning.steps:,} | {half:.3f} | "
            f"{least[-1]:.3f} | {best.accuracy or 0.0:.1%} |"
        )
    return "\n".join(lines)


def draw_searches(searches: Mapping[Way, Tuning]) -> np.ndarray:
    """Return a picture (height, width, 3) uint8 RGB of both curves."""
    curves = {name: best_so_far(tuning) for name, tuning in searches.items()}
    most = max(int(steps[-1]) for steps, _ in curves.values())
    every = np.concatenate([least for _, least in curves.values()])
    plane = _Plane(most, float(every.min()), max(float(every.max()), float(every.min()) + 1e-6))
    picture = plane.drawn()
    for row, (name, (steps, least)) in enumerate(curves.items()):
        corners = [plane.place(steps[0], least[0])]
        for at, before, value in zip(steps[1:], least, least[1:], strict=False):
            corners += [plane.place(at, before), plane.place(at, value)]
        corners.append(plane.place(most, least[-1]))
        colour = _COLOURS[row % len(_COLOURS)]
        thick = 6 if row == 0 else 2  # so that both are seen where they lie on each other
        cv2.polylines(picture, [np.array(corners)], False, colour, thick, cv2.LINE_AA)
        _write(picture, f"{name}: {least[-1]:.3f}", (_SIZE[0] - 260, 24 + 20 * row), colour)
    return picture


@dataclass(frozen=True)
class _Plane:
    """Steps to the right, cross-entropy upwards."""

    most: int
    low: float
    high: float

    def place(self, step: float, value: float) -> tuple[int, int]:
        right = (_SIZE[0] - _LEFT - _MARGIN) * step / self.most
        down = (_SIZE[1] - 2 * _MARGIN) * (self.high - value) / (self.high - self.low)
        return round(_LEFT + right), round(_MARGIN + down)

    def drawn(self) -> np.ndarray:
        """Return an empty picture with its axes."""
        picture = np.full((_SIZE[1], _SIZE[0], 3), 255, np.uint8)
        corner = self.place(0, self.low)
        for end in (self.place(0, self.high), self.place(self.most, self.low)):
            cv2.line(picture, corner, end, _INK, 1, cv2.LINE_AA)
        for value in (self.low, self.high):
            _write(picture, f"{value:.3f}", (_LEFT - 64, self.place(0, value)[1] + 5), _INK)
        below = corner[1] + 24
        _write(picture, "0", (corner[0] - 4, below), _INK)
        last = f"{self.most:,} steps"
        (wide, _), _ = cv2.getTextSize(last, _LETTERS, 0.5, 1)
        _write(picture, last, (_SIZE[0] - _MARGIN - wide, below), _INK)
        _write(picture, "least cross-entropy so far", (12, 28), _INK)
        return picture


def _write(
    picture: np.ndarray, words: str, place: tuple[int, int], colour: tuple[int, int, int]
) -> None:
    cv2.putText(picture, words, place, _LETTERS, 0.5, colour, 1, cv2.LINE_AA)
