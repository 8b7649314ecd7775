"""The camera and the light: do they stay as they are?"""

import math
from dataclasses import replace

from stickdance.capture.conditions.condition import Condition, judged
from stickdance.capture.stabilisation.corrections import Corrections, Tolerance, Unrest

_USUAL = Tolerance()


def judge_camera(
    unrest: Unrest, height: int, corrections: Corrections | None, tolerance: Tolerance = _USUAL
) -> list[Condition]:
    """Return the conditions "camera motion" and "light change".

    Args:
        unrest: what was measured before any correction.
        height: of the frames in pixels.
        corrections: what was done about it; None for nothing.
        tolerance: the thresholds.
    """
    still = max(tolerance.still * height, tolerance.still_pixels)
    return [
        _motion(unrest, height, still, corrections, tolerance),
        _light(unrest, corrections, tolerance),
    ]


def _motion(
    unrest: Unrest,
    height: int,
    still: float,
    corrections: Corrections | None,
    tolerance: Tolerance,
) -> Condition:
    moved = unrest.movement if unrest.sure >= tolerance.sure else math.nan
    farthest = unrest.farthest_share
    found = (
        f"the camera moves by {moved:.1f} pixels ({unrest.movement_share:.1%} of the height, at "
        f"most {farthest:.1%})"
    )
    condition = judged(
        "camera motion",
        moved,
        "px",
        good=round(still, 2),
        usable=round(tolerance.farthest * height, 1),
        well="the camera stands still",
        ill=f"{found}; put it on a tripod or a shelf",
    )
    if condition.verdict == "good":
        return condition
    if corrections is not None and corrections.holds_still:
        reason = f"{found}; held still by shifting and turning the frames back"
        return replace(condition, verdict="usable", reason=reason, corrected=True)
    if farthest > tolerance.farthest:
        reason = f"{found}, too far to be held still; put it on a tripod or a shelf"
        return replace(condition, verdict="not usable", reason=reason)
    return condition


def _light(unrest: Unrest, corrections: Corrections | None, tolerance: Tolerance) -> Condition:
    percent = 100 * unrest.light
    condition = judged(
        "light change",
        percent,
        "%",
        good=100 * tolerance.even,
        usable=100 * tolerance.most_light,
        well="the light is even",
        ill=f"the light changes by {percent:.0f} %; lock the exposure, film in steady light",
    )
    if condition.verdict == "usable" and corrections is not None and corrections.evens_light:
        reason = f"the light changes by {percent:.0f} %; evened out"
        return replace(condition, reason=reason, corrected=True)
    return condition
