"""What can be chosen about learning the next pose."""

from dataclasses import dataclass
from typing import Literal

from stickdance.checkpoints.errors import UsageError
from stickdance.choreography.learned.options import check_ranges


@dataclass(frozen=True)
class NextPoseOptions:
    """How the next pose is learnt."""

    fps: float = 25.0
    """Frames a second that the network moves at."""
    axes: int = 3
    """3: movements in space; 2: in the picture."""
    network: Literal["gru", "window"] = "gru"
    """gru: one pose after another, two layers, as published; window: the poses of the next
    --told-seconds at once, from those of --seen-seconds, whose steps take a quarter of the time."""
    rows: Literal["places", "rotations"] = "places"
    """What a pose is to the network: places beside the hip, as published, or the bones' rotations
    as quaternions."""
    hidden: int = 256
    """Units of each layer."""
    seen_seconds: float = 2.0
    """Seconds of real movement before each prediction, in training and evaluation."""
    told_seconds: float = 1.2
    """Seconds that the network continues from its own poses, in each step of training."""
    batch: int = 16
    """Pieces of movement in a step."""
    rate: float = 1.5e-3
    """Learning rate at first; it falls to a hundredth towards the end."""
    held_out: float = 0.25
    """Share at the end of every movement that is kept for tests; a folder with train/ and test/ in
    it is split as it is."""
    without_mirror: bool = False
    """Leave out the mirror image of every movement."""

    @property
    def seen(self) -> int:
        """Return the frames before each prediction."""
        return max(2, round(self.seen_seconds * self.fps))

    @property
    def told(self) -> int:
        """Return the frames that the network moves on its own."""
        return max(1, round(self.told_seconds * self.fps))


@dataclass(frozen=True)
class ContinueMovementOptions:
    """How a movement goes on."""

    seconds: float = 10.0
    """Seconds to add."""
    at: float | None = None
    """Second of the movement to continue from; by default its end."""
    seen_seconds: float = 2.0
    """Seconds of movement before that point that the model sees and the result begins with."""
    without_goals: bool = False
    """Predict what is most likely in place of going from goal to goal; it soon stands still."""
    seed: int = 0
    """Start of the random numbers; another one gives other goals."""


def check_options(options: NextPoseOptions) -> None:
    """Refuse values out of range.

    Raises:
        BadInput: names the flag.
        UsageError: rotations in the plane.
    """
    if options.rows == "rotations" and options.axes != 3:
        raise UsageError("--rows rotations: bones are turned in space; leave --axes 2 out")
    check_ranges(
        (
            ("--fps", options.fps, 5, 240),
            ("--axes", options.axes, 2, 3),
            ("--hidden", options.hidden, 1, 8192),
            ("--seen-seconds", options.seen_seconds, 0, 60),
            ("--told-seconds", options.told_seconds, 0, 60),
            ("--batch", options.batch, 1, 4096),
            ("--rate", options.rate, 0, 1),
            ("--held-out", options.held_out, 0, 0.9),
        )
    )
