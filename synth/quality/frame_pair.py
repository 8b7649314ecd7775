"""A pair of frames with what is known of it, and the contract of a score of frames."""

from dataclasses import dataclass, field
from typing import Protocol

from stickdance.capture.estimators.contract import Person
from stickdance.synth.compute.array_types import Levels
from stickdance.synth.quality.regions import Guide

Scores = dict[str, float | None]
"""Key -> value of one frame; keys are those of `metrics`."""


@dataclass(frozen=True)
class FramePair:
    """A real frame, a rendered one of the same size, and what is known of the person in them."""

    real: Levels
    """uint8 (h, w, 3), or float32 in 0..255 where either side has 16 bits a channel."""
    rendered: Levels
    """Likewise, of the same type."""
    guide: Guide = field(default_factory=Guide)
    """Matte and pose of the real frame."""
    real_person: Person | None = None
    """Found anew in the real frame, where that was asked for; joints of `OPENPOSE_18`."""
    rendered_person: Person | None = None
    """Likewise in the rendered one."""
    known: Scores = field(default_factory=dict)
    """Scores that were taken before, in a batch on a GPU."""
    luma: tuple[Levels, Levels] | None = None
    """The stored luma (h, w) of two videos beside their RGB."""

    @property
    def stored_luma(self) -> tuple[Levels, Levels] | None:
        """Return the stored luma, which may be all that was read."""
        return (self.real, self.rendered) if self.real.ndim == 2 else self.luma


class FrameScore(Protocol):
    """A score of a pair of frames that a network takes."""

    absent: str
    """Why no frame has it; empty where its weights are here."""

    def of(self, pair: FramePair) -> float | None:
        """Return the score; None where this pair has none."""
