"""From which value on something is wrong: beyond what the person's own footage shows.

Detectors err, most where hands are a few pixels large, and clothes and hair differ. So a value is a
fault where it is above a limit that no good picture reaches, and above all that footage of the same
person, looked at likewise, shows. Without such footage, what has no limit of its own is not judged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from stickdance.synth.faults.kinds import KINDS

_LEAST = {
    "third_hand": 0.85, "second_face": 0.6, "hand_missing": 0.85, "joint_astray": 0.1,
}  # fmt: skip
# What no good picture reaches. Of outlines, so much that one sees it; alone it judges nothing.
_VISIBLE = {"beside_arms": 0.004, "beside_legs": 0.02, "beside_trunk": 0.004, "pieces": 0.002}
_SLACK = {
    "beside_arms": 1.75, "beside_legs": 1.2, "beside_trunk": 1.5, "pieces": 2.5, "length": 1.1,
    "joint_astray": 1.2, "head_blur": 1.5, "hand_blur": 1.8, "unlike": 1.1, "unlike_part": 1.15,
}  # fmt: skip
# Times what is rare in footage; a chance, which ends at 1, has none: see `_limit`.
_RARE = 97.0  # percentile of what footage shows
_TOWARDS_SURE = 0.25  # of the way from what footage shows to certainty
_ENOUGH = 12  # frames of footage that tell what is usual


@dataclass(frozen=True)
class Limits:
    """By the names of evidence: the value above which it is a fault; absent: not judged."""

    values: Mapping[str, float]

    @staticmethod
    def of(footage: Iterable[Mapping[str, float]]) -> "Limits":
        """Return the limits for a person of whom such footage was looked at, which may be none."""
        seen = list(footage)
        names = [name for names in KINDS.values() for name in names]
        if len(seen) < _ENOUGH:
            return Limits(dict(_LEAST))
        values = {}
        for name in names:
            known = [each[name] for each in seen if name in each]
            if known or name in _LEAST:
                values[name] = _limit(name, float(np.percentile(known or [0.0], _RARE)))
        return Limits(values)

    @property
    def judged(self) -> tuple[str, ...]:
        """Return the kinds of faults that are judged."""
        return tuple(kind for kind, names in KINDS.items() if any(n in self.values for n in names))

    def faults(self, found: Mapping[str, float]) -> dict[str, bool]:
        """Return for each kind that is judged whether a frame has that fault."""
        return {
            kind: any(found.get(name, 0.0) > self.values.get(name, float("inf")) for name in names)
            for kind, names in KINDS.items()
            if kind in self.judged
        }


def _limit(name: str, rare: float) -> float:
    if name in _SLACK:
        least = _LEAST.get(name, _VISIBLE.get(name, 0.0))
        return max(least, _SLACK[name] * rare)
    return max(_LEAST[name], rare + _TOWARDS_SURE * (1 - rare))
