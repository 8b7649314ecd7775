"""How often a training shows its frames: told once its pace is known, and where it was too rare."""

import math

from stickdance.checkpoints.budget import Budget, spent

_WARMING, _TIMED, _TIMED_SECONDS = 3, 8, 5.0  # steps not timed, steps and seconds that are
_PATIENCE = 20.0  # seconds after which fewer steps do
ENOUGH = 120
"""Times from which on more of them were measured to sharpen only."""
LEAST = 20
"""Times that a frame should be shown on average; below, the picture is still soft."""


class Forecast:
    """Tells once how often frames will be shown, and what that is known to give.

    What is known was measured on one person (`tools/benchmarks/README.md`): from 120 to 700 times
    SSIM and PSNR stood still, and sharpness went from 0.84 to 0.89.
    """

    def __init__(self, budget: Budget, batch: int, frames: int) -> None:
        """Wait for the pace of the steps to come.

        Args:
            budget: of the training; counts its steps.
            batch: samples a step.
            frames: that samples are drawn from.
        """
        self._budget, self._batch, self._frames = budget, batch, frames
        self._began: tuple[int, float] | None = None
        self._told = False

    def after_step(self) -> str | None:
        """Return the line when the pace is known, else None."""
        budget = self._budget
        if self._told or budget.steps - budget.first_step < _WARMING:
            return None
        if self._began is None:
            self._began = budget.steps, budget.seconds
        steps, seconds = budget.steps - self._began[0], budget.seconds - self._began[1]
        if seconds < _PATIENCE and (steps < _TIMED or seconds < _TIMED_SECONDS):
            return None
        self._told = True
        return self._line(steps / seconds)

    def _line(self, pace: float) -> str:
        budget = self._budget
        left, _ = budget.expected(pace)
        times = (budget.steps + left) * self._batch / self._frames
        whole = f"--steps {budget.steps_wanted}"
        enough = f"--steps {math.ceil(LEAST * self._frames / self._batch)}"
        if budget.steps_wanted is None:
            whole = f"{budget.minutes:.3g} minutes"
            minutes = (LEAST * self._frames / self._batch - budget.steps) / pace
            enough = f"--minutes {_rounded_up((budget.seconds + max(minutes, 1.0)) / 60):g}"
        said = f"at this pace {whole} show each of {self._frames} frames {times:.3g} times: "
        if times < LEAST:
            return said + f"soft, for {LEAST} are the least for a sharp picture; {enough} would do"
        if times < ENOUGH:
            return said + "enough for a sharp picture; twice as many sharpen it a little"
        return said + "more has only sharpened a little, in what was measured"


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
