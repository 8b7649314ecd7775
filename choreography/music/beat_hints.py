"""What people say about a song's beat, where they know better."""

from dataclasses import dataclass
from typing import Literal

from stickdance.checkpoints.errors import BadInput

BeatShift = Literal["half", "double", "offbeat"]
SLOWEST, FASTEST = 30.0, 300.0
_ABOUT = 1.06  # a tempo that is asked for may be so far from what is heard


@dataclass(frozen=True)
class BeatHints:
    """What is known about a song's beat."""

    tempo: float | None = None
    """Beats a minute that the song has, about: the pulse nearest to it is danced."""
    tempo_range: tuple[float, float] | None = None
    """Beats a minute between which the beat is looked for: --tempo-range 70 110."""
    beat_shift: BeatShift | None = None
    """Correct the beat that was heard: half (every other one), double, or offbeat (half a beat
    later)."""
    metre: int | None = None
    """Beats in a bar, 2 to 12; by default 3, 4, 5 or 7, as it is heard."""

    @property
    def tempi(self) -> tuple[float, float] | None:
        """Return the beats a minute that are asked for, from and to; None where any will do."""
        if self.tempo is not None:
            return self.tempo / _ABOUT, self.tempo * _ABOUT
        return self.tempo_range

    @property
    def asked(self) -> str:
        """Return the flag that asks for a tempo, as it was given."""
        if self.tempo is not None:
            return f"--tempo {self.tempo:g}"
        return "--tempo-range " + " ".join(f"{one:g}" for one in self.tempo_range or ())

    def check(self) -> None:
        """Refuse what is out of range.

        Raises:
            BadInput: the message names the flag.
        """
        if self.tempo is not None and self.tempo_range is not None:
            raise BadInput("--tempo, --tempo-range: name one of them")
        if self.tempo is not None and not SLOWEST <= self.tempo <= FASTEST:
            raise BadInput(f"--tempo: expected {SLOWEST:g} to {FASTEST:g}, found {self.tempo:g}")
        if self.tempo_range is not None:
            low, high = self.tempo_range
            if not SLOWEST <= low < high <= FASTEST:
                raise BadInput(
                    f"--tempo-range: expected two rising tempi within {SLOWEST:g} and "
                    f"{FASTEST:g}, found {low:g} {high:g}"
                )
        if self.metre is not None and not 2 <= self.metre <= 12:
            raise BadInput(f"--metre: expected 2 to 12 beats in a bar, found {self.metre}")


NO_HINTS = BeatHints()
"""Nothing is known."""
