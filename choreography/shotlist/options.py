"""What making a shot list is told."""

from dataclasses import dataclass
from typing import Annotated

from tyro.conf import arg

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.options import ListeningOptions
from stickdance.choreography.plan.styles import Taste


@dataclass(frozen=True)
class ShotListOptions(ListeningOptions, Taste):
    """What is to be danced, and how much may be filmed."""

    repeats: int = 3
    """How often each move is filmed, 2 to 10: the last time is kept for tests."""
    most_minutes: float | None = None
    """Film for so many minutes at most, and leave out the moves of the fewest beats; what is left
    out is told. By default as long as the fewest moves that cover the song take."""
    both_sides: Annotated[bool, arg(help="Film each move to one side only.")] = True
    """Film a move to the other side too, where the dance asks for it."""
    guide: Annotated[bool, arg(help="Write no guide video.")] = True
    """Write guide.mp4, to film by without `stickdance record`: figure, click and counts."""


def check_shot_options(options: ShotListOptions) -> None:
    """Refuse options that are out of range.

    Raises:
        BadInput: the message names the flag.
    """
    options.check()
    energy = options.chosen_style.energy
    if not 0 <= energy <= 1:
        raise BadInput(f"--energy: expected 0 to 1, found {energy}")
    if not 2 <= options.repeats <= 10:
        raise BadInput(f"--repeats: expected 2 to 10, found {options.repeats}")
    if options.most_minutes is not None and not 0 < options.most_minutes <= 60:
        raise BadInput(f"--most-minutes: expected 0 to 60, found {options.most_minutes:g}")
