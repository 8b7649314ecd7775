"""What the main job made: its files, scores and times."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Made:
    """Where the results of the main job lie, and what was measured on the way."""

    video: Path
    report: Path
    performer: Path
    dance: Path
    take: Path | None
    seconds: Mapping[str, float]
    """Wall-clock seconds by stage."""
    reused: tuple[str, ...]
    peak_memory_mb: float | None
    """Of this process; see `peak_memory_mb`."""
    held_out: Mapping[str, Any] | None
    """Scores on unseen frames with their baselines; None where they are not known."""
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {
            "video": str(self.video),
            "report": str(self.report),
            "performer": str(self.performer),
            "dance": str(self.dance),
            "take": None if self.take is None else str(self.take),
            "seconds": dict(self.seconds),
            "reused": list(self.reused),
            "peak_memory_mb": self.peak_memory_mb,
            "held_out": self.held_out,
            "warnings": list(self.warnings),
        }
