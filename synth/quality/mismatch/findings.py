"""What sets two sides apart as a whole: gathered while frames pass, told at the end."""

from dataclasses import dataclass
from typing import Any

from stickdance.synth.quality.mismatch.alignment import Alignment, find_alignment
from stickdance.synth.quality.mismatch.colours import find_colour_error
from stickdance.synth.quality.mismatch.framing import framing_lines
from stickdance.synth.quality.mismatch.small_pictures import SmallPictures


@dataclass(frozen=True)
class Findings:
    """What was found, and in lines for people."""

    alignment: Alignment | None
    colours: tuple[str, str] | None
    """Name of a colour error, and what the rendered side looks like."""
    framing: tuple[str, ...]
    tags: tuple[str, ...]
    """What the headers disagree in."""

    @staticmethod
    def of(small: SmallPictures, tags: tuple[str, ...], over_time: bool) -> "Findings":
        """Look at what was kept of both sides.

        Args:
            small: small pictures of both.
            tags: what the headers disagree in.
            over_time: whether frames follow each other in time.
        """
        return Findings(
            find_alignment(small) if over_time else None,
            find_colour_error(small.samples),
            tuple(framing_lines(small.samples)),
            tags,
        )

    @property
    def lines(self) -> list[str]:
        """Return what is told of framing and colours; of time see `lag_told`."""
        colours = [] if self.colours is None else [f"the rendered side {self.colours[1]}"]
        return [*self.framing, *colours, *self.tags]

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        at = self.alignment
        return {
            "offset": None if at is None else at.offset,
            "rate": None if at is None or at.rate is None else str(at.rate),
            "repeats": at is not None and at.repeats,
            "colours": None if self.colours is None else self.colours[0],
            "framing": list(self.framing),
            "tags": list(self.tags),
        }


def lag_told(found: Alignment) -> str:
    """Return what a misalignment is, as a sentence for people."""
    if found.rate is not None:
        count = f"{float(found.rate):.4g}"
        return (
            f"the rendered side runs at another rate: it shows {count} of its frames for each of "
            "the reference; convert it to the reference's rate"
        )
    frames = "1 frame" if abs(found.offset) == 1 else f"{abs(found.offset)} frames"
    word, other = ("lags", "runs ahead") if found.offset > 0 else ("runs ahead", "lags")
    told = f"the rendered side {word} by {frames}"
    return f"{told} or {other} by as many: the movement repeats itself" if found.repeats else told
