"""Faults planted in real pose sequences: how many are found, and how well they are filled.

    python -m stickdance.tools.benchmarks.cleaning [--data FOLDER] [--seeds 5] [--json]

Beside every figure of `stickdance.capture.cleaning.clean` stands that of the filter of
Songha Ban, "Generating Music-Driven Choreography with Deep Learning", with its splines
(`stickdance.capture.cleaning.jump_filter`). Without a data folder (`--data`, or
$STICKDANCE_TEST_DATA) the demo dancer's movements are used. The second table fills joints of a
recorded dance that were missing for long, by splines and by low-dimensional Kalman smoothing.

Conventions
    found           share of the frames with planted wrong joints of which at least one was refused
                    or put right
    alarms          share of all other frames in which a joint was refused; those that are refused
                    without any fault planted too, the estimator's own errors among them, apart
    error           mean distance in body heights of the planted joints (moved or taken out) from
                    the truth, after filling, without smoothing; what stays open does not count
    open            share of the planted joints that stay missing

Poses of another time in the same place (`other_poses`) are no more than a few joints elsewhere for
a few frames, as a quick movement is too: what is found of them is told, no goal is set for it.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stickdance.capture.cleaning import jump_filter
from stickdance.capture.cleaning.clean import CleaningOptions, clean
from stickdance.capture.cleaning.gap_filling import WAYS
from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.tools.benchmarks.faulty_poses import FAULTS, Faulty
from stickdance.tools.benchmarks.harness import run_benchmark
from stickdance.tools.benchmarks.real_poses import dance, data_folder, sequences
from stickdance.tools.text_table import aligned, figure

_FIRST_SEED = 1000  # thresholds were settled on others
_ALL, _QUICK = "all sequences", "at 15 frames a second and more"
_SLOW = "below 15 frames a second"
_POOLED = {_SLOW: 1, _QUICK: 2, _ALL: 3}  # rows over several sequences, printed last
_UNSMOOTHED = CleaningOptions(smoothing=0)


@dataclass(frozen=True)
class FaultCounts:
    """Counts over sequences and seeds."""

    wrong: int = 0
    found: int = 0
    others: int = 0
    alarms: int = 0
    own: int = 0
    planted: int = 0
    open: int = 0
    distance: float = 0.0

    def __add__(self, other: "FaultCounts") -> "FaultCounts":
        """Return the counts of both."""
        return FaultCounts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def figures(self) -> dict[str, float | None]:
        """Return the shares and the mean error."""
        filled = self.planted - self.open
        return {
            "found": self.found / self.wrong if self.wrong else None,
            "alarms": self.alarms / self.others if self.others else None,
            "alarms_own": self.own / self.others if self.others else None,
            "error": self.distance / filled if filled else None,
            "open": self.open / self.planted if self.planted else None,
        }


@dataclass(frozen=True)
class Answer:
    """What a method makes of a sequence."""

    refused: NDArray[np.bool_]
    """(frames, joints) bool."""
    points: NDArray[np.floating]
    """(frames, joints, 2), filled."""


def ours(poses: PoseSequence) -> Answer:
    """Clean as a capture does, but for the smoothing."""
    cleaned = clean(poses, _UNSMOOTHED)
    return Answer(cleaned.refused, cleaned.poses.points)


def paper(poses: PoseSequence) -> Answer:
    """Clean as Songha Ban does."""
    threshold = jump_filter.jump_threshold(poses.size, poses.fps)
    wrong = jump_filter.find_misdetections(poses.points, threshold)
    refused = np.repeat(wrong[:, None], poses.points.shape[1], axis=1)
    return Answer(refused, jump_filter.filtered(poses).points)


METHODS: dict[str, Callable[[PoseSequence], Answer]] = {"ours": ours, "paper": paper}


def judged(
    faulty: Faulty, truth: PoseSequence, answer: Answer, own: NDArray[np.bool_]
) -> FaultCounts:
    """Count what a method found, alarmed and filled.

    Args:
        faulty: the sequence with faults.
        truth: the one without.
        answer: what the method made of it.
        own: (frames,) bool: refused without any fault too.
    """
    wrong = faulty.wrong.any(axis=1)
    others = ~wrong & ~faulty.missing.any(axis=1)
    alarms = answer.refused.any(axis=1) & others
    planted = faulty.wrong | faulty.missing
    away = np.linalg.norm(answer.points - truth.points, axis=-1)[planted] / _height(truth)
    return FaultCounts(
        wrong=int(wrong.sum()),
        found=int((answer.refused & faulty.wrong).any(axis=1).sum()),
        others=int(others.sum()),
        alarms=int(alarms.sum()),
        own=int((alarms & own).sum()),
        planted=int(planted.sum()),
        open=int(np.isnan(away).sum()),
        distance=float(np.nansum(away)),
    )


def planted_faults(data: Path | None, seeds: int) -> dict[str, Any]:
    """Return the figures of both methods by sequence and by kind of fault, and over all."""
    table: dict[str, dict[str, dict[str, FaultCounts]]] = {}
    nothing = FaultCounts()
    for name, found in sequences(data):
        truth = _without_absent(found)
        own = {method: np.any(answer(truth).refused, axis=1) for method, answer in METHODS.items()}
        for kind, plant in FAULTS.items():
            for seed in range(_FIRST_SEED, _FIRST_SEED + seeds):
                faulty = plant(truth, np.random.default_rng(seed))
                for method, answer in METHODS.items():
                    counts = judged(faulty, truth, answer(faulty.poses), own[method])
                    for row in (name, _QUICK if truth.fps >= 15 else _SLOW, _ALL):
                        cell = table.setdefault(row, {}).setdefault(kind, {})
                        cell[method] = cell.get(method, nothing) + counts
    return {
        row: {
            kind: {method: counts.figures() for method, counts in cell.items()}
            for kind, cell in kinds.items()
        }
        for row, kinds in sorted(table.items(), key=lambda row: _POOLED.get(row[0], 0))
    }


def missing_joints(data: Path, seeds: int) -> dict[str, Any]:
    """Return the mean error in body heights of each way to fill joints missing for long."""
    truth, rows = dance(data), {}
    for part, names in {"an arm": ("elbow", "wrist"), "a leg": ("knee", "ankle")}.items():
        for length in (5, 10, 15, 20, 25):
            errors: dict[str, list[float]] = {way: [] for way in WAYS}
            for seed in range(_FIRST_SEED, _FIRST_SEED + seeds):
                hidden = _hidden(truth, names, length, np.random.default_rng(seed))
                points = np.where(hidden[..., None], np.nan, truth.points).astype(float)
                for way, fill in WAYS.items():
                    away = np.linalg.norm(fill(points, hidden) - truth.points, axis=-1)[hidden]
                    errors[way].append(float(away.mean()) / _height(truth))
            rows[f"{part}, {length} frames"] = {
                way: float(np.mean(values)) for way, values in errors.items()
            }
    return rows


def _hidden(
    truth: PoseSequence, names: tuple[str, ...], length: int, random: np.random.Generator
) -> NDArray[np.bool_]:
    """Return (frames, joints): one side's joints hidden for a length, again and again."""
    hidden = np.zeros(truth.points.shape[:2], bool)
    start = int(random.integers(5, 15))
    while start + length + 8 < len(truth):
        side = ("left", "right")[random.integers(2)]
        joints = [truth.skeleton.index[f"{side}_{name}"] for name in names]
        hidden[start : start + length, joints] = True
        start += length + int(random.integers(12, 25))
    return hidden


