"""What every pose estimator gives: the people in each frame, and a matte where it has one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

import numpy as np

from stickdance.capture.kept_answers import Answers
from stickdance.capture.pose.parts import PARTS
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Skeleton


@dataclass(frozen=True)
class Person:
    """One person found in one frame."""

    points: np.ndarray
    """(joints, 2) float32, pixels of the frame; NaN where a joint was not found."""
    confidence: np.ndarray
    """(joints,) float32, 0..1."""
    depth: np.ndarray | None = None
    """(joints,) float32, pixels towards the camera from the middle of the hips."""
    look: np.ndarray | None = None
    """The colours worn, see `stickdance.capture.tracking.clothing_colours`.

    Estimators leave it to whoever has the frame.
    """
    parts: "Mapping[str, Person]" = field(default_factory=dict)
    """Hands and face, by the names of `stickdance.capture.pose.parts.PARTS`, where told."""

    def moved(self, points: Callable[[np.ndarray], np.ndarray]) -> "Person":
        """Return the person with every point (joints, 2) taken elsewhere; depth stays as it is."""
        parts = {name: part.moved(points) for name, part in self.parts.items()}
        return replace(self, points=points(self.points), parts=parts)


@dataclass(frozen=True)
class FrameEstimate:
    """What was found in one frame."""

    people: tuple[Person, ...] = ()
    matte: np.ndarray | None = None
    """uint8 (height, width), 255 where a person is; None where the estimator gives none."""


@runtime_checkable
class PoseEstimator(Protocol):
    """Finds people in frames."""

    name: str
    """As in the catalogue."""
    skeleton: Skeleton
    """Whose joints its people have."""

    def estimate(self, frames: Iterable[np.ndarray]) -> Iterator[FrameEstimate]:
        """Yield one estimate for each RGB frame (height, width, 3), in order and streaming.

        The frames are one shot, in order of time, all of one size.
        """
        ...


@runtime_checkable
class Timed(Protocol):
    """An estimator that reckons with the time between frames; `catalog.create` tells it."""

    fps: float
    """Frames a second of what it is given."""


@runtime_checkable
class Answering(Protocol):
    """An estimator whose networks' answers can be kept, for a capture that is stopped."""

    answers: Answers | None
    """Where they are kept."""


def sequence_of(
    people: Sequence[Person | None], skeleton: Skeleton, size: tuple[int, int], fps: float
) -> PoseSequence:
    """Return one person's poses; frames without them are missing."""
    points = np.full((len(people), len(skeleton), 2), np.nan, np.float32)
    confidence = np.zeros((len(people), len(skeleton)), np.float32)
    depth = np.full((len(people), len(skeleton)), np.nan, np.float32)
    for number, person in enumerate(people):
        if person is not None:
            points[number], confidence[number] = person.points, person.confidence
            if person.depth is not None:
                depth[number] = person.depth
    known = bool(np.isfinite(depth).any())
    names = dict.fromkeys(name for person in people if person for name in person.parts)
    parts = {
        name: sequence_of(
            [None if person is None else person.parts.get(name) for person in people],
            PARTS[name], size, fps,
        )
        for name in names
    }  # fmt: skip
    return PoseSequence(points, confidence, fps, size, skeleton, depth if known else None, parts)
