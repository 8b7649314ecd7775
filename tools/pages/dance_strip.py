"""What was danced, along the song: its sections one after another, and stick figures at steps.

Times are seconds of the video, which begins where the dance does, not where the song does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.stick_figure import StickStyle
from stickdance.choreography.dance.folder import Dance

FIGURES = 16
"""As many have room beside one another."""
_COLOURS = 8
Side = Literal["left", "right", "middle"]


@dataclass(frozen=True)
class Danced:
    """A step, from when to when it was danced."""

    action: str
    start: float
    end: float


@dataclass(frozen=True)
class Stretch:
    """What was danced of one section of the song."""

    label: str
    chorus: bool
    start: float
    end: float
    colour: int
    """0..7, the same for sections of the same label."""
    steps: Sequence[str]
    """Actions in order, with how often in a row."""


@dataclass(frozen=True)
class Bone:
    """A line of a stick figure, from (x1, y1) to (x2, y2) in pixels of the dance."""

    side: Side
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Figure:
    """One pose of the dance."""

    seconds: float
    place: float
    """0..1: of its left edge along the strip, so that the last one still lies inside."""
    action: str
    """The step that begins with it; "" where a dance has no steps."""
    box: tuple[float, float, float, float]
    """Left, top, width and height of what is shown, of one size for all figures of a dance."""
    bones: Sequence[Bone]


def danced_steps(dance: Dance) -> list[Danced]:
    """Return the steps that are seen in the dance, whole or in part, in their order."""
    beats = np.append(dance.choreography.beats, dance.choreography.seconds) - dance.start_seconds
    seconds = dance.poses.seconds
    steps = [
        Danced(step.action, max(0.0, start), end)
        for step in dance.choreography.steps
        for start, end in [
            np.interp([step.start_beat, step.end_beat], np.arange(len(beats)), beats)
        ]
    ]
    return [step for step in steps if step.end > 0 and step.start < seconds]


def stretches(dance: Dance) -> list[Stretch]:
    """Return the sections of the song as far as they were danced."""
    sections = dance.choreography.sections
    colours = {label: n for n, label in enumerate(dict.fromkeys(each.label for each in sections))}
    steps, found = danced_steps(dance), []
    for section in sections:
        start = max(0.0, section.start - dance.start_seconds)
        end = min(dance.poses.seconds, section.end - dance.start_seconds)
        inside = [step.action for step in steps if start <= step.start < end]
        if start < end:
            colour = colours[section.label] % _COLOURS
            found.append(
                Stretch(section.label, section.chorus, start, end, colour, _counted(inside))
            )
    return found


def figures(dance: Dance, count: int = FIGURES) -> list[Figure]:
    """Return poses at steps, no more than have room; evenly spread where there are no steps.

    Args:
        dance: whose poses.
        count: of figures at most.
    """
    seconds = dance.poses.seconds
    steps = danced_steps(dance) or [
        Danced("", start, seconds) for start in np.arange(count) * seconds / count
    ]
    known, last = np.any(_known(dance.poses), axis=1), -seconds
    shown: dict[int, Danced] = {}
    for step in steps:
        frame = min(len(dance.poses) - 1, round(step.start * dance.poses.fps))
        if known[frame] and step.start - last >= seconds / count:
            shown[frame], last = step, step.start
    boxes = _boxes(dance.poses, list(shown))
    return [
        Figure(
            step.start, step.start / seconds * (1 - 1 / count), step.action, box,
            _bones(dance.poses, frame),
        )
        for (frame, step), box in zip(shown.items(), boxes, strict=True)
    ]  # fmt: skip


def _counted(actions: Sequence[str]) -> list[str]:
    """Return actions with how often they come in a row: "wave", "step_touch × 3"."""
    runs = [(action, len(list(run))) for action, run in groupby(actions)]
    return [action if times == 1 else f"{action} × {times}" for action, times in runs]


def _boxes(poses: PoseSequence, frames: Sequence[int]) -> list[tuple[float, float, float, float]]:
    """Return what to show of each frame: as wide and high as the largest pose needs, centred."""
    if not frames:
        return []
    points = np.where(_known(poses)[frames, :, None], poses.points[frames], np.nan)
    low, high = np.nanmin(points, axis=1), np.nanmax(points, axis=1)
    margin = 0.02 * poses.size[1]
    top, bottom = low[:, 1].min() - margin, high[:, 1].max() + margin
    width = (high - low)[:, 0].max() + 2 * margin
    lefts = (low + high)[:, 0] / 2 - width / 2
    return [_rounded(left, top, width, bottom - top) for left in lefts]


def _bones(poses: PoseSequence, frame: int) -> list[Bone]:
    known, points = _known(poses)[frame], poses.points[frame]
    return [
        Bone(_side_of(names), *_rounded(*points[a], *points[b]))
        for names, (a, b) in zip(poses.skeleton.bones, poses.skeleton.bone_indices, strict=True)
        if known[a] and known[b]
    ]


def _known(poses: PoseSequence) -> np.ndarray:
    sure = poses.confidence >= StickStyle().least_confidence
    return np.asarray(sure & np.isfinite(poses.points).all(axis=-1))


def _side_of(names: tuple[str, str]) -> Side:
    if any(name.startswith("left_") for name in names):
        return "left"
    return "right" if any(name.startswith("right_") for name in names) else "middle"


def _rounded(a: float, b: float, c: float, d: float) -> tuple[float, float, float, float]:
    return round(float(a), 1), round(float(b), 1), round(float(c), 1), round(float(d), 1)
