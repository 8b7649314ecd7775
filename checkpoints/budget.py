"""How long a training lasts: minutes of training in total over all runs, or steps."""

import time
from dataclasses import dataclass


@dataclass
class Budget:
    """What may be used, and what is used so far."""

    minutes: float
    """Minutes of training, 0 for none; not looked at where `steps_wanted` is given."""
    steps_wanted: int | None
    steps: int = 0
    """Steps done, in all runs."""
    seconds: float = 0.0
    """Seconds used, in all runs."""

    def __post_init__(self) -> None:
        """Start the clock."""
        self._since = time.perf_counter()
        self.first_step = self.steps

    def start(self) -> None:
        """Count the time from now on; what was before is not training."""
        self._since = time.perf_counter()

    def count_step(self) -> None:
        """Note one more step and the time that has passed."""
        now = time.perf_counter()
        self.seconds += now - self._since
        self._since = now
        self.steps += 1

    @property
    def share(self) -> float:
        """Return how much is used, 0..1."""
        if self.steps_wanted is not None:
            return min(1.0, self.steps / self.steps_wanted)
        if self.minutes <= 0:
            return 1.0
        return min(1.0, self.seconds / (60 * self.minutes))

    @property
    def is_used(self) -> bool:
        """Return whether the training is over."""
        return self.share >= 1.0

    def expected(self, steps_a_second: float) -> tuple[int, float]:
        """Return how many steps and seconds are left at that speed."""
        if self.steps_wanted is not None:
            left = max(0, self.steps_wanted - self.steps)
            return left, left / steps_a_second
        seconds = max(0.0, 60 * self.minutes - self.seconds)
        return round(seconds * steps_a_second), seconds


def spent(budget: Budget) -> str:
    """Return in words how much of a budget is used."""
    return f"{budget.steps:,} steps in {budget.seconds / 60:.1f} minutes"
