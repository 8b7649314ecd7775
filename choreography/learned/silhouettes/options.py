"""What can be chosen about learning silhouettes."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from tyro.conf import arg

from stickdance.choreography.learned.options import check_ranges


@dataclass(frozen=True)
class SilhouetteOptions:
    """How silhouettes are learnt."""

    as_published: bool = False
    """As published: --pictures 200 --rate 1e-3, a tenth of it after a fifteenth of the
    auto-encoder's share, --units 600 --batch 5, no noise; the LSTM learns the next silhouette of
    real ones alone, of 50 at a time."""
    baseline_loss: Literal["squared", "cross-entropy"] = "squared"
    """What the feed-forward baseline learns from; the paper tried both in vain."""
    fps: float = 10.0
    """Pictures a second."""
    units: int = 600
    """Units of the LSTM; with too few of them its dance freezes."""
    batch: int = 5
    """Pieces of dance in a step of the LSTM."""
    pictures: int = 32
    """Pictures in a step of the auto-encoder."""
    pictures_share: float = 0.5
    """Share of the training that goes to the auto-encoder; the LSTM gets the rest."""
    seen_seconds: float = 4.9
    """Seconds of real dance in each piece, before the LSTM continues it."""
    told_seconds: float = 0.1
    """Seconds that the LSTM continues in each piece, from what it told itself; with more it
    learns the mean of all that may follow, and dances by its surprises alone."""
    code_noise: float = 0.05
    """Noise on the codes (-1 to 1) while the auto-encoder learns."""
    input_noise: float = 0.1
    """Noise on the standardised codes that the LSTM sees in training."""
    rate: float = 8e-3
    """Learning rate of the auto-encoder at first; it falls towards the end."""
    dance_rate: float = 2e-3
    """Learning rate of the LSTM at first; it falls towards the end."""

    @property
    def seen(self) -> int:
        """Return the pictures of a piece before the LSTM goes on by itself."""
        return max(2, round(self.seen_seconds * self.fps))

    @property
    def told(self) -> int:
        """Return the pictures that it goes on by itself."""
        return max(1, round(self.told_seconds * self.fps))


@dataclass(frozen=True)
class SilhouetteDanceOptions:
    """A dance of silhouettes."""

    seconds: float = 20.0
    """Length of the video in seconds."""
    start: Annotated[int, arg(name="piece")] = 0
    """Number of the piece of real dance, of those kept in the model, that the video continues."""
    scale: int = 8
    """Size of the video, as a multiple of 96x54 pixels."""
    surprises: float = 1.0
    """Amount of chance: 1 as much as in the dance learned from, 0 none."""
    seed: int = 0
    """Start of the random numbers; another one gives another dance."""
    baseline: bool = False
    """Use the feed-forward network in place of the LSTM; its dance soon stands still, or
    falls to pieces."""


def resolved(options: SilhouetteOptions) -> SilhouetteOptions:
    """Return the options with what `as_published` stands for.

    The paper leaves the LSTM's rate and pieces open; those are of the code that it changed.
    """
    if not options.as_published:
        return options
    return replace(
        options, pictures=200, rate=1e-3, units=600, batch=5, code_noise=0.0, input_noise=0.0,
        seen_seconds=49 / options.fps, told_seconds=1 / options.fps, dance_rate=2e-3,
    )  # fmt: skip


def check_options(options: SilhouetteOptions) -> None:
    """Refuse values out of range.

    Raises:
        BadInput: names the flag.
    """
    check_ranges(
        (
            ("--fps", options.fps, 1, 60),
            ("--units", options.units, 1, 8192),
            ("--batch", options.batch, 1, 4096),
            ("--pictures", options.pictures, 2, 4096),
            ("--pictures-share", options.pictures_share, 0.05, 0.95),
            ("--seen-seconds", options.seen_seconds, 0, 60),
            ("--told-seconds", options.told_seconds, 0, 60),
            ("--code-noise", options.code_noise, 0, 1),
            ("--input-noise", options.input_noise, 0, 10),
            ("--rate", options.rate, 0, 1),
            ("--dance-rate", options.dance_rate, 0, 1),
        )
    )
