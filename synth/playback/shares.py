"""How much of a dance was filmed, joined and painted."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from stickdance.synth.rendering.renderer import PaintedFrames

How = Literal["filmed", "joined", "painted"]
FILMED: How = "filmed"
"""Comes from one filmed frame."""
JOINED: How = "joined"
"""Belongs to the change from one stretch to another."""
PAINTED: How = "painted"
"""Comes from the generator."""
HOWS: tuple[How, ...] = (FILMED, JOINED, PAINTED)
"""In the order in which they are told."""


@dataclass
class Shares:
    """Counts frames and the person's pixels by how they were made."""

    frames: Counter[How] = field(default_factory=Counter)
    pixels: Counter[How] = field(default_factory=Counter)

    def counting(self, played: Iterable[tuple[PaintedFrames, How]]) -> Iterator[PaintedFrames]:
        """Yield frames and count each."""
        for painted, how in played:
            self.frames[how] += len(painted.mattes)
            self.pixels[how] += int(np.count_nonzero(painted.mattes > 0.5))
            yield painted

    def as_json(self) -> dict[str, Any]:
        """Return the shares of frames and pixels, each adding up to 1."""
        return {"frames": _of_all(self.frames), "pixels": _of_all(self.pixels)}


def _of_all(counts: Counter[How]) -> dict[str, float]:
    total = max(1, sum(counts.values()))
    return {how: counts[how] / total for how in HOWS}
