"""Curves of trainings that run, from what their jobs tell: log.jsonl, read on as it grows."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST_POINTS = 400
_FIRST_LOSS = re.compile(r"[\w -]+? ([-+.\de]+)(?:,|$)")


@dataclass
class Curve:
    """(minutes of training, loss) so far; where there are many, every second one goes."""

    points: list[tuple[float, float]] = field(default_factory=list)
    read: int = 0
    """Bytes of the log."""

    def follow(self, log: Path) -> None:
        """Read what was written since; the last line may still be incomplete."""
        with suppress(OSError), log.open("rb") as file:
            if file.seek(0, 2) < self.read:  # another log of that name
                self.points, self.read = [], 0
            file.seek(self.read)
            whole, newline, _ = file.read().rpartition(b"\n")
            self.read += len(whole) + len(newline)
            for line in whole.splitlines():
                if point := _point(line):
                    self._add(point)

    def _add(self, point: tuple[float, float]) -> None:
        if self.points and point[0] <= self.points[-1][0]:  # told twice, or begun again
            return
        self.points.append(point)
        if len(self.points) > MOST_POINTS:
            self.points[:] = self.points[::2]


class Curves:
    """The curves of all jobs that somebody looks at."""

    def __init__(self) -> None:
        """Know none yet."""
        self._by_log: dict[Path, Curve] = {}

    def of(self, log: Path) -> list[tuple[float, float]]:
        """Return the curve of the training whose job writes a log."""
        curve = self._by_log.setdefault(log, Curve())
        curve.follow(log)
        return curve.points


def _point(line: bytes) -> tuple[float, float] | None:
    """Return minutes and the first loss of a line about training; None of any other."""
    with suppress(ValueError, TypeError, AttributeError):
        told: Any = json.loads(line)
        found = _FIRST_LOSS.match(told.get("details", ""))
        if told.get("work") == "train" and told.get("unit") == "s" and found:
            return round(float(told["done"]) / 60, 3), float(found[1])
    return None
