"""The contract of all that dance a song: rules, moves of a take, learned networks.

A choreographer is told the song and which of its moments are shown, and answers with a plan, poses
and what is to be known of them. `music_to_poses` does the rest, the same for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from stickdance.capture.media.audio import Sound
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.plan.choreography import Choreography


class Song(NamedTuple):
    """A song to be danced."""

    name: str
    """Of its file."""
    sha256: str
    """Of its file."""
    sound: Sound
    """All of it, decoded."""


class FrameTimes(NamedTuple):
    """The moments of a song that a dance shows, evenly spaced."""

    start_seconds: float
    """Of the first one, in the song."""
    number: int
    fps: float

    @property
    def seconds(self) -> NDArray[np.float64]:
        """Return (frames,) seconds of the song."""
        return self.start_seconds + np.arange(self.number) / self.fps


@dataclass(frozen=True)
class Danced:
    """What a choreographer makes of a song."""

    plan: Choreography
    poses: PoseSequence
    """Of its body, in that body's frame."""
    joints: NDArray[np.float64] | None = None
    """(frames, 18, 3) in space, where the plan alone cannot tell them again."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """JSON values for the dance's manifest."""
    warnings: tuple[str, ...] = ()


class Choreographer(Protocol):
    """Dances songs with one body."""

    @property
    def body(self) -> BodyProfile:
        """Return whose body and place in the frame the dances have."""

    @property
    def about(self) -> Mapping[str, Any]:
        """Return who dances and how, as JSON values for the manifest."""

    def dance(self, song: Song, frames: FrameTimes) -> Danced:
        """Return the dance of these moments of a song.

        Raises:
            BadInput: the song has no beat, or cannot be danced as it was asked for.
        """
