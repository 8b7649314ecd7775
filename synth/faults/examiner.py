"""Who looks at frames of one person, and knows what is usual of them from their footage."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.faults.detectors import Detectors
from stickdance.synth.faults.evidence import Evidence, evidence
from stickdance.synth.faults.likeness import Likeness, parts_of
from stickdance.synth.faults.limits import Limits
from stickdance.synth.faults.wanted import Wanted

OF_FOOTAGE = 144
"""Filmed frames at most that tell what is usual."""
_EVERY = 3  # of them, which the detectors look at too: these take time


class Shown(NamedTuple):
    """A frame, and what it should show."""

    picture: Bytes
    """uint8 RGB (height, width, 3)."""
    wanted: Wanted
    matte: Bytes | None = None
    """uint8 (height, width), 255 the person; None: it is not known."""
    second: float | None = None
    """When it was filmed, if it was."""


@dataclass(frozen=True)
class Examiner:
    """Looks at frames; not for two threads at once."""

    detectors: Detectors
    limits: Limits
    likeness: Likeness | None = None

    @staticmethod
    def of(detectors: Detectors, footage: Iterable[Shown]) -> "Examiner":
        """Return who looks with such detectors, having looked at footage of the person.

        Args:
            detectors: that look.
            footage: some of its frames with their seconds; none: what only footage tells is not
                judged.
        """
        looks, parts, seconds = [], [], []
        for number, shown in enumerate(each for each in footage if each.wanted.judgeable):
            picture, wanted, matte, second = shown
            if number % _EVERY == 0:
                found, own = evidence(detectors, picture, wanted, matte)
                looks.append((found, own, second))
            else:
                matte = _matte(detectors, shown) if matte is None else matte
                own = {} if matte is None else parts_of(picture, matte, wanted)
            parts.append(own)
            seconds.append(second)
        if not parts:
            return Examiner(detectors, Limits.of([]))
        likeness = Likeness.of(parts, np.array(seconds, float))
        usual = [found | likeness.unlike(own, second) for found, own, second in looks]
        return Examiner(detectors, Limits.of(usual), likeness)

    def evidence(self, shown: Shown) -> Evidence:
        """Return what is wrong with a frame."""
        found, parts = evidence(self.detectors, shown.picture, shown.wanted, shown.matte)
        return found if self.likeness is None else found | self.likeness.unlike(parts, shown.second)


def _matte(detectors: Detectors, shown: Shown) -> Bytes | None:
    seen = detectors.joints(shown.picture, shown.wanted)
    return None if seen is None else seen[1]
