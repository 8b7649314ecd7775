"""What can be chosen about learning the next frame."""

from dataclasses import dataclass
from typing import Annotated, Literal

from tyro.conf import arg

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.choreography.learned.options import check_ranges

Loss = Literal["squared", "cross-entropy", "categorical"]
Output = Literal["frame", "residual", "moved"]
OUTPUTS: tuple[Output, ...] = ("frame", "residual", "moved")
_LONGEST = 120  # frames of a piece


@dataclass(frozen=True)
class NextFrameOptions:
    """How the next frame is learnt."""

    output: Annotated[Output, arg(name="predict")] = "moved"
    """What the network predicts: the frame itself as published, the residual to add to the last
    frame, or where each pixel moved from."""
    loss: Loss = "squared"
    """Squared error, or binary cross-entropy as published; categorical, of colour alone, takes a
    pixel's three colours for a distribution, as in the published experiment that did not
    converge."""
    colour: bool = False
    """Learn the frames in colour; grey by default, as published in the end."""
    filters: int = 16
    """Feature maps of every layer; the published 64 take some fifteen times as long."""
    patch: int = 2
    """Take squares of this many pixels a side as one place, which saves time; 1 as published."""
    frames: int = 10
    """Frames of a piece to learn from; 10, 20 and 30 were published."""
    batch: int = 4
    """Pieces in a step, all of one clip."""
    rate: float = 2e-3
    """Learning rate at first."""
    fps: float | None = None
    """Frames a second at which all footage is read; by default its own."""
    held_out: float = 0.2
    """Share at the end of each video that is kept for tests; a take has its own."""


@dataclass(frozen=True)
class ContinueVideoOptions:
    """What of a video is continued."""

    seen: int = 20
    """Frames that the model sees."""
    frames: int = 20
    """Frames that it makes."""
    at: float | None = None
    """Second of the footage to continue from; by default so that both end together."""
    fps: float | None = None
    """Frames a second at which the footage is read; by default its own."""


def check(options: NextFrameOptions) -> None:
    """Refuse options out of range.

    Raises:
        BadInput: names the flag.
        UsageError: a loss of colours without colour.
    """
    if options.loss == "categorical" and not options.colour:
        raise UsageError("--loss categorical: is of a pixel's colours; add --colour")
    if options.output not in OUTPUTS:
        raise BadInput(f"--predict: expected one of {', '.join(OUTPUTS)}, found {options.output!r}")
    if options.patch not in (1, 2, 3, 5, 6):
        raise BadInput(f"--patch {options.patch}: expected 1, 2, 3, 5 or 6, which divide 60 and 90")
    check_ranges(
        (
            ("--filters", options.filters, 1, 1024),
            ("--batch", options.batch, 1, 1024),
            ("--frames", options.frames, 2, _LONGEST),
        )
    )
    if not 0 < options.rate < 1:
        raise BadInput(f"--rate {options.rate:g}: expected more than 0, less than 1")
    if options.fps is not None:
        check_ranges((("--fps", options.fps, 0.5, 240),))
    if not 0 < options.held_out < 1:
        raise BadInput(f"--held-out {options.held_out:g}: expected more than 0, less than 1")
