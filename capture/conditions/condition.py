"""One measured thing about footage, with its thresholds, verdict and reason."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["good", "usable", "not usable"]
VERDICTS: tuple[Verdict, ...] = ("good", "usable", "not usable")
"""From best to worst."""


@dataclass(frozen=True)
class Condition:
    """One thing that was measured, and what it means."""

    name: str
    measure: float | None
    """None where it could not be measured."""
    unit: str
    """Of the measure and its thresholds, e.g. "px" or "%"."""
    good: float
    """Threshold up to which (from which, with `more_is_better`) the measure is good."""
    usable: float
    """Threshold up to which (from which) it is usable."""
    verdict: Verdict
    reason: str
    """One line: what was found, what it does, and what to do about it where it is not good."""
    more_is_better: bool = False
    judges: bool = True
    """Whether the verdict on the take takes it into account."""
    corrected: bool = False
    """Whether it was mended, so that nothing is left to do about it."""


def judged(
    name: str,
    measure: float,
    unit: str,
    *,
    good: float,
    usable: float,
    well: str,
    ill: str,
    more_is_better: bool = False,
    judges: bool = True,
) -> Condition:
    """Return a condition whose verdict follows from its measure.

    Args:
        name: what was measured.
        measure: the figure; NaN counts as good, since nothing can be held against it.
        unit: of the measure and the thresholds.
        good: threshold of "good".
        usable: threshold of "usable".
        well: the reason where it is good.
        ill: the reason where it is not, with what to do.
        more_is_better: a larger measure is better.
        judges: the verdict on the take depends on it.
    """
    known = math.isfinite(measure)
    sign = -1 if more_is_better else 1
    verdict: Verdict = "not usable"
    if not known or sign * measure <= sign * good:
        verdict = "good"
    elif sign * measure <= sign * usable:
        verdict = "usable"
    reason = well if verdict == "good" else ill
    return Condition(
        name, round(float(measure), 4) if known else None, unit, good, usable, verdict,
        reason if known else "could not be measured", more_is_better, judges,
    )  # fmt: skip


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of some verdicts; "good" where there are none."""
    return max(verdicts, key=VERDICTS.index, default="good")