def _without_absent(poses: PoseSequence) -> PoseSequence:
    there = np.isfinite(poses.points).all(-1) & (poses.confidence > 0)
    return replace(poses, points=np.where(there[..., None], poses.points, np.nan))


def _height(poses: PoseSequence) -> float:
    return body_height(poses.points, poses.skeleton)


def measure(data: Path | None = None, seeds: int = 5) -> dict[str, Any]:
    """Plant faults, clean, and count what was found and how well it was filled.

    Args:
        data: folder with footage/ and poses/.
        seeds: how often every fault is planted in every sequence.
    """
    folder = data_folder(data)
    report: dict[str, Any] = {"planted_faults": planted_faults(folder, seeds)}
    if folder is not None:
        report["missing_joints"] = missing_joints(folder, seeds)
    return report


def _table(report: dict[str, Any]) -> str:
    names = ("found", "alarms", "alarms_own", "error", "open")
    lines = ["figures in percent, ours/Ban's"]
    for row, kinds in report["planted_faults"].items():
        cells = [
            (kind, *(f"{_percent(ways['ours'][name])}/{_percent(ways['paper'][name])}"
                     for name in names))
            for kind, ways in kinds.items()
        ]  # fmt: skip
        lines += ["", row, aligned([("", *names), *cells])]
    missing = report.get("missing_joints", {})
    if missing:
        rows = [(row, *map(_percent, ways.values())) for row, ways in missing.items()]
        title = "joints of a recorded dance missing at 25 frames a second: error after filling"
        lines += ["", title, aligned([("", *WAYS), *rows])]
    return "\n".join(lines)


def _percent(value: float | None) -> str:
    return figure(None if value is None else 100 * value, ".1f")


if __name__ == "__main__":
    run_benchmark(measure, _table)
