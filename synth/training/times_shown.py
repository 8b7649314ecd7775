"""How often a training showed its frames, and how long it would take to show them often enough."""

import math

from stickdance.checkpoints.budget import Budget, spent

LEAST = 20
"""Times that a frame should be shown on average; below, the picture is still soft."""


def shown_too_rarely(budget: Budget, batch: int, frames: int) -> list[str]:
    """Return a line where frames were shown less than 20 times on average, else nothing.

    The minutes that it names are those that as many steps would have taken at the pace of this
    training, on this computer, as busy as it was.

    Args:
        budget: of a training that was done.
        batch: samples a step.
        frames: that samples were drawn from.
    """
    shown = budget.steps * batch / frames
    if budget.steps == 0 or shown >= LEAST:
        return []
    steps = math.ceil(LEAST * frames / batch)
    remedy = f"--steps {steps}"
    if budget.steps_wanted is None:
        minutes = budget.seconds / budget.steps * steps / 60
        remedy = f"--minutes {_rounded_up(minutes):g} would do at the pace of this one"
    return [
        f"trained {spent(budget)}, which showed each of {frames} frames {shown:.1f} times on "
        f"average, where {LEAST} times are the least for a sharp picture; {remedy}; the "
        "same command with it carries this training on"
    ]


def _rounded_up(minutes: float) -> float:
    """Return minutes with two figures, never less."""
    scale = 10.0 ** (math.floor(math.log10(minutes)) - 1)
    return round(math.ceil(minutes / scale) * scale, 6)
