"""What is changed of a dance, and how."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import arg

from stickdance.checkpoints.errors import UsageError
from stickdance.choreography.plan.styles import StyleName

Which = Annotated[tuple[str, ...], arg(metavar="STEPS")]


@dataclass(frozen=True)
class EditOptions:
    """What is changed of a dance; without any change, its steps are listed with their numbers.

    STEPS are a number (7), a range (7-12), section:B, its second return (section:B:2),
    section:chorus, or all.
    """

    reroll: Which = ()
    """Steps to choose anew, for their beats: 7, 7-12, section:B, section:B:2 (its second return),
    section:chorus, or all."""
    mirror: Which = ()
    """Steps to dance as in a mirror, or no longer so."""
    swap: Annotated[tuple[str, ...], arg(metavar="STEP=OTHER")] = ()
    """5=9: steps 5 and 9 change places; 5=mambo: step 5 dances that action."""
    remove: Which = ()
    """Steps to leave out; their beats are then without one."""
    lock: Which = ()
    """Steps that this and later edits leave as they are."""
    unlock: Which = ()
    """Steps that may be edited again."""
    hint: tuple[str, ...] = ()
    """Choose a section anew, by words: "arms high in the chorus"."""
    style: StyleName | None = None
    """Way of dancing that steps are chosen anew by; by default the dance's."""
    seed: int | None = None
    """Choice among equally good steps; by default another one than before."""
    moves: Path | None = None
    """Take or video whose moves the dance has, where it no longer lies where it was."""
    actions: tuple[Path, ...] = ()
    """Your own actions, likewise."""

    @property
    def changes_nothing(self) -> bool:
        """Tell whether the steps are only listed."""
        asked = (self.reroll, self.mirror, self.swap, self.remove, self.lock, self.unlock)
        return not any((*asked, self.hint))

    def check(self) -> None:
        """Refuse what has no effect.

        Raises:
            UsageError: as said.
        """
        for flag, given in (("--style", self.style), ("--seed", self.seed)):
            if given is not None and not (self.reroll or self.hint):
                raise UsageError(f"{flag}: goes with --reroll or --hint")
