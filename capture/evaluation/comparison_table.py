"""The comparison of pose estimators as results: a table for a terminal, JSON for programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean, median
from typing import Any

from stickdance.checkpoints.files import write_json


@dataclass(frozen=True)
class Count:
    """How often something happened, over the videos."""

    mean: float
    median: float

    @staticmethod
    def of(counts: Sequence[int]) -> "Count":
        """Return mean and median of one count a video."""
        return Count(fmean(counts), float(median(counts)))


@dataclass(frozen=True)
class OnVideo:
    """What one estimator did on one video."""

    video: str
    frames: int
    missing: int
    incorrect: int
    jumps: int
    incomplete: int
    confidence: float | None
    """Mean over frames with the target, 0..1; None where there are none, or none are told."""
    milliseconds: float | None
    """A frame; None for a keypoint file."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One estimator in the table."""

    estimator: str
    joints: int
    missing: Count
    incorrect: Count
    jumps: Count
    incomplete: Count
    confidence: float | None
    milliseconds: float | None
    videos: tuple[OnVideo, ...]


@dataclass(frozen=True)
class Absent:
    """An estimator that cannot be compared here, and what gets it."""

    estimator: str
    reason: str


@dataclass(frozen=True)
class EstimatorComparison:
    """The table."""

    rows: tuple[Row, ...]
    absent: tuple[Absent, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return the table as JSON values."""
        return asdict(self)


def save(comparison: EstimatorComparison, path: Path) -> None:
    """Write the comparison as JSON, whole or not at all.

    Raises:
        OutputFailed: no space, no permission, or `path` is a folder.
    """
    write_json(path, comparison.as_json())


def as_table(comparison: EstimatorComparison) -> str:
    """Return the comparison as text for a terminal."""
    several = any(len(row.videos) > 1 for row in comparison.rows)
    counts = ("missing", "incorrect", "jumps", "incomplete")
    heads = ["estimator", "joints", "frames", *counts, "confidence", "ms/frame"]
    table = [heads]
    for row in comparison.rows:
        shown = [_shown(getattr(row, name), several) for name in counts]
        sure = "-" if row.confidence is None else f"{row.confidence:.2f}"
        took = "-" if row.milliseconds is None else f"{row.milliseconds:.1f}"
        frames = sum(one.frames for one in row.videos)
        table.append([row.estimator, str(row.joints), str(frames), *shown, sure, took])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in table
    ]
    if several:
        lines.append("counts: mean (median) over the videos")
    lines += [f"{one.estimator}: absent; {one.reason}" for one in comparison.absent]
    lines += [note for row in comparison.rows for one in row.videos for note in one.notes]
    return "\n".join(lines)


def _shown(count: Count, several: bool) -> str:
    return f"{count.mean:.1f} ({count.median:g})" if several else f"{count.mean:g}"
