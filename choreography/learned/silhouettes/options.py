"""What can be chosen about learning silhouettes."""

from dataclasses import dataclass

from stickdance.choreography.learned.ranges import check_ranges


@dataclass(frozen=True)
class SilhouetteOptions:
    """How silhouettes are learnt."""

    fps: float = 10.0
    """Pictures a second."""
    units: int = 600
    """Of the LSTM; with too few of them its dance freezes."""
    batch: int = 5
    """Pieces of dance in a step of the LSTM."""
    pictures: int = 32
    """Pictures in a step of the auto-encoder."""
    pictures_share: float = 0.5
    """Share of the budget in which the auto-encoder learns; then it is kept, and what follows is
    learnt."""
    seen_seconds: float = 3.0
    """Of real dance in each piece, before the LSTM goes on by itself."""
    told_seconds: float = 2.0
    """That the LSTM goes on by itself in each piece."""
    code_noise: float = 0.05
    """How much vectors (-1 to 1) are disturbed while the auto-encoder learns."""
    input_noise: float = 0.1
    """How much standardised vectors are disturbed before the LSTM sees them in training."""
    rate: float = 8e-3
    """Of Adam for the auto-encoder; it falls towards the end."""
    dance_rate: float = 2e-3
    """Of Adam for what follows; it falls towards the end."""

    @property
    def seen(self) -> int:
        """Return the pictures of a piece before the LSTM goes on by itself."""
        return max(2, round(self.seen_seconds * self.fps))

    @property
    def told(self) -> int:
        """Return the pictures that it goes on by itself."""
        return max(1, round(self.told_seconds * self.fps))


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
